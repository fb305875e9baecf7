-- Gives dead letters, newest first, each with the state in which the last event of its own stream
-- leaves it.
-- $1 bigint: the id below which to start
-- $2 bigint: how many at most
-- $3 text: only those in this state; of any when null
-- $4 text: only those of this reason; of any when null
-- $5 integer: how many of its bytes to give of each
SELECT id, stream, sequence, subject, substring(bytes FOR $5), reason, detail, received_at,
    octet_length(bytes), state
FROM dead_letters
CROSS JOIN LATERAL (
    SELECT coalesce((
        SELECT CASE
            WHEN events.type = 'dead-letter.discarded' THEN 'discarded'
            WHEN events.data ->> 'outcome' = 'unreadable' THEN 'waiting'
            ELSE 'settled'
        END
        FROM events
        WHERE events.stream = 'dead-letter-' || dead_letters.id
        ORDER BY events.version DESC
        LIMIT 1
    ), 'waiting')
) AS derived (state)
WHERE id < $1 AND ($3::text IS NULL OR state = $3) AND ($4::text IS NULL OR reason = $4)
ORDER BY id DESC
LIMIT $2
