-- Numbers of the batches of a load that are in.
SELECT batch_number FROM load_batches WHERE load_id = $load_id
