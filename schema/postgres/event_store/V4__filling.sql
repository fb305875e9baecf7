-- There while the log is filled with the events of another one: by which verb, and where that one
-- ends. Until it is gone nobody is served, for half a log is none.
CREATE TABLE filling (
    only_row   boolean PRIMARY KEY DEFAULT true CHECK (only_row),
    verb       text    NOT NULL,
    log        uuid    NOT NULL,
    epoch      bigint  NOT NULL,
    currency   text    NOT NULL,
    position   bigint  NOT NULL,
    block_hash bytea   NOT NULL
);
