-- The desk's index holds all but the events of markets ('/' follows '.'), as in Postgres: the types of
-- projections sort behind those of markets.
DROP INDEX events_desk;
CREATE INDEX events_desk ON events (position) WHERE type < 'market.' OR type >= 'market/';
