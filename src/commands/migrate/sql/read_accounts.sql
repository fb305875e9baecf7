-- The accounts of a control plane, with whatever columns it has.
SELECT * FROM accounts ORDER BY id
