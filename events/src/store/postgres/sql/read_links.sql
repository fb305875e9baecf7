-- Gives the links of the chain in order: blocks without what they say of their events.
-- $1 bigint: the position after which the first event of a block must lie
-- $2 bigint: how many at most
SELECT first_position, last_position, previous, hash
FROM blocks
WHERE first_position > $1
ORDER BY first_position
LIMIT $2
