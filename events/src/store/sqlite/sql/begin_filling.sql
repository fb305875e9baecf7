-- ?1 verb, ?2 log, ?3 epoch, ?4 currency, ?5 position, ?6 block hash: where the source ends.
INSERT INTO filling (only_row, verb, log, epoch, currency, position, block_hash)
VALUES (1, ?1, ?2, ?3, ?4, ?5, ?6);
