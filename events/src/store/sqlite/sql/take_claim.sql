-- ?1 claim, ?2 the stream that holds it from now on.
INSERT INTO claims (claim, holder) VALUES (?1, ?2)
ON CONFLICT (claim) DO UPDATE SET holder = excluded.holder;
