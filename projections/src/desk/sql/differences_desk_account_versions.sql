-- Some rows that one generation has and another has not.
-- $1 the one  $2 the other
SELECT account_id, version, position, name, hostname, created_at, updated_at
FROM desk_account_versions
WHERE generation = $1
EXCEPT
SELECT account_id, version, position, name, hostname, created_at, updated_at
FROM desk_account_versions
WHERE generation = $2
LIMIT 20
