-- Gives what makes a log one that is not empty: its last position and the number of dead letters.
SELECT coalesce(max(position), 0), (SELECT count(*) FROM dead_letters) FROM events
