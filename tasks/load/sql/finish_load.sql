UPDATE loads SET state = $state, finished_at = now() WHERE load_id = $load_id
