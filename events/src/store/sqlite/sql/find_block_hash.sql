-- ?1 a position that the block covers.
SELECT last_position, hash
FROM blocks
WHERE first_position <= ?1
ORDER BY first_position DESC
LIMIT 1;
