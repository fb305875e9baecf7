-- The log and what is kept beside it. This folder only grows: what is in a release stays as it is.
-- Times are integer microseconds since 1970-01-01T00:00:00Z.

CREATE TABLE log_identity (
    only_row INTEGER PRIMARY KEY DEFAULT 1 CHECK (only_row = 1),
    log      BLOB    NOT NULL CHECK (length(log) = 16),
    epoch    INTEGER NOT NULL,
    currency TEXT    NOT NULL
) STRICT;

CREATE TABLE events (
    position       INTEGER PRIMARY KEY,
    stream         TEXT    NOT NULL,
    version        INTEGER NOT NULL,
    event_id       BLOB    NOT NULL CHECK (length(event_id) = 16),
    type           TEXT    NOT NULL,
    schema_version INTEGER NOT NULL,
    data           TEXT    NOT NULL,
    metadata       TEXT    NOT NULL,
    occurred_at    INTEGER NOT NULL,
    recorded_at    INTEGER NOT NULL,
    CONSTRAINT events_event_id_key UNIQUE (event_id),
    CONSTRAINT events_stream_version_key UNIQUE (stream, version)
) STRICT;

-- Accounts and batches: every type that sorts before 'market'.
CREATE INDEX events_desk ON events (position) WHERE type < 'market';

CREATE TABLE blocks (
    first_position INTEGER PRIMARY KEY,
    last_position  INTEGER NOT NULL,
    root           BLOB    NOT NULL,
    digests        BLOB    NOT NULL,
    previous       BLOB    NOT NULL,
    hash           BLOB    NOT NULL
) STRICT;

-- Events and blocks are facts. The one way out is a reset, which takes these triggers away and puts
-- them back in its own transaction.
CREATE TRIGGER events_are_not_updated BEFORE UPDATE ON events
BEGIN SELECT RAISE(ABORT, 'UPDATE of events is refused: the log is never changed'); END;

CREATE TRIGGER events_are_not_deleted BEFORE DELETE ON events
BEGIN SELECT RAISE(ABORT, 'DELETE of events is refused: the log is never changed'); END;

-- INSERT OR REPLACE removes rows without a DELETE that a trigger could see.
CREATE TRIGGER events_are_appended BEFORE INSERT ON events
WHEN NEW.position <> 1 + (SELECT coalesce(max(position), 0) FROM events)
BEGIN SELECT RAISE(ABORT, 'an event is appended after the last one: positions are dense'); END;

CREATE TRIGGER blocks_are_not_updated BEFORE UPDATE ON blocks
BEGIN SELECT RAISE(ABORT, 'UPDATE of blocks is refused: the log is never changed'); END;

CREATE TRIGGER blocks_are_not_deleted BEFORE DELETE ON blocks
BEGIN SELECT RAISE(ABORT, 'DELETE of blocks is refused: the log is never changed'); END;

CREATE TRIGGER blocks_are_appended BEFORE INSERT ON blocks
WHEN NEW.first_position <= (SELECT coalesce(max(first_position), 0) FROM blocks)
BEGIN SELECT RAISE(ABORT, 'a block is appended after the last one'); END;

-- Derived from the events, kept in the same transaction.
CREATE TABLE claims (
    claim  TEXT PRIMARY KEY NOT NULL,
    holder TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE idempotency_keys (
    scope       TEXT    NOT NULL,
    key         TEXT    NOT NULL,
    fingerprint BLOB    NOT NULL,
    answer      TEXT    NOT NULL,
    position    INTEGER NOT NULL,
    kept_at     INTEGER NOT NULL,
    CONSTRAINT idempotency_keys_scope_key_key UNIQUE (scope, key)
) STRICT;

CREATE INDEX idempotency_keys_kept_at ON idempotency_keys (kept_at);

CREATE TABLE snapshots (
    stream         TEXT PRIMARY KEY NOT NULL,
    schema_version INTEGER NOT NULL,
    version        INTEGER NOT NULL,
    state          TEXT    NOT NULL
) STRICT;

CREATE TABLE dead_letters (
    id          INTEGER PRIMARY KEY AUTOINCREMENT,
    stream      TEXT    NOT NULL,
    sequence    INTEGER NOT NULL,
    subject     TEXT    NOT NULL,
    bytes       BLOB    NOT NULL,
    reason      TEXT    NOT NULL,
    detail      TEXT    NOT NULL,
    received_at INTEGER NOT NULL,
    CONSTRAINT dead_letters_stream_sequence_key UNIQUE (stream, sequence)
) STRICT;

CREATE TABLE outcome_counts (
    only_row         INTEGER PRIMARY KEY DEFAULT 1 CHECK (only_row = 1),
    recorded         INTEGER NOT NULL DEFAULT 0,
    already_recorded INTEGER NOT NULL DEFAULT 0,
    refused          INTEGER NOT NULL DEFAULT 0,
    dead_letters     INTEGER NOT NULL DEFAULT 0
) STRICT;

INSERT INTO outcome_counts DEFAULT VALUES;

-- The next id of each kind that nobody has reserved; ids stay below 2^53.
CREATE TABLE id_counters (
    kind    TEXT PRIMARY KEY NOT NULL,
    next_id INTEGER NOT NULL CHECK (next_id BETWEEN 1 AND 9007199254740992)
) STRICT;

INSERT INTO id_counters (kind, next_id) VALUES ('account', 1), ('batch', 1), ('bet', 1);
