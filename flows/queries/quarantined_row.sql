-- One row of the quarantine, whatever became of it, with the run that met it first.
SELECT quarantine.*, loads.flow_run_name
FROM quarantine LEFT JOIN loads USING (load_id)
WHERE quarantine_id = $quarantine_id;
