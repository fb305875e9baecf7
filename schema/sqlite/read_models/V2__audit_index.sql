-- The index of the log, by segments of 4,096 positions: which events have a type, a cause, a word.
-- How a body is written stands in projections/src/audit. A market is found by the words of its id.
CREATE TABLE audit_index (
    generation bigint NOT NULL,
    key        text   NOT NULL,
    segment    bigint NOT NULL,
    body       text   NOT NULL,
    PRIMARY KEY (generation, key, segment)
) WITHOUT ROWID;

CREATE TABLE audit_ranges (
    generation bigint NOT NULL,
    numbers    text   NOT NULL,
    segment    bigint NOT NULL,
    lowest     bigint NOT NULL,
    highest    bigint NOT NULL,
    PRIMARY KEY (generation, numbers, segment)
) WITHOUT ROWID;

CREATE TABLE audit_markets (
    generation bigint NOT NULL,
    word       text   NOT NULL,
    game_id    text   NOT NULL,
    PRIMARY KEY (generation, word, game_id)
) WITHOUT ROWID;
