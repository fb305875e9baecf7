-- A bet as its last event leaves it.
-- $1 generation  $2 batch  $3 number  $4 pid  $5 selection  $6 stake (minor)  $7 cost (minor)
-- $8 status  $9 version  $10 bet id of the stream  $11 game  $12 bet type  $13 odds (thousandths)
INSERT INTO desk_bets
    (generation, batch_id, number, pid, selection, stake, cost, status, version, bet_id, game_id, bet_type, odds)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
ON CONFLICT (generation, batch_id, number, pid) DO UPDATE SET
    selection = excluded.selection,
    stake = excluded.stake,
    cost = excluded.cost,
    status = excluded.status,
    version = excluded.version,
    bet_id = excluded.bet_id,
    game_id = excluded.game_id,
    bet_type = excluded.bet_type,
    odds = excluded.odds
