-- Tells whether a block was committed.
-- $1 bigint: its first position
-- $2 bytea: its hash
SELECT EXISTS (SELECT FROM blocks WHERE first_position = $1 AND hash = $2)
