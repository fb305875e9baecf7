//! What a request says, read once and refused by name.

mod asked;
mod body;
mod causes;
mod event_filter;
mod id;
mod moment;
mod numeric;
mod params;
mod path;

pub use asked::Asked;
pub use body::{Body, read_json};
pub(crate) use causes::{causes, correlation};
pub(crate) use event_filter::{FilterParams, event_filter, filters_of};
pub use id::{RequestId, RequestIds, X_REQUEST_ID};
pub use moment::Moment;
pub use numeric::Numeric;
pub use params::Params;
pub use path::{
    AccountPath, BatchPath, BetPath, CorrelationPath, DeadLetterPath, EventPath, GamePath,
    ProjectionPath, StreamPath,
};
