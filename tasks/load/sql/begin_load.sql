-- A run that is resumed keeps its row, its counts and its start.
MERGE INTO loads
USING (SELECT $load_id::UBIGINT AS load_id) AS begun ON loads.load_id = begun.load_id
WHEN MATCHED THEN UPDATE SET state = 'running', finished_at = NULL
WHEN NOT MATCHED THEN INSERT (
    load_id, flow_run_id, flow_run_name, started_at, state,
    records_seen, loaded, unchanged, duplicates, quarantined, pipeline_version, model_version
) VALUES ($load_id, $flow_run_id, $flow_run_name, now(), 'running', 0, 0, 0, 0, 0, $pipeline_version, $model_version)
