-- The columns of the table `bets` that an unqualified name means.
SELECT attname::text
FROM pg_attribute
WHERE attrelid = to_regclass('bets') AND attnum > 0 AND NOT attisdropped
