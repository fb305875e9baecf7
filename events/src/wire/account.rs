//! Stored shapes of account events.

use serde::{Deserialize, Serialize};

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
    #[serde(default, skip_serializing_if = "Option::is_none")]
    previous_name: Option<String>,
}

#[derive(Serialize, Deserialize)]
struct Closed {
    account_id: AccountId,
    name: String,
}

pub(super) fn encode(event: &AccountEvent) -> serde_json::Result<String> {
    match event {
        AccountEvent::Opened(details) => serde_json::to_string(&shape(details, None)),
        AccountEvent::Changed {
            details,
            previous_name,
        } => serde_json::to_string(&shape(details, Some(previous_name))),
        AccountEvent::Closed { account_id, name } => serde_json::to_string(&Closed {
            account_id: *account_id,
            name: name.clone(),
        }),
    }
}

pub(super) fn decode(event_type: EventType, data: &str) -> Result<AccountEvent, String> {
    if event_type == EventType::AccountClosed {
        let Closed { account_id, name } = super::read(data)?;
        return Ok(AccountEvent::Closed { account_id, name });
    }
    let Details {
        account_id,
        name,
        hostname,
        opened_at,
        previous_name,
    } = super::read(data)?;
    let details = AccountDetails {
        account_id,
        name,
        hostname,
        opened_at,
    };
    match (event_type, previous_name) {
        (EventType::AccountOpened, _) => Ok(AccountEvent::Opened(details)),
        (_, Some(previous_name)) => Ok(AccountEvent::Changed {
            details,
            previous_name,
        }),
        (_, None) => Err("previous_name is missing".to_owned()),
    }
}

fn shape(details: &AccountDetails, previous_name: Option<&String>) -> Details {
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
        previous_name: previous_name.cloned(),
    }
}
