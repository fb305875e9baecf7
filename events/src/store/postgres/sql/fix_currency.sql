-- Names the currency of a log that has no events yet.
-- $1 text: the currency
UPDATE log_identity SET currency = $1
