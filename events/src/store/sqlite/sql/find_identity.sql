SELECT log, epoch, currency
FROM log_identity;
