-- The batches of a control plane, with whatever columns it has.
SELECT * FROM batches ORDER BY id
