-- ?1 log, ?2 epoch, ?3 currency: from now on this is that log.
INSERT INTO log_identity (only_row, log, epoch, currency) VALUES (1, ?1, ?2, ?3)
ON CONFLICT (only_row) DO UPDATE
SET log = excluded.log, epoch = excluded.epoch, currency = excluded.currency;
