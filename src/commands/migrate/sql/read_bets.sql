-- The bets of a control plane, in the order in which they are shown in their batch.
SELECT * FROM bets ORDER BY batch_id, id, pid
