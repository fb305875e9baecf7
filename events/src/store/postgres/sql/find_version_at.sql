-- Gives the version that a stream had at a position, 0 for none: halves the stream, since positions
-- rise along it.
-- $1 text: the stream
-- $2 bigint: the position
WITH RECURSIVE search (low, high) AS (
    SELECT 0::bigint, coalesce(max(version), 0) FROM events WHERE stream = $1
    UNION ALL
    SELECT CASE WHEN position <= $2 THEN version ELSE low END,
           CASE WHEN position <= $2 THEN high ELSE version - 1 END
    FROM search JOIN events ON stream = $1 AND version = low + (high - low + 1) / 2
    WHERE low < high
)
SELECT low FROM search WHERE low = high
