//! The log and the journal that commits to it.

use super::{
    Label,
    listing::{listing, measures},
};

/// Which queue a group waited in.
const LANE: Label = Label::of("lane", &["commands", "stream"]);

measures! {
    gauge HEAD "betstream_log_head_position" "The last position of the log, as this process knows it.";
    counter EVENTS_APPENDED "betstream_log_events_appended_total" "Events that this process committed.";
    counter COMMITS_LOOKED_UP "betstream_log_commits_looked_up_total" "Commits whose answer was lost and whose outcome was looked up.";
    counter LOCK_HOLDERS_TERMINATED "betstream_log_lock_holders_terminated_total" "Stopped holders of the log's lock whose session was ended.";
    histogram CHUNK_REQUESTS "betstream_journal_chunk_requests" in COUNTS "Requests of one chunk.";
    histogram CHUNK_EVENTS "betstream_journal_chunk_events" in COUNTS "Events of one chunk.";
    histogram COMMIT_DURATION "betstream_journal_commit_duration_seconds" in SECONDS "The append of one chunk, the wait for the log's lock included.";
    histogram LOCK_HELD "betstream_journal_lock_held_seconds" in SECONDS "How long one append held the log's lock.";
    histogram LOCK_WAIT "betstream_journal_lock_wait_seconds" in SECONDS "The rest of one append: above all the wait for other processes.";
    gauge WAITING "betstream_journal_waiting_requests" [LANE] "Requests that wait for a chunk.";
    histogram WAIT_DURATION "betstream_journal_wait_duration_seconds" [LANE] in SECONDS "How long a group of requests waited for its chunk.";
    counter REFUSED "betstream_journal_refused_total" "Groups that were refused because too many commands wait.";
    counter FAILURES "betstream_journal_failures_total" "Chunks that were not committed.";
}
