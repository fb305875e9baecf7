//! Bets, and the stream they come on. What the broker knows (pending, in flight, redelivered, lag) is
//! the same for every process that asks: take the largest, not the sum.

use super::{
    Label,
    listing::{listing, measures},
};

/// By which road a bet came.
const ROAD: Label = Label::of("road", &["http", "stream", "other"]);
/// What became of a bet.
const OUTCOME: Label = Label::of(
    "outcome",
    &["recorded", "already_recorded", "refused", "deferred"],
);
/// What the broker was told.
const ANSWER: Label = Label::of("answer", &["done", "terminated", "sent_again"]);

measures! {
    counter BETS "betstream_bets_total" [ROAD, OUTCOME] "Bets that came outside of batches, by what became of them.";
    counter DEAD_LETTERS "betstream_dead_letters_total" "Messages that could not be read and were kept as dead letters.";
    gauge PULLING "betstream_ingest_pulling" "Whether this process pulls from the bet stream (1) or not (0).";
    gauge PENDING "betstream_ingest_pending_messages" "Messages on the stream that were not delivered yet, to any process.";
    gauge IN_FLIGHT "betstream_ingest_in_flight_messages" "Messages delivered to any process and not acknowledged yet.";
    gauge REDELIVERED "betstream_ingest_redelivered_messages" "Of the messages in flight, those delivered more than once.";
    gauge LAG "betstream_ingest_lag_seconds" "The age of the oldest message that nobody has acknowledged; 0 when none waits.";
    gauge LOST "betstream_ingest_lost_messages" "Messages that the broker dropped before anybody took them.";
    histogram GROUP_MESSAGES "betstream_ingest_group_messages" in COUNTS "Messages that were taken together.";
    histogram DELAY "betstream_ingest_delay_seconds" in AGES "From the publishing of a group's oldest message to its acknowledgement.";
    counter ACKNOWLEDGEMENTS "betstream_ingest_acknowledgements_total" [ANSWER] "What the broker was told of messages.";
    counter RESTARTS "betstream_ingest_restarts_total" "Pulls that ended and were begun again.";
}
