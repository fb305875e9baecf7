-- The log for people who ask in SQL, with what its JSON says as columns. README.md (SQL) has examples
-- and says which conditions go over an index: those on position, event_id, stream and version.
CREATE VIEW audit_events AS
SELECT
    position,
    stream,
    version,
    lower(hex(event_id))                                                   AS event_id_hex,
    event_id,
    type,
    schema_version,
    strftime('%Y-%m-%dT%H:%M:%S', occurred_at / 1000000, 'unixepoch')
        || printf('.%06dZ', occurred_at % 1000000)                         AS occurred_at,
    strftime('%Y-%m-%dT%H:%M:%S', recorded_at / 1000000, 'unixepoch')
        || printf('.%06dZ', recorded_at % 1000000)                         AS recorded_at,
    metadata ->> 'who'                                                     AS who,
    metadata ->> 'how'                                                     AS road,
    metadata ->> 'reason'                                                  AS reason,
    coalesce(metadata ->> 'correlation',
        lower(substr(hex(event_id), 1, 8) || '-' || substr(hex(event_id), 9, 4) || '-'
            || substr(hex(event_id), 13, 4) || '-' || substr(hex(event_id), 17, 4) || '-'
            || substr(hex(event_id), 21)))                                 AS correlation,
    metadata ->> 'causation'                                               AS causation,
    metadata ->> '$.source.stream'                                         AS source_stream,
    metadata ->> '$.source.sequence'                                       AS source_sequence,
    metadata ->> 'build'                                                   AS build,
    data ->> 'account_id'                                                  AS account_id,
    data ->> 'batch_id'                                                    AS batch_id,
    data ->> 'bet_id'                                                      AS bet_id,
    data ->> 'game_id'                                                     AS game_id,
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
    strftime('%Y-%m-%dT%H:%M:%S', events.recorded_at / 1000000, 'unixepoch')
        || printf('.%06dZ', events.recorded_at % 1000000) AS recorded_at,
    events.data ->> 'account_id'                          AS account_id,
    events.data ->> 'batch_id'                            AS batch_id,
    bet.value ->> 'pid'                                   AS pid,
    bet.value ->> 'selection'                             AS selection,
    bet.value ->> 'stake_minor'                           AS stake_minor,
    bet.value ->> 'cost_minor'                            AS cost_minor,
    bet.value ->> 'status'                                AS status
FROM events
JOIN json_each(
    coalesce(events.data -> 'bets', json_array(events.data -> 'bet'))
) AS bet
WHERE events.stream GLOB 'batch-*'
  AND bet.type = 'object';
