//! What the tests of this crate stand on: a real log in a file of its own, and stories to fill it.

mod choices;
mod log;
mod parts;
mod servers;
mod story;

pub(crate) use choices::stories;
pub(crate) use log::{PATIENCE, THEN, TestLog, assert_exact};
pub(crate) use parts::{assert_parts_equal_the_whole, assert_parts_equal_the_whole_in};
pub(crate) use servers::{postgres_url, redis_url};
pub(crate) use story::Story;
