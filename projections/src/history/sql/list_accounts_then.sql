-- Accounts as they were at a position, newest first.
-- $1 position  $2, $3 only what lies after this created_at and id  $4 how many
SELECT account_id, name, hostname, created_at, updated_at, version
FROM desk_account_versions AS told
WHERE generation = (SELECT generation FROM view_projections WHERE name = 'desk')
  AND position <= $1
  AND (created_at, account_id) < ($2, $3)
  AND NOT EXISTS (
      SELECT 1
      FROM desk_account_versions AS later
      WHERE later.generation = told.generation
        AND later.account_id = told.account_id
        AND later.version > told.version
        AND later.position <= $1
  )
ORDER BY created_at DESC, account_id DESC
LIMIT $4
