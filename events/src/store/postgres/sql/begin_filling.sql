-- Marks the log as being filled.
-- $1 text: by which verb
-- $2 uuid: from which log
-- $3 bigint: its epoch
-- $4 text: its currency
-- $5 bigint: its last position
-- $6 bytea: the hash of its last block
INSERT INTO filling (verb, log, epoch, currency, position, block_hash)
VALUES ($1, $2, $3, $4, $5, $6)
