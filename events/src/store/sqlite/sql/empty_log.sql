-- All that a reset empties; several statements, run as one batch inside its transaction.
DELETE FROM events;
DELETE FROM blocks;
DELETE FROM claims;
DELETE FROM idempotency_keys;
DELETE FROM snapshots;
DELETE FROM dead_letters;
UPDATE outcome_counts SET recorded = 0, already_recorded = 0, refused = 0, dead_letters = 0;
