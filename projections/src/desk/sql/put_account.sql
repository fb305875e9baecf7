-- An account as its last event leaves it.
-- $1 generation  $2 id  $3 name  $4 hostname  $5 created_at  $6 updated_at  $7 version
INSERT INTO desk_accounts (generation, account_id, name, hostname, created_at, updated_at, version)
VALUES ($1, $2, $3, $4, $5, $6, $7)
ON CONFLICT (generation, account_id) DO UPDATE SET
    name = excluded.name,
    hostname = excluded.hostname,
    created_at = excluded.created_at,
    updated_at = excluded.updated_at,
    version = excluded.version
