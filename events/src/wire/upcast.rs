//! Upcasts: each lifts one event type from one schema version to the next.

use std::borrow::Cow;

use serde_json::Value;

use crate::event::EventType;

/// One step of the chain.
struct Upcast {
    event_type: EventType,
    from: i32,
    lift: fn(Value) -> Value,
}

/// Every step ever needed, in any order. Version 1 is the first of every type.
const UPCASTS: &[Upcast] = &[];

/// The schema version in which events of this type are written.
pub fn current_version(event_type: EventType) -> i32 {
    1 + UPCASTS
        .iter()
        .filter(|step| step.event_type == event_type)
        .count() as i32
}

/// Checks that the steps of each type lead from 1 to its current version without gap or repeat.
///
/// # Errors
/// A text that names the type and the missing step.
pub fn check_chain() -> Result<(), String> {
    for event_type in EventType::ALL {
        for from in 1..current_version(*event_type) {
            let steps = UPCASTS
                .iter()
                .filter(|step| step.event_type == *event_type && step.from == from)
                .count();
            if steps != 1 {
                return Err(format!(
                    "{} has {steps} upcasts from version {from}, one is needed",
                    event_type.name()
                ));
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
