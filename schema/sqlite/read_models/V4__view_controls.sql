-- What is asked of each projection, by whichever process, and what its keeper tells the others.
CREATE TABLE view_controls (
    projection      text   PRIMARY KEY,
    keeper          text,
    paused_by       text,
    paused_reason   text,
    paused_at       bigint,
    failed_position bigint,
    failed_reason   text,
    rebuild_by      text,
    rebuild_done    bigint,
    rebuild_head    bigint,
    rebuild_rate    bigint,
    rebuild_error   text
);
