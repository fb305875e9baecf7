-- ?1 blocks whose first event lies after this position, ?2 limit.
SELECT first_position, last_position, previous, hash
FROM blocks
WHERE first_position > ?1
ORDER BY first_position
LIMIT ?2;
