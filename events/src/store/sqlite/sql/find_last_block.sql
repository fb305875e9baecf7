SELECT hash
FROM blocks
ORDER BY first_position DESC
LIMIT 1;
