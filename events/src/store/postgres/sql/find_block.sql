-- Gives the last block that begins at or before a position.
-- $1 bigint: the position
SELECT first_position, last_position, root, digests, previous, hash
FROM blocks
WHERE first_position <= $1
ORDER BY first_position DESC
LIMIT 1
