-- Gives the end of the log, the time of the next commit (never before the last one's) and which log it is;
-- last, by which verb it is being filled, if it is.
SELECT
    coalesce(event.position, 0),
    coalesce(block.last_position, 0),
    block.hash,
    greatest(clock_timestamp(), event.recorded_at),
    identity.log,
    identity.epoch,
    identity.currency,
    (SELECT verb FROM filling)
FROM log_identity AS identity
LEFT JOIN LATERAL (SELECT position, recorded_at FROM events ORDER BY position DESC LIMIT 1) AS event ON true
LEFT JOIN LATERAL (SELECT last_position, hash FROM blocks ORDER BY first_position DESC LIMIT 1) AS block ON true
