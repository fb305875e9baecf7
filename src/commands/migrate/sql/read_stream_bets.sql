-- The bets of a stream engine, each as JSON: so any type of column is read, and numbers exactly.
SELECT row_to_json(bet)::text FROM bets AS bet ORDER BY bet.id
