-- Keeps blocks as they were sealed.
-- $1 bigint[]: first positions
-- $2 bigint[]: last positions
-- $3 bytea[]: Merkle roots
-- $4 bytea[]: the first 8 bytes of each digest
-- $5 bytea[]: hashes of the blocks before
-- $6 bytea[]: their own hashes
INSERT INTO blocks (first_position, last_position, root, digests, previous, hash)
SELECT * FROM unnest($1::bigint[], $2::bigint[], $3::bytea[], $4::bytea[], $5::bytea[], $6::bytea[])
