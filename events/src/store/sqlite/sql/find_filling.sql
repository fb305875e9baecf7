SELECT verb, log, epoch, currency, position, block_hash
FROM filling;
