-- The log for people who ask in SQL, with what its JSON says as columns. README.md (SQL) has examples
-- and says which conditions go over an index: those on position, event_id, stream and version.
CREATE VIEW audit_events AS
SELECT
    position,
    stream,
    version,
    event_id,
    type,
    schema_version,
    occurred_at,
    recorded_at,
    metadata ->> 'who'                                     AS who,
    metadata ->> 'how'                                     AS road,
    metadata ->> 'reason'                                  AS reason,
    coalesce(metadata ->> 'correlation', event_id::text)   AS correlation,
    metadata ->> 'causation'                               AS causation,
    metadata -> 'source' ->> 'stream'                      AS source_stream,
    (metadata -> 'source' ->> 'sequence')::numeric         AS source_sequence,
    metadata ->> 'build'                                   AS build,
    (data ->> 'account_id')::bigint                        AS account_id,
    (data ->> 'batch_id')::bigint                          AS batch_id,
    data ->> 'bet_id'                                      AS bet_id,
    data ->> 'game_id'                                     AS game_id,
    data,
    metadata
FROM events;

-- The bets that events of batches carry, one row for each.
CREATE VIEW audit_batch_bets AS
SELECT
    events.position,
    events.stream,
    events.version,
    events.type,
    events.recorded_at,
    (events.data ->> 'account_id')::bigint AS account_id,
    (events.data ->> 'batch_id')::bigint   AS batch_id,
    (bet.value ->> 'pid')::bigint          AS pid,
    bet.value ->> 'selection'              AS selection,
    (bet.value ->> 'stake_minor')::bigint  AS stake_minor,
    (bet.value ->> 'cost_minor')::bigint   AS cost_minor,
    bet.value ->> 'status'                 AS status
FROM events
CROSS JOIN LATERAL json_array_elements(
    CASE
        WHEN json_typeof(events.data -> 'bets') = 'array' THEN events.data -> 'bets'
        WHEN json_typeof(events.data -> 'bet') = 'object' THEN json_build_array(events.data -> 'bet')
        ELSE '[]'::json
    END
) AS bet
WHERE events.stream LIKE 'batch-%';
