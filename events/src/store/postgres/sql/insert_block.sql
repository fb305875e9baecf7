-- Seals a chunk.
-- $1 bigint: its first position
-- $2 bigint: its last position
-- $3 bytea: Merkle root of its digests
-- $4 bytea: the first 8 bytes of each digest
-- $5 bytea: hash of the block before
-- $6 bytea: its own hash
INSERT INTO blocks (first_position, last_position, root, digests, previous, hash)
VALUES ($1, $2, $3, $4, $5, $6)
