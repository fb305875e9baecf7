-- Gives the last version of each of these streams that has events.
-- $1 text[]: the streams
SELECT wanted.stream, last.version
FROM unnest($1::text[]) AS wanted (stream)
CROSS JOIN LATERAL (
    SELECT version FROM events WHERE events.stream = wanted.stream ORDER BY version DESC LIMIT 1
) AS last
