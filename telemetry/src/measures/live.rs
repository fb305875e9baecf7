//! Live clients.

use super::{
    Label,
    listing::{listing, measures},
};

/// How a client listens.
const TRANSPORT: Label = Label::of("transport", &["sse", "ws"]);
/// Why a client is no more.
const REASON: Label = Label::of(
    "reason",
    &["gone", "slow", "silent", "stopping", "protocol"],
);

measures! {
    gauge CLIENTS "betstream_live_clients" [TRANSPORT] "Clients that listen.";
    counter FRAMES "betstream_live_frames_total" [TRANSPORT] "Messages that were sent to clients.";
    counter CLOSED "betstream_live_closed_total" [TRANSPORT, REASON] "Clients that left (gone) or were closed, and why.";
    counter RESYNCS "betstream_live_resyncs_total" "Clients that were told to load everything again.";
}
