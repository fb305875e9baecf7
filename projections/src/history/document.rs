//! Differences of two documents, member by member. Lists whose items have a name of their own are
//! compared item by item: bets by `pid`, pools by `bet_type`, selections by `selection`.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

/// One thing that is another one now.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Change {
    /// Where, as a JSON pointer; an item of a list stands under its own name: `/bets/17/status`
    /// (by `pid`), `/pools/WIN/selections/1~12/amount` (by `bet_type` and `selection`). Empty for
    /// the whole.
    #[schema(example = "/bets/17/status")]
    pub path: String,
    /// What was there; missing when nothing was.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        deserialize_with = "present"
    )]
    #[schema(value_type = Option<Value>, example = "pending")]
    pub before: Option<Value>,
    /// What is there now; missing when nothing is.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        deserialize_with = "present"
    )]
    #[schema(value_type = Option<Value>, example = "successful")]
    pub after: Option<Value>,
}

/// `null` is a value, and not the same as nothing.
fn present<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Option<Value>, D::Error> {
    Value::deserialize(deserializer).map(Some)
}

/// The member by which the items of the list `name` are told apart.
fn name_of_items(name: &str) -> Option<&'static str> {
    match name {
        "bets" => Some("pid"),
        "pools" => Some("bet_type"),
        "selections" => Some("selection"),
        _ => None,
    }
}

/// `shown` as a document: named items stand under their names.
pub(super) fn document(shown: &impl Serialize) -> Value {
    // What is shown holds texts, numbers and JSON only, none of which can fail to be written.
    keyed(serde_json::to_value(shown).unwrap_or_default())
}

fn keyed(value: Value) -> Value {
    let Value::Object(members) = value else {
        return value;
    };
    let member = |(name, value): (String, Value)| match (name_of_items(&name), value) {
        (Some(key), Value::Array(items)) => {
            let item = |item: Value| (name_in(&item, key), keyed(item));
            (name, Value::Object(items.into_iter().map(item).collect()))
        }
        (_, value) => (name, value),
    };
    Value::Object(members.into_iter().map(member).collect())
}

fn name_in(item: &Value, key: &str) -> String {
    match &item[key] {
        Value::String(name) => name.clone(),
        other => other.to_string(),
    }
}

/// What turns `before` into `after`, in the order of the members' names.
pub(super) fn differences(before: &Value, after: &Value) -> Vec<Change> {
    let mut changes = Vec::new();
    compare(String::new(), Some(before), Some(after), &mut changes);
    changes
}

fn compare(path: String, before: Option<&Value>, after: Option<&Value>, changes: &mut Vec<Change>) {
    match (before, after) {
        (before, after) if before == after => {}
        (Some(Value::Object(before)), Some(Value::Object(after))) => {
            let added = after.keys().filter(|name| !before.contains_key(*name));
            for name in before.keys().chain(added) {
                let path = format!("{path}/{}", name.replace('~', "~0").replace('/', "~1"));
                compare(path, before.get(name), after.get(name), changes);
            }
        }
        (before, after) => changes.push(Change {
            path,
            before: before.cloned(),
            after: after.cloned(),
        }),
    }
}

/// Makes `changes` to `document`.
#[cfg(test)]
pub(super) fn apply(document: &mut Value, changes: &[Change]) {
    for Change { path, after, .. } in changes {
        let Some((parent, name)) = path.rsplit_once('/') else {
            *document = after.clone().unwrap();
            continue;
        };
        let parent = document.pointer_mut(parent).unwrap();
        let name = name.replace("~1", "/").replace("~0", "~");
        let members = parent.as_object_mut().unwrap();
        match after {
            Some(after) => members.insert(name, after.clone()),
            None => members.remove(&name),
        };
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn named_items_are_compared_one_by_one() {
        let before = json!({ "state": "active", "name": null, "meta": { "a": [1] },
            "bets": [{ "pid": 1, "status": "pending" }, { "pid": 2, "status": "pending" }],
            "pools": [{ "bet_type": "EX", "selections": [{ "selection": "1/2", "bets": 1 }] }] });
        let after = json!({ "state": "active", "name": "x", "meta": { "a": [2] },
            "bets": [{ "pid": 2, "status": "failed" }, { "pid": 3, "status": "pending" }],
            "pools": [{ "bet_type": "EX", "selections": [{ "selection": "1/2", "bets": 2 }] }] });
        let (before, after) = (document(&before), document(&after));
        let changes = differences(&before, &after);
        let told = |change: &Change| {
            let shown = |value: &Option<Value>| {
                value
                    .as_ref()
                    .map_or_else(|| "-".to_owned(), Value::to_string)
            };
            format!(
                "{} {} {}",
                change.path,
                shown(&change.before),
                shown(&change.after)
            )
        };
        assert_eq!(
            changes.iter().map(told).collect::<Vec<_>>(),
            [
                r#"/bets/1 {"pid":1,"status":"pending"} -"#,
                r#"/bets/2/status "pending" "failed""#,
                r#"/bets/3 - {"pid":3,"status":"pending"}"#,
                "/meta/a [1] [2]",
                r#"/name null "x""#,
                "/pools/EX/selections/1~12/bets 1 2",
            ]
        );
        let mut changed = before;
        apply(&mut changed, &changes);
        assert_eq!(changed, after);
        let text = serde_json::to_string(&changes).unwrap();
        assert_eq!(serde_json::from_str::<Vec<Change>>(&text).unwrap(), changes);
    }
}
