-- From now on this is that log.
-- $1 uuid: the log
-- $2 bigint: its epoch
-- $3 text: its currency
UPDATE log_identity SET log = $1, epoch = $2, currency = $3
