//! The statements: each a file with a legend of its parameters.

macro_rules! statements {
    ($($name:ident = $file:literal),* $(,)?) => {
        $(pub(super) const $name: &str = include_str!(concat!("sql/", $file, ".sql"));)*
    };
}

statements! {
    FIND_EVENT = "find_event",
    FIND_VERSION = "find_version",
    FIND_CLAIM = "find_claim",
    FIND_ANSWER = "find_answer",
    INSERT_EVENT = "insert_event",
    INSERT_BLOCK = "insert_block",
    TAKE_CLAIM = "take_claim",
    RELEASE_CLAIM = "release_claim",
    KEEP_ANSWER = "keep_answer",
    PURGE_ANSWERS = "purge_answers",
    ADD_COUNTS = "add_counts",
    KEEP_DEAD_LETTER = "keep_dead_letter",
    SAVE_SNAPSHOT = "save_snapshot",
    RESERVE_IDS = "reserve_ids",
    RETURN_IDS = "return_ids",
    ADVANCE_IDS = "advance_ids",
    READ_STREAM = "read_stream",
    READ_STREAM_BACK = "read_stream_back",
    READ_LOG = "read_log",
    READ_LOG_BACK = "read_log_back",
    READ_POSITION = "read_position",
    FIND_POSITION = "find_position",
    FIND_VERSION_AT = "find_version_at",
    READ_DESK = "read_desk",
    READ_BLOCKS = "read_blocks",
    FIND_BLOCK_HASH = "find_block_hash",
    LOAD_SNAPSHOT = "load_snapshot",
    LIST_CLAIMS = "list_claims",
    LIST_DEAD_LETTERS = "list_dead_letters",
    FIND_DEAD_LETTER = "find_dead_letter",
    FIND_COUNTS = "find_counts",
    FIND_IDENTITY = "find_identity",
    KEEP_IDENTITY = "keep_identity",
    FIND_LAST_EVENT = "find_last_event",
    FIND_LAST_BLOCK = "find_last_block",
    LIST_TABLES = "list_tables",
    FIND_SCHEMA_VERSION = "find_schema_version",
    LIST_GUARDS = "list_guards",
    EMPTY_LOG = "empty_log",
}
