-- There while the log is filled with the events of another one: by which verb, and where that one
-- ends. Until it is gone nobody is served, for half a log is none.
CREATE TABLE filling (
    only_row   INTEGER PRIMARY KEY DEFAULT 1 CHECK (only_row = 1),
    verb       TEXT    NOT NULL,
    log        BLOB    NOT NULL CHECK (length(log) = 16),
    epoch      INTEGER NOT NULL,
    currency   TEXT    NOT NULL,
    position   INTEGER NOT NULL,
    block_hash BLOB    NOT NULL CHECK (length(block_hash) = 32)
) STRICT;
