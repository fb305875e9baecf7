-- Gives the hash of the block that covers a position.
-- $1 bigint: the position
SELECT hash
FROM (
    SELECT last_position, hash FROM blocks WHERE first_position <= $1 ORDER BY first_position DESC LIMIT 1
) AS block
WHERE last_position >= $1
