-- $1 generation  $2 account
DELETE FROM desk_account_versions WHERE generation = $1 AND account_id = $2
