-- Some rows that one generation has and another has not.
-- $1 the one  $2 the other
SELECT account_id, name, hostname, created_at, updated_at, version
FROM desk_accounts
WHERE generation = $1
EXCEPT
SELECT account_id, name, hostname, created_at, updated_at, version
FROM desk_accounts
WHERE generation = $2
LIMIT 20
