//! The rules of accounts.

use betstream_events::{
    account::{AccountDetails, AccountEvent},
    claims::Claim,
    clock::Timestamp,
    envelope::{Position, RecordedEvent, StreamName, Version},
    event::Event,
    ids::AccountId,
};

use super::{AccountCommand, AccountRejection, AccountState, AccountTerms};
use crate::{
    answer::Answer,
    context::CommandContext,
    entity::{Decision, Entity, Outcome},
};

/// The account as a kind of entity.
pub struct Account;

impl Entity for Account {
    type Id = AccountId;
    type Command = AccountCommand;
    type State = AccountState;
    type Rejection = AccountRejection;

    const NAME: &'static str = "account";
    const SNAPSHOT_SCHEMA: i32 = 1;

    fn stream(id: &AccountId) -> StreamName {
        StreamName::Account(*id)
    }

    fn initial(id: &AccountId) -> AccountState {
        AccountState::New { account_id: *id }
    }

    fn decide(
        state: &AccountState,
        command: &AccountCommand,
        context: &CommandContext,
    ) -> Result<Decision, AccountRejection> {
        match (state, command) {
            (AccountState::New { account_id }, AccountCommand::Open(terms)) => {
                open(*account_id, terms, context.now)
            }
            (state, AccountCommand::Open(_)) => Err(AccountRejection::Exists {
                account_id: state.account_id(),
            }),
            (
                AccountState::Open {
                    details, version, ..
                },
                command,
            ) => {
                check_seen(state, *version, context)?;
                match command {
                    AccountCommand::Change(terms) => change(details, terms),
                    AccountCommand::Delete | AccountCommand::Open(_) => Ok(close(details)),
                }
            }
            (state, _) => Err(AccountRejection::Unknown {
                account_id: state.account_id(),
            }),
        }
    }

    fn begins(command: &AccountCommand) -> bool {
        matches!(command, AccountCommand::Open(_))
    }

    fn evolve(state: &mut AccountState, event: &Event, version: Version, occurred_at: Timestamp) {
        if let Event::Account(event) = event {
            state.evolve(event, version, occurred_at);
        }
    }

    fn answer(state: &AccountState, _outcome: &Outcome, version: Version) -> Answer {
        let (fact, updated_at) = match state {
            AccountState::Open {
                details,
                updated_at,
                ..
            } => (AccountEvent::Opened(details.clone()), *updated_at),
            AccountState::New { account_id } | AccountState::Closed { account_id } => (
                AccountEvent::Closed {
                    account_id: *account_id,
                    name: String::new(),
                },
                Timestamp::default(),
            ),
        };
        Answer {
            fact: fact.into(),
            version,
            bet_versions: Vec::new(),
            updated_at,
            position: Position::START,
        }
    }

    fn claim_refused(
        command: &AccountCommand,
        claim: &Claim,
        held_by: Option<&StreamName>,
    ) -> AccountRejection {
        let held_by = held_by.map_or_else(|| "nobody".to_owned(), ToString::to_string);
        match (command, claim) {
            (
                AccountCommand::Open(terms) | AccountCommand::Change(terms),
                Claim::AccountName(_),
            ) => AccountRejection::NameInUse {
                name: terms.name.clone(),
                held_by,
            },
            (_, claim) => AccountRejection::NameInUse {
                name: claim.to_string(),
                held_by,
            },
        }
    }

    fn known_event(
        _command: &AccountCommand,
        stored: &RecordedEvent,
        _restates: bool,
    ) -> AccountRejection {
        let account_id = match &stored.stream {
            StreamName::Account(id) => *id,
            StreamName::Batch(_)
            | StreamName::Market(_)
            | StreamName::DeadLetter(_)
            | StreamName::Projection(_) => AccountId::new(0),
        };
        AccountRejection::Exists { account_id }
    }

    /// Accounts change a handful of times; reading them from the start is cheaper than a snapshot.
    fn to_snapshot(_state: &AccountState) -> Option<String> {
        None
    }

    fn from_snapshot(_id: &AccountId, _snapshot: &str, _version: Version) -> Option<AccountState> {
        None
    }
}

fn open(
    account_id: AccountId,
    terms: &AccountTerms,
    now: Timestamp,
) -> Result<Decision, AccountRejection> {
    check_terms(terms)?;
    let AccountTerms { name, hostname } = terms.clone();
    let details = AccountDetails {
        account_id,
        name,
        hostname,
        opened_at: now,
    };
    Ok(Decision::one(AccountEvent::Opened(details), Outcome::Whole))
}

fn change(details: &AccountDetails, terms: &AccountTerms) -> Result<Decision, AccountRejection> {
    check_terms(terms)?;
    if details.name == terms.name && details.hostname == terms.hostname {
        return Ok(Decision::nothing(Outcome::Whole));
    }
    let AccountTerms { name, hostname } = terms.clone();
    let previous_name = details.name.clone();
    let previous_hostname = Some(details.hostname.clone());
    let details = AccountDetails {
        name,
        hostname,
        ..details.clone()
    };
    Ok(Decision::one(
        AccountEvent::Changed {
            details,
            previous_name,
            previous_hostname,
        },
        Outcome::Whole,
    ))
}

fn close(details: &AccountDetails) -> Decision {
    let event = AccountEvent::Closed {
        account_id: details.account_id,
        name: details.name.clone(),
    };
    Decision::one(event, Outcome::Whole)
}

fn check_seen(
    state: &AccountState,
    version: Version,
    context: &CommandContext,
) -> Result<(), AccountRejection> {
    match context.if_match {
        Some(seen) if seen != version => Err(AccountRejection::Stale {
            account_id: state.account_id(),
            seen,
            current: Box::new(Account::answer(state, &Outcome::Whole, version)),
        }),
        _ => Ok(()),
    }
}

fn check_terms(terms: &AccountTerms) -> Result<(), AccountRejection> {
    if terms.name.trim().is_empty() {
        return Err(AccountRejection::NameEmpty);
    }
    let chars = terms.name.chars().count();
    if chars > AccountTerms::MAX_NAME_CHARS {
        return Err(AccountRejection::NameTooLong { chars });
    }
    for (field, text) in [("name", &terms.name), ("hostname", &terms.hostname)] {
        if text.contains('\0') {
            return Err(AccountRejection::Nul { field });
        }
    }
    let chars = terms.hostname.chars().count();
    if chars > AccountTerms::MAX_HOSTNAME_CHARS {
        return Err(AccountRejection::HostnameTooLong { chars });
    }
    Ok(())
}
