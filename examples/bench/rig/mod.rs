//! What every measurement stands on.

mod broker;
mod database;
mod deployment;
mod http;
mod load;
mod machine;
mod messages;
mod processes;
mod raw_copy;
mod server;
mod taking;

pub(crate) use self::{
    database::connect,
    deployment::{Deployment, Rig},
    http::{Connection, Request, get, post, request},
    load::{Latencies, closed_loop, open_loop},
    machine::machine,
    messages::{Messages, Mix, Poisons},
    raw_copy::{COLUMNS as COPY_COLUMNS, RawCopy, copied, copy, rows},
    server::{Server, binary},
    taking::{Outcomes, Progress, Taken, take_waiting, views_catch_up},
};
