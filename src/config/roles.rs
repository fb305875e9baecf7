//! What a process does: all of it, or a part, so that a deployment can scale the parts apart.

use betstream_events::store::url::StoreUrl;

use super::{
    error::ConfigError,
    read::{Fault, Settings, fault},
};

const CURE: &str = "use all, or some of api, ingest and projections with commas between them";

/// The parts that a process takes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Roles {
    /// Serves the API, the console and the live streams. Without it a process answers for its health
    /// and its metrics alone.
    pub(crate) api: bool,
    /// Takes bets off the stream, where there is one.
    pub(crate) ingest: bool,
    /// Keeps views up to date. Without it a process reads what others keep.
    pub(crate) projections: bool,
    /// Whether the roles were named, one by one: then each must be possible.
    named: bool,
}

impl Roles {
    /// Whatever the other settings allow.
    pub(crate) const ALL: Self = Self {
        api: true,
        ingest: true,
        projections: true,
        named: false,
    };

    const fn are_all(self) -> bool {
        self.api && self.ingest && self.projections
    }
}

impl std::fmt::Display for Roles {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let words = [
            (self.api, "api"),
            (self.ingest, "ingest"),
            (self.projections, "projections"),
        ];
        let taken = words.iter().filter(|(taken, _)| *taken);
        f.write_str(&taken.map(|(_, word)| *word).collect::<Vec<_>>().join(","))
    }
}

/// Reads `api,ingest` or `all`.
pub(super) fn roles(text: &str) -> Result<Roles, Fault> {
    if text.trim() == "all" {
        return Ok(Roles::ALL);
    }
    let mut roles = Roles {
        api: false,
        ingest: false,
        projections: false,
        named: true,
    };
    for word in text
        .split(',')
        .map(str::trim)
        .filter(|word| !word.is_empty())
    {
        let role = match word {
            "api" => &mut roles.api,
            "ingest" => &mut roles.ingest,
            "projections" => &mut roles.projections,
            _ => return Err(fault(format!("{word:?} is no role"), CURE)),
        };
        if std::mem::replace(role, true) {
            return Err(fault(format!("{word} stands there twice"), CURE));
        }
    }
    if roles.api || roles.ingest || roles.projections {
        Ok(roles)
    } else {
        Err(fault("it names no role", CURE))
    }
}

impl Settings {
    /// Refuses roles that the other settings leave nothing to do for.
    ///
    /// # Errors
    /// [`ConfigError`], which names the settings that contradict each other and the cure.
    pub(crate) fn check_roles(&self) -> Result<(), ConfigError> {
        let roles = self.roles;
        if !roles.are_all() && matches!(self.database, StoreUrl::Sqlite(_)) {
            return Err(ConfigError(format!(
                "BETSTREAM_ROLES is {roles}, but DATABASE_URL is {}, a file that one process has to itself: nobody \
                 could take the other roles; set DATABASE_URL to postgres://…, or leave BETSTREAM_ROLES out",
                self.database
            )));
        }
        if roles.named && roles.ingest && self.nats.is_none() {
            return Err(ConfigError(format!(
                "BETSTREAM_ROLES is {roles}, but NATS_URL is not set: there is no stream to take bets from; set \
                 NATS_URL, or leave ingest out of BETSTREAM_ROLES"
            )));
        }
        Ok(())
    }
}
