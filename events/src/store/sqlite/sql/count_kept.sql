-- What makes a log one that is not empty.
SELECT coalesce(max(position), 0), (SELECT count(*) FROM dead_letters)
FROM events;
