-- Gives from what the log is being filled, if it is.
SELECT verb, log, epoch, currency, position, block_hash FROM filling
