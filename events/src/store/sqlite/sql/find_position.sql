-- Halves the log, since recorded_at never runs back along it; 0 when it holds nothing so old.
-- ?1 recorded at this instant or before.
WITH RECURSIVE search (low, high) AS (
    SELECT 0, coalesce(max(position), 0) FROM events
    UNION ALL
    SELECT CASE WHEN recorded_at <= ?1 THEN position ELSE low END,
           CASE WHEN recorded_at <= ?1 THEN high ELSE position - 1 END
    FROM search JOIN events ON position = low + (high - low + 1) / 2
    WHERE low < high
)
SELECT low FROM search WHERE low = high;
