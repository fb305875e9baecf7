//! The rules of accounts as stories.

use betstream_events::{
    account::{AccountDetails, AccountEvent},
    clock::Timestamp,
    envelope::Version,
    event::Event,
    ids::AccountId,
    metadata::Road,
};

use super::*;
use crate::{context::CommandContext, entity::Entity};

const ID: AccountId = AccountId::new(7);

fn context() -> CommandContext {
    CommandContext::new("ann", Road::Http, Timestamp::from_micros(1))
}

fn terms(name: &str) -> AccountTerms {
    AccountTerms {
        name: name.to_owned(),
        hostname: "host".to_owned(),
    }
}

fn details(name: &str) -> AccountDetails {
    let AccountTerms { name, hostname } = terms(name);
    AccountDetails {
        account_id: ID,
        name,
        hostname,
        opened_at: Timestamp::from_micros(1),
    }
}

fn given(events: &[AccountEvent]) -> AccountState {
    let mut state = Account::initial(&ID);
    for (index, event) in events.iter().enumerate() {
        state.evolve(event, Version(index as i64 + 1), Timestamp::from_micros(1));
    }
    state
}

fn when(state: &AccountState, command: AccountCommand) -> Result<Vec<Event>, AccountRejection> {
    let decision = Account::decide(state, &command, &context())?;
    Ok(decision
        .events
        .into_iter()
        .map(|decided| decided.event)
        .collect())
}

#[test]
fn an_account_is_opened_changed_and_deleted() {
    let opened = AccountEvent::Opened(details("alpha"));
    assert_eq!(
        when(&given(&[]), AccountCommand::Open(terms("alpha"))),
        Ok(vec![opened.clone().into()])
    );

    let changed = AccountEvent::Changed {
        details: details("beta"),
        previous_name: "alpha".to_owned(),
        previous_hostname: Some(details("alpha").hostname),
    };
    let state = given(std::slice::from_ref(&opened));
    assert_eq!(
        when(&state, AccountCommand::Change(terms("beta"))),
        Ok(vec![changed.into()])
    );
    assert_eq!(
        when(&state, AccountCommand::Change(terms("alpha"))),
        Ok(vec![])
    );

    let closed = AccountEvent::Closed {
        account_id: ID,
        name: "alpha".to_owned(),
    };
    assert_eq!(
        when(&state, AccountCommand::Delete),
        Ok(vec![closed.clone().into()])
    );
    let unknown = Err(AccountRejection::Unknown { account_id: ID });
    assert_eq!(
        when(&given(&[opened, closed]), AccountCommand::Delete),
        unknown
    );
    assert_eq!(
        when(&given(&[]), AccountCommand::Change(terms("beta"))),
        unknown
    );
}

#[test]
fn terms_are_refused_in_the_order_of_the_rejections() {
    let table = [
        (terms("  "), AccountRejection::NameEmpty),
        (
            terms(&"x".repeat(201)),
            AccountRejection::NameTooLong { chars: 201 },
        ),
        (terms("a\0b"), AccountRejection::Nul { field: "name" }),
        (
            AccountTerms {
                name: "a".to_owned(),
                hostname: "h".repeat(256),
            },
            AccountRejection::HostnameTooLong { chars: 256 },
        ),
    ];
    for (terms, expected) in table {
        assert_eq!(
            when(&given(&[]), AccountCommand::Open(terms.clone())),
            Err(expected),
            "{terms:?}"
        );
    }
    assert!(when(&given(&[]), AccountCommand::Open(terms(&"ä".repeat(200)))).is_ok());
}
