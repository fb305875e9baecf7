-- An account from one of its versions on; without details once it is deleted.
-- $1 generation  $2 account  $3 version  $4 position  $5 name  $6 hostname  $7 created_at  $8 updated_at
INSERT INTO desk_account_versions (generation, account_id, version, position, name, hostname, created_at, updated_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
ON CONFLICT (generation, account_id, version) DO NOTHING
