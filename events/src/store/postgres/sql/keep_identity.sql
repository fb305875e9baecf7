-- Makes this database a log, if it is none yet.
-- $1 text: its currency
INSERT INTO log_identity (currency) VALUES ($1) ON CONFLICT DO NOTHING
