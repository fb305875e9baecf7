-- Takes the checkpoint from the generation that answers, so that nobody writes it any more; no row
-- when it has counted further than its successor. One that does not belong to the log never stays.
-- $1 projection  $2 generation  $3 position of the successor  $4 its log  $5 its epoch  $6 head of the log
DELETE FROM view_checkpoints
WHERE projection = $1
  AND generation = $2
  AND (position <= $3 OR log <> $4 OR epoch <> $5 OR position > $6)
