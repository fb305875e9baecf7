-- Adds to the running totals of outcomes; also the witness of a chunk that has no block.
-- $1 uuid: the chunk
-- $2 bigint: recorded
-- $3 bigint: already recorded
-- $4 bigint: refused
-- $5 bigint: dead letters
INSERT INTO outcome_counts (number, chunk, recorded, already_recorded, refused, dead_letters)
SELECT
    coalesce(last.number, 0) + 1,
    $1,
    coalesce(last.recorded, 0) + $2,
    coalesce(last.already_recorded, 0) + $3,
    coalesce(last.refused, 0) + $4,
    coalesce(last.dead_letters, 0) + $5
FROM (SELECT) AS always
LEFT JOIN LATERAL (SELECT * FROM outcome_counts ORDER BY number DESC LIMIT 1) AS last ON true
