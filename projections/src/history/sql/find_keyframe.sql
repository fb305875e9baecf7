-- The last state of a stream that was kept at or before a version.
-- $1 log  $2 epoch  $3 stream  $4 form  $5 version
SELECT version, position, event_id, state
FROM history_keyframes
WHERE log = $1 AND epoch = $2 AND stream = $3 AND form = $4 AND version <= $5
ORDER BY version DESC
LIMIT 1
