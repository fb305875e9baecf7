//! Upcasts: each lifts one event type from one schema version to the next.

use std::borrow::Cow;

use serde_json::Value;

use super::account;
use crate::event::EventType;

/// One step of the chain.
struct Upcast {
    event_type: EventType,
    from: i32,
    to: i32,
    lift: fn(Value) -> Value,
}

/// Every step ever needed, in any order. Version 1 is the first of every type.
const UPCASTS: &[Upcast] = &[Upcast {
    event_type: EventType::AccountChanged,
    from: 1,
    to: 2,
    lift: account::changed_to_v2,
}];

/// The schema version in which events of this type are written.
pub fn current_version(event_type: EventType) -> i32 {
    newest(UPCASTS, event_type)
}

/// Checks that the steps of each type lead from 1 to its current version, one by one.
///
/// # Errors
/// A text that names the type and the step that is missing, doubled, or leads elsewhere.
pub fn check_chain() -> Result<(), String> {
    check(UPCASTS)
}

fn newest(upcasts: &[Upcast], event_type: EventType) -> i32 {
    let of_type = upcasts.iter().filter(|step| step.event_type == event_type);
    of_type.map(|step| step.to).max().unwrap_or(1)
}

fn check(upcasts: &[Upcast]) -> Result<(), String> {
    for Upcast {
        event_type,
        from,
        to,
        ..
    } in upcasts
    {
        let name = event_type.name();
        if to <= from {
            return Err(format!(
                "the upcast of {name} from version {from} leads back to version {to}: a cycle"
            ));
        }
        if *to != from + 1 {
            return Err(format!(
                "the upcast of {name} from version {from} leads to version {to}, each leads to the next one"
            ));
        }
    }
    for event_type in EventType::ALL {
        let name = event_type.name();
        for from in 1..newest(upcasts, *event_type) {
            let steps = upcasts
                .iter()
                .filter(|step| step.event_type == *event_type && step.from == from);
            match steps.count() {
                1 => {}
                0 => {
                    return Err(format!(
                        "{name} has no upcast from version {from}: what was written in it cannot be read"
                    ));
                }
                many => {
                    return Err(format!(
                        "{name} has {many} upcasts from version {from}, one is needed"
                    ));
                }
            }
        }
    }
    Ok(())
}

/// Lifts `data` to the current version; what is current already is passed on untouched.
pub(super) fn to_current(
    event_type: EventType,
    version: i32,
    data: &str,
) -> Result<Cow<'_, str>, String> {
    let current = current_version(event_type);
    if version == current {
        return Ok(Cow::Borrowed(data));
    }
    if !(1..current).contains(&version) {
        return Err(format!(
            "{} has no schema version {version}, the newest known is {current}",
            event_type.name()
        ));
    }
    let mut value: Value = super::read(data)?;
    for from in version..current {
        let step = UPCASTS
            .iter()
            .find(|step| step.event_type == event_type && step.from == from);
        value = step
            .map(|step| step.lift)
            .ok_or_else(|| format!("no upcast from version {from}"))?(value);
    }
    Ok(Cow::Owned(value.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn step(from: i32, to: i32) -> Upcast {
        Upcast {
            event_type: EventType::BatchCreated,
            from,
            to,
            lift: |data| data,
        }
    }

    #[test]
    fn the_chain_that_is_served_is_whole() {
        assert_eq!(check_chain(), Ok(()));
        assert_eq!(check(&[step(2, 3), step(1, 2)]), Ok(()));
    }

    #[test]
    fn a_chain_that_is_not_whole_is_refused_by_name() {
        let broken = [
            (
                vec![step(2, 3)],
                "batch.created has no upcast from version 1",
            ),
            (
                vec![step(1, 2), step(2, 3), step(1, 2)],
                "batch.created has 2 upcasts from version 1",
            ),
            (
                vec![step(1, 2), step(2, 1)],
                "the upcast of batch.created from version 2 leads back to version 1: a cycle",
            ),
            (
                vec![step(1, 2), step(2, 2)],
                "the upcast of batch.created from version 2 leads back to version 2",
            ),
            (
                vec![step(1, 3)],
                "the upcast of batch.created from version 1 leads to version 3",
            ),
            (
                vec![step(0, 1), step(4, 5)],
                "batch.created has no upcast from version 1",
            ),
        ];
        for (steps, expected) in broken {
            let refused = check(&steps).unwrap_err();
            assert!(refused.starts_with(expected), "{refused}");
        }
    }
}
