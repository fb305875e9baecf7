-- Tells what is in the database: our log, or the bets of the stream engine.
SELECT
    to_regclass('log_identity') IS NOT NULL,
    to_regclass('bets') IS NOT NULL,
    current_setting('server_encoding')
