-- ?1 only ids below this, ?2 limit, ?3 state or null, ?4 reason or null, ?5 how many bytes of each.
-- The state is the one in which the last event of the letter's own stream leaves it.
SELECT id, stream, sequence, subject, substr(bytes, 1, ?5), reason, detail, received_at,
    length(bytes), state
FROM (
    SELECT dead_letters.*, coalesce((
        SELECT CASE
            WHEN events.type = 'dead-letter.discarded' THEN 'discarded'
            WHEN events.data ->> 'outcome' = 'unreadable' THEN 'waiting'
            ELSE 'settled'
        END
        FROM events
        WHERE events.stream = 'dead-letter-' || dead_letters.id
        ORDER BY events.version DESC
        LIMIT 1
    ), 'waiting') AS state
    FROM dead_letters
)
WHERE id < ?1 AND (?3 IS NULL OR state = ?3) AND (?4 IS NULL OR reason = ?4)
ORDER BY id DESC
LIMIT ?2;
