-- $1 account
SELECT account_id, name, hostname, created_at, updated_at, version
FROM desk_accounts
WHERE generation = (SELECT generation FROM view_projections WHERE name = 'desk')
  AND account_id = $1
