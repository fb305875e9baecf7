-- Gives the last position that was recorded at an instant or before, 0 for none: halves the log,
-- since recorded_at never runs back along it.
-- $1 timestamptz: the instant
WITH RECURSIVE search (low, high) AS (
    SELECT 0::bigint, coalesce(max(position), 0) FROM events
    UNION ALL
    SELECT CASE WHEN recorded_at <= $1 THEN position ELSE low END,
           CASE WHEN recorded_at <= $1 THEN high ELSE position - 1 END
    FROM search JOIN events ON position = low + (high - low + 1) / 2
    WHERE low < high
)
SELECT low FROM search WHERE low = high
