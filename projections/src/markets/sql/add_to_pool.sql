-- $1 generation  $2 game  $3 bet type  $4 bets more  $5 sales more
-- $6 of these bets without a selection  $7 their money
INSERT INTO market_pools (generation, game_id, bet_type, bets, sales, unselected_bets, unselected_amount)
VALUES ($1, $2, $3, $4, $5, $6, $7)
ON CONFLICT (generation, game_id, bet_type) DO UPDATE SET
    bets = market_pools.bets + excluded.bets,
    sales = market_pools.sales + excluded.sales,
    unselected_bets = market_pools.unselected_bets + excluded.unselected_bets,
    unselected_amount = market_pools.unselected_amount + excluded.unselected_amount
