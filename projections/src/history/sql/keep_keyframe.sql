-- A state of a stream, so that the next reader need not start at its first event.
-- $1 log  $2 epoch  $3 stream  $4 form  $5 version  $6 position  $7 event id  $8 state
INSERT INTO history_keyframes (log, epoch, stream, form, version, position, event_id, state)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
ON CONFLICT (log, epoch, stream, form, version) DO UPDATE SET
    position = excluded.position,
    event_id = excluded.event_id,
    state = excluded.state
