-- Views: everything here is folded from the log and can be dropped and rebuilt.
-- Instants are microseconds since 1970 in UTC, money is minor units. Each table's first key column
-- is its generation: a rebuild writes the next one beside the current one.

CREATE TABLE view_projections (
    name       text   PRIMARY KEY,
    generation bigint NOT NULL
);

CREATE TABLE view_checkpoints (
    projection text   NOT NULL,
    generation bigint NOT NULL,
    log        text   NOT NULL,
    epoch      bigint NOT NULL,
    position   bigint NOT NULL,
    block_hash text   NOT NULL,
    PRIMARY KEY (projection, generation)
);

CREATE TABLE desk_accounts (
    generation bigint NOT NULL,
    account_id bigint NOT NULL,
    name       text   NOT NULL,
    hostname   text   NOT NULL,
    created_at bigint NOT NULL,
    updated_at bigint NOT NULL,
    version    bigint NOT NULL,
    PRIMARY KEY (generation, account_id)
);
CREATE INDEX desk_accounts_newest ON desk_accounts (generation, created_at, account_id);

CREATE TABLE desk_batches (
    generation bigint NOT NULL,
    batch_id   bigint NOT NULL,
    account_id bigint NOT NULL,
    name       text,
    meta       text   NOT NULL,
    state      text   NOT NULL,
    completed  bigint NOT NULL,
    created_at bigint NOT NULL,
    updated_at bigint NOT NULL,
    version    bigint NOT NULL,
    PRIMARY KEY (generation, batch_id)
);
CREATE INDEX desk_batches_newest ON desk_batches (generation, account_id, created_at, batch_id);

CREATE TABLE desk_bets (
    generation bigint NOT NULL,
    batch_id   bigint NOT NULL,
    number     bigint NOT NULL,
    pid        bigint NOT NULL,
    selection  text,
    stake      bigint NOT NULL,
    cost       bigint NOT NULL,
    status     text   NOT NULL,
    version    bigint NOT NULL,
    bet_id     text,
    game_id    text,
    bet_type   text,
    odds       bigint,
    PRIMARY KEY (generation, batch_id, number, pid)
) WITHOUT ROWID;

CREATE TABLE market_games (
    generation    bigint NOT NULL,
    game_id       text   NOT NULL,
    bets          bigint NOT NULL,
    sales         bigint NOT NULL,
    last_bet_at   bigint NOT NULL,
    last_position bigint NOT NULL,
    PRIMARY KEY (generation, game_id)
) WITHOUT ROWID;
CREATE INDEX market_games_active ON market_games (generation, last_position);

CREATE TABLE market_pools (
    generation        bigint NOT NULL,
    game_id           text   NOT NULL,
    bet_type          text   NOT NULL,
    bets              bigint NOT NULL,
    sales             bigint NOT NULL,
    unselected_bets   bigint NOT NULL,
    unselected_amount bigint NOT NULL,
    PRIMARY KEY (generation, game_id, bet_type)
) WITHOUT ROWID;

CREATE TABLE market_selections (
    generation bigint NOT NULL,
    game_id    text   NOT NULL,
    bet_type   text   NOT NULL,
    selection  text   NOT NULL,
    bets       bigint NOT NULL,
    amount     bigint NOT NULL,
    PRIMARY KEY (generation, game_id, bet_type, selection)
) WITHOUT ROWID;

CREATE TABLE odds_games (
    generation bigint NOT NULL,
    game_id    text   NOT NULL,
    updates    bigint NOT NULL,
    PRIMARY KEY (generation, game_id)
) WITHOUT ROWID;

CREATE TABLE odds_totals (
    generation bigint PRIMARY KEY,
    updates    bigint NOT NULL
);

CREATE TABLE stats_totals (
    generation bigint PRIMARY KEY,
    bets       bigint NOT NULL,
    value      bigint NOT NULL
);

CREATE TABLE stats_seconds (
    generation bigint NOT NULL,
    second     bigint NOT NULL,
    bets       bigint NOT NULL,
    value      bigint NOT NULL,
    PRIMARY KEY (generation, second)
) WITHOUT ROWID;

CREATE TABLE stats_refusals (
    generation bigint NOT NULL,
    cause      text   NOT NULL,
    refusals   bigint NOT NULL,
    last_at    bigint NOT NULL,
    PRIMARY KEY (generation, cause)
) WITHOUT ROWID;
