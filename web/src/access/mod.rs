//! Access in its first form: open on loopback, or named tokens.
//!
//! A request is refused before its handler is found, unless its path is public; who asks is then
//! the *who* of everything that it does. Streams are no exception.

mod caller;
mod guard;
mod mode;
mod origin;
mod proxies;
mod session;
mod tokens;

pub use caller::{Caller, Road};
pub use guard::{identify, is_public, is_reserved, sign_in};
pub use mode::AccessMode;
pub use origin::{check_live_origin, is_loopback_name, is_own_origin};
pub use proxies::{Asked, NotANetwork, TrustedProxies};
pub use session::{SESSION_COOKIE, SESSION_SECONDS, SessionKey};
pub use tokens::{NewToken, TokenBook, TokenBookError};
