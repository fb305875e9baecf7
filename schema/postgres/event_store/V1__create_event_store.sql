-- The log and what is kept beside it. This folder only grows: what is in a release stays as it is.

CREATE TABLE log_identity (
    only_row   boolean     PRIMARY KEY DEFAULT true CHECK (only_row),
    log        uuid        NOT NULL DEFAULT gen_random_uuid(),
    epoch      bigint      NOT NULL DEFAULT 1,
    currency   text        NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now()
);

-- Texts that are keys compare by their bytes (COLLATE "C"): the order is the same on every machine,
-- and the index costs less.
CREATE TABLE events (
    position       bigint             NOT NULL,
    stream         text COLLATE "C"   NOT NULL,
    version        bigint             NOT NULL,
    event_id       uuid               NOT NULL,
    type           text COLLATE "C"   NOT NULL,
    schema_version integer            NOT NULL,
    data           json               NOT NULL,
    metadata       json               NOT NULL,
    occurred_at    timestamptz        NOT NULL,
    recorded_at    timestamptz        NOT NULL,
    CONSTRAINT events_position_key PRIMARY KEY (position),
    CONSTRAINT events_event_id_key UNIQUE (event_id),
    CONSTRAINT events_stream_version_key UNIQUE (stream, version)
);

CREATE INDEX events_desk ON events (position) WHERE type NOT LIKE 'market.%';

CREATE TABLE blocks (
    first_position bigint NOT NULL,
    last_position  bigint NOT NULL,
    root           bytea  NOT NULL,
    digests        bytea  NOT NULL,
    previous       bytea  NOT NULL,
    hash           bytea  NOT NULL,
    CONSTRAINT blocks_first_position_key PRIMARY KEY (first_position)
);

-- Digests do not compress; trying costs time in every commit.
ALTER TABLE blocks ALTER COLUMN digests SET STORAGE EXTERNAL;

-- Events and blocks are facts. The one way out is a reset, which names the very log and epoch that
-- it ends.
CREATE FUNCTION refuse_change_of_facts() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'TRUNCATE' AND EXISTS (
        SELECT FROM log_identity WHERE log || '/' || epoch = current_setting('betstream.reset', true)
    ) THEN
        RETURN NULL;
    END IF;
    RAISE EXCEPTION '% of % is refused: the log is never changed', TG_OP, TG_TABLE_NAME
        USING ERRCODE = 'restrict_violation';
END
$$;

CREATE TRIGGER events_are_facts BEFORE UPDATE OR DELETE OR TRUNCATE ON events
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change_of_facts();

CREATE TRIGGER blocks_are_facts BEFORE UPDATE OR DELETE OR TRUNCATE ON blocks
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change_of_facts();

-- Derived from the events, kept under the same lock.
CREATE TABLE claims (
    claim  text COLLATE "C" NOT NULL,
    holder text             NOT NULL,
    CONSTRAINT claims_claim_key PRIMARY KEY (claim)
);

CREATE TABLE idempotency_keys (
    scope       text        NOT NULL,
    key         text        NOT NULL,
    fingerprint bytea       NOT NULL,
    answer      text        NOT NULL,
    position    bigint      NOT NULL,
    kept_at     timestamptz NOT NULL DEFAULT clock_timestamp(),
    CONSTRAINT idempotency_keys_scope_key_key PRIMARY KEY (scope, key)
);

CREATE INDEX idempotency_keys_kept_at ON idempotency_keys (kept_at);

CREATE TABLE snapshots (
    stream         text COLLATE "C" NOT NULL,
    schema_version integer          NOT NULL,
    version        bigint           NOT NULL,
    state          text             NOT NULL,
    CONSTRAINT snapshots_stream_key PRIMARY KEY (stream)
);

CREATE TABLE dead_letters (
    id          bigint      GENERATED ALWAYS AS IDENTITY,
    stream      text        NOT NULL,
    sequence    bigint      NOT NULL,
    subject     text        NOT NULL,
    bytes       bytea       NOT NULL,
    reason      text        NOT NULL,
    detail      text        NOT NULL,
    received_at timestamptz NOT NULL,
    CONSTRAINT dead_letters_id_key PRIMARY KEY (id),
    CONSTRAINT dead_letters_stream_sequence_key UNIQUE (stream, sequence)
);

-- Running totals, one row for each chunk that counts something; the last row is the count. A row
-- that were updated in place would bloat whenever somebody holds an old snapshot.
CREATE TABLE outcome_counts (
    number           bigint NOT NULL,
    chunk            uuid   NOT NULL,
    recorded         bigint NOT NULL,
    already_recorded bigint NOT NULL,
    refused          bigint NOT NULL,
    dead_letters     bigint NOT NULL,
    CONSTRAINT outcome_counts_number_key PRIMARY KEY (number)
);

CREATE SEQUENCE account_ids MAXVALUE 9007199254740991;
CREATE SEQUENCE batch_ids MAXVALUE 9007199254740991;
CREATE SEQUENCE bet_ids MAXVALUE 9007199254740991;
