//! Stored shapes of account events.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{
    account::{AccountDetails, AccountEvent},
    clock::Timestamp,
    event::EventType,
    ids::AccountId,
};

#[derive(Serialize, Deserialize)]
struct Details {
    account_id: AccountId,
    name: String,
    hostname: String,
    opened_at: Timestamp,
}

#[derive(Serialize, Deserialize)]
struct Changed {
    #[serde(flatten)]
    details: Details,
    previous_name: String,
    /// Since version 2; what was written before does not say.
    previous_hostname: Option<String>,
}

/// `account.changed` from version 1 to 2.
pub(super) fn changed_to_v2(mut data: Value) -> Value {
    if let Value::Object(fields) = &mut data {
        fields.insert("previous_hostname".to_owned(), Value::Null);
    }
    data
}

#[derive(Serialize, Deserialize)]
struct Closed {
    account_id: AccountId,
    name: String,
}

pub(super) fn encode(event: &AccountEvent) -> serde_json::Result<String> {
    match event {
        AccountEvent::Opened(details) => serde_json::to_string(&shape(details)),
        AccountEvent::Changed {
            details,
            previous_name,
            previous_hostname,
        } => serde_json::to_string(&Changed {
            details: shape(details),
            previous_name: previous_name.clone(),
            previous_hostname: previous_hostname.clone(),
        }),
        AccountEvent::Closed { account_id, name } => serde_json::to_string(&Closed {
            account_id: *account_id,
            name: name.clone(),
        }),
    }
}

pub(super) fn decode(event_type: EventType, data: &str) -> Result<AccountEvent, String> {
    match event_type {
        EventType::AccountOpened => super::read(data).map(details).map(AccountEvent::Opened),
        EventType::AccountChanged => {
            let changed: Changed = super::read(data)?;
            Ok(AccountEvent::Changed {
                details: details(changed.details),
                previous_name: changed.previous_name,
                previous_hostname: changed.previous_hostname,
            })
        }
        EventType::AccountClosed => {
            let Closed { account_id, name } = super::read(data)?;
            Ok(AccountEvent::Closed { account_id, name })
        }
        other => Err(format!("{} is no account event", other.name())),
    }
}

fn details(shape: Details) -> AccountDetails {
    let Details {
        account_id,
        name,
        hostname,
        opened_at,
    } = shape;
    AccountDetails {
        account_id,
        name,
        hostname,
        opened_at,
    }
}

fn shape(details: &AccountDetails) -> Details {
    let AccountDetails {
        account_id,
        name,
        hostname,
        opened_at,
    } = details.clone();
    Details {
        account_id,
        name,
        hostname,
        opened_at,
    }
}
