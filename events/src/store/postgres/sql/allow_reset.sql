-- Opens the guard of events and blocks for the rest of this transaction.
SELECT set_config('betstream.reset', log || '/' || epoch, true) FROM log_identity
