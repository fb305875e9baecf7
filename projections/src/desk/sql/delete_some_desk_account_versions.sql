-- Some rows of a generation that nobody reads.
-- $1 generation
DELETE FROM desk_account_versions
WHERE (generation, account_id, version) IN (SELECT generation, account_id, version FROM desk_account_versions WHERE generation = $1 LIMIT 5000)
