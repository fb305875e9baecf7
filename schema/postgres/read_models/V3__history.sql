-- What the past is told from beside the log.

-- What became of each account; without details from the version on at which it was deleted.
CREATE TABLE desk_account_versions (
    generation bigint NOT NULL,
    account_id bigint NOT NULL,
    version    bigint NOT NULL,
    position   bigint NOT NULL,
    name       text,
    hostname   text,
    created_at bigint,
    updated_at bigint,
    PRIMARY KEY (generation, account_id, version)
);
CREATE INDEX desk_account_versions_newest ON desk_account_versions (generation, created_at, account_id);

-- The batches that an account ever had, with the positions at which each began and ended.
CREATE TABLE desk_batch_lives (
    generation bigint NOT NULL,
    batch_id   bigint NOT NULL,
    account_id bigint NOT NULL,
    created_at bigint NOT NULL,
    began      bigint NOT NULL,
    ended      bigint,
    PRIMARY KEY (generation, batch_id)
);
CREATE INDEX desk_batch_lives_newest ON desk_batch_lives (generation, account_id, created_at, batch_id);

-- Where bets that joined batches counted towards a game.
CREATE TABLE market_joins (
    generation bigint NOT NULL,
    game_id    text   NOT NULL,
    position   bigint NOT NULL,
    PRIMARY KEY (generation, game_id, position)
);

-- States of long streams, kept by who read them so that the next need not start at their first
-- event. Each holds for one event of one log; any of them can be dropped.
CREATE TABLE history_keyframes (
    log      text   NOT NULL,
    epoch    bigint NOT NULL,
    stream   text   NOT NULL,
    version  bigint NOT NULL,
    form     bigint NOT NULL,
    event_id text   NOT NULL,
    position bigint NOT NULL,
    state    text   NOT NULL,
    PRIMARY KEY (log, epoch, stream, form, version)
);

-- Views that were made before these tables have nothing in them: they are built anew.
UPDATE view_checkpoints SET epoch = -1 WHERE projection IN ('desk', 'markets');
