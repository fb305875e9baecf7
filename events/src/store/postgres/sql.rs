//! The statements: each a file with a legend of its parameters.

macro_rules! statements {
    ($($name:ident = $file:literal),* $(,)?) => {
        $(pub(super) const $name: &str = include_str!(concat!("sql/", $file, ".sql"));)*
    };
}

statements! {
    FIND_HEAD = "find_head",
    FIND_EVENTS = "find_events",
    FIND_VERSIONS = "find_versions",
    FIND_CLAIMS = "find_claims",
    FIND_ANSWERS = "find_answers",
    COPY_EVENTS = "copy_events",
    INSERT_BLOCK = "insert_block",
    TAKE_CLAIMS = "take_claims",
    RELEASE_CLAIMS = "release_claims",
    KEEP_ANSWERS = "keep_answers",
    PURGE_ANSWERS = "purge_answers",
    ADD_COUNTS = "add_counts",
    PURGE_COUNTS = "purge_counts",
    KEEP_DEAD_LETTERS = "keep_dead_letters",
    FIX_CURRENCY = "fix_currency",
    FIND_BLOCK_WITNESS = "find_block_witness",
    FIND_CHUNK_WITNESS = "find_chunk_witness",
    FIND_LOCK_HOLDER = "find_lock_holder",
    TERMINATE_LOCK_HOLDER = "terminate_lock_holder",
    READ_STREAM = "read_stream",
    READ_STREAM_BACK = "read_stream_back",
    READ_LOG = "read_log",
    READ_LOG_BACK = "read_log_back",
    READ_POSITIONS = "read_positions",
    FIND_POSITION = "find_position",
    FIND_VERSION_AT = "find_version_at",
    READ_DESK = "read_desk",
    READ_BLOCKS = "read_blocks",
    FIND_BLOCK_HASH = "find_block_hash",
    LOAD_SNAPSHOT = "load_snapshot",
    SAVE_SNAPSHOT = "save_snapshot",
    RESERVE_IDS = "reserve_ids",
    ADVANCE_IDS = "advance_ids",
    LIST_CLAIMS = "list_claims",
    FIND_COUNTS = "find_counts",
    LIST_DEAD_LETTERS = "list_dead_letters",
    FIND_DEAD_LETTER = "find_dead_letter",
    RECOGNISE_DATABASE = "recognise_database",
    FIND_SCHEMA_VERSION = "find_schema_version",
    KEEP_IDENTITY = "keep_identity",
    ALLOW_RESET = "allow_reset",
    EMPTY_LOG = "empty_log",
    RAISE_EPOCH = "raise_epoch",
}
