//! The brain by itself: its order of precedence as tables, and what holds for any requests.

mod model;
mod precedence;
mod properties;
