-- The model that a load reads with.
SELECT model_version FROM loads WHERE load_id = $1;
