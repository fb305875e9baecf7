//! Projections: how far, how fast, and what is wrong.

use super::{
    Label,
    listing::{listing, measures},
};

/// A projection's name.
const PROJECTION: Label = Label::of("projection", &["desk", "markets", "odds", "stats", "audit"]);
/// Why events were not applied.
const REASON: Label = Label::of("reason", &["event", "panic", "unavailable", "not_owner"]);

measures! {
    gauge POSITION "betstream_projection_position" [PROJECTION] "The last position that the view has counted.";
    gauge LAG_EVENTS "betstream_projection_lag_events" [PROJECTION] "How many positions the view is behind the log.";
    gauge LAG_SECONDS "betstream_projection_lag_seconds" [PROJECTION] "The age of the first event that the view has not counted; 0 when there is none.";
    gauge RATE "betstream_projection_events_per_second" [PROJECTION] "Events counted a second, of late.";
    counter EVENTS "betstream_projection_events_total" [PROJECTION] "Events that this process folded into the view.";
    histogram COMMIT_DURATION "betstream_projection_commit_duration_seconds" [PROJECTION] in SECONDS "One commit of changes and checkpoint.";
    gauge KEPT "betstream_projection_kept" [PROJECTION] "Whether this process keeps the view (1) or stands by (0).";
    gauge PAUSED "betstream_projection_paused" [PROJECTION] "Whether the view stands still, because somebody asked or because an event fails (1).";
    gauge STALLED "betstream_projection_stalled" [PROJECTION] "Whether the view stands still while the log grows, and nobody asked for that (1).";
    counter FAILURES "betstream_projection_failures_total" [PROJECTION, REASON] "Tries to apply events that failed.";
    counter REBUILDS "betstream_projection_rebuilds_total" [PROJECTION] "Rebuilds that this process began.";
    gauge REBUILDING "betstream_projection_rebuilding" [PROJECTION] "Whether the view is being rebuilt (1).";
    gauge REBUILD_PROGRESS "betstream_projection_rebuild_progress_ratio" [PROJECTION] "How much of the log the rebuild has folded; 0 when there is none.";
}
