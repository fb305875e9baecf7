//! Actors, by what they stand for.

use super::{
    Label,
    listing::{listing, measures},
};

/// What an actor stands for.
const KIND: Label = Label::of(
    "kind",
    &["account", "batch", "market", "dead_letter", "projection"],
);
/// The same for those that have a state; a market has none.
const KIND_WITH_STATE: Label =
    Label::of("kind", &["account", "batch", "dead_letter", "projection"]);

measures! {
    gauge RUNNING "betstream_actors_running" [KIND] "Actors in memory.";
    gauge WAITING "betstream_actor_waiting_commands" [KIND] "Mailbox depth of all actors together: commands (of a market, groups of bets) that were handed over and not taken up yet.";
    histogram TURN_COMMANDS "betstream_actor_turn_commands" [KIND_WITH_STATE] in COUNTS "Commands of one turn.";
    counter OVERLOADS "betstream_actor_overloads_total" [KIND] "Commands that were refused because the actor's queue was full.";
    counter PANICS "betstream_actor_panics_total" [KIND] "Decisions that panicked; the actor is started anew.";
    histogram RECOVERY_DURATION "betstream_actor_recovery_duration_seconds" [KIND_WITH_STATE] in SECONDS "Reading a state from snapshot and log, once it was its turn.";
    histogram RECOVERY_EVENTS "betstream_actor_recovery_events" [KIND_WITH_STATE] in COUNTS "Events that were read to recover a state.";
    counter RECOVERIES_FAILED "betstream_actor_recoveries_failed_total" [KIND_WITH_STATE] "States that could not be read.";
}
