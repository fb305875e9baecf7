-- Tells whether a chunk without events was committed.
-- $1 uuid: the chunk
SELECT EXISTS (SELECT FROM outcome_counts WHERE chunk = $1)
