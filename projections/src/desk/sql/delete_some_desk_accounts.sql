-- Some rows of a generation that nobody reads.
-- $1 generation
DELETE FROM desk_accounts
WHERE (generation, account_id) IN (SELECT generation, account_id FROM desk_accounts WHERE generation = $1 LIMIT 5000)
