-- Empties everything but the identity and the sequences.
TRUNCATE events, blocks, claims, idempotency_keys, snapshots, dead_letters, outcome_counts
