-- $1 generation  $2 of which numbers  $3 segment  $4 the lowest there  $5 the highest
INSERT INTO audit_ranges (generation, numbers, segment, lowest, highest)
VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (generation, numbers, segment) DO UPDATE SET
    lowest = excluded.lowest,
    highest = excluded.highest
