-- Halves the stream, since positions rise along it; 0 when it had no events then.
-- ?1 stream, ?2 position.
WITH RECURSIVE search (low, high) AS (
    SELECT 0, coalesce(max(version), 0) FROM events WHERE stream = ?1
    UNION ALL
    SELECT CASE WHEN position <= ?2 THEN version ELSE low END,
           CASE WHEN position <= ?2 THEN high ELSE version - 1 END
    FROM search JOIN events ON stream = ?1 AND version = low + (high - low + 1) / 2
    WHERE low < high
)
SELECT low FROM search WHERE low = high;
