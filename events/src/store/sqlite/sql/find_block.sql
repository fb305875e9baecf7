-- ?1 the position at or before which the block begins.
SELECT first_position, last_position, root, digests, previous, hash
FROM blocks
WHERE first_position <= ?1
ORDER BY first_position DESC
LIMIT 1;
