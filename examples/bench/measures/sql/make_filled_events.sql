-- Makes a function of events like those that ingest records: dense positions, a thousand games with
-- dense versions, ids without order.
CREATE FUNCTION filled_events(after bigint, filled bigint, count bigint) RETURNS SETOF events
LANGUAGE sql VOLATILE AS $$
    SELECT
        after + number,
        'market-filled_' || game,
        (filled + number - 1) / 1000 + 1,
        bet_id,
        'market.bet-recorded',
        1,
        format(
            '{"bet_id":"%s","game_id":"filled_%s","bet_type":"moneyline","amount_minor":%s,"currency":"USD","placed_at":"2026-11-23T14:25:35.123456789+01:00"}',
            bet_id, game, number % 900 * 100 + 100
        )::json,
        format(
            '{"who":"stream","how":"stream","source":{"stream":"bench_00000000000000000000000000000000","sequence":%s},"build":"0.1.0"}',
            after + number
        )::json,
        timestamptz '2026-11-23 13:25:35.123456 UTC',
        clock_timestamp()
    FROM generate_series(1, count) AS number
    CROSS JOIN LATERAL (
        SELECT (filled + number - 1) % 1000 AS game, gen_random_uuid() AS bet_id
    ) AS bet
$$
