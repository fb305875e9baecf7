-- Starts the next epoch.
-- $1 text: the currency
UPDATE log_identity SET epoch = epoch + 1, currency = $1
