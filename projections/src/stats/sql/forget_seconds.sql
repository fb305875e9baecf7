-- $1 generation  $2 the oldest second that is kept
DELETE FROM stats_seconds WHERE generation = $1 AND second < $2
