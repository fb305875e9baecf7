-- Accounts, newest first.
-- $1, $2 only what lies after this created_at and id  $3 how many
SELECT account_id, name, hostname, created_at, updated_at, version
FROM desk_accounts
WHERE generation = (SELECT generation FROM view_projections WHERE name = 'desk')
  AND (created_at, account_id) < ($1, $2)
ORDER BY created_at DESC, account_id DESC
LIMIT $3
