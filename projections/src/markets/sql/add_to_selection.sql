-- $1 generation  $2 game  $3 bet type  $4 canonical selection  $5 bets more  $6 money more
INSERT INTO market_selections (generation, game_id, bet_type, selection, bets, amount)
VALUES ($1, $2, $3, $4, $5, $6)
ON CONFLICT (generation, game_id, bet_type, selection) DO UPDATE SET
    bets = market_selections.bets + excluded.bets,
    amount = market_selections.amount + excluded.amount
