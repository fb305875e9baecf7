//! What the log says already about the ids and names of a plan: which rows were taken over before,
//! which changed since, and which ids mean something else here.

use std::collections::{HashMap, HashSet};

use betstream_events::{
    account::AccountEvent,
    batch::BatchEvent,
    claims::Claim,
    envelope::{Position, RecordedEvent, StreamName},
    event::{Event, StreamTerms},
    ids::{BetPid, EventId},
    store::{EventStore, Follow, StoreError},
};

use super::plan::{Plan, Planned};

/// How many events are read at a time.
const PAGE: usize = 2_000;

/// What was found.
#[derive(Debug, Default)]
pub(super) struct Survey {
    /// Rows that the log has already, by their place in the plan.
    pub(super) known: HashSet<usize>,
    /// Rows that the log has, and that the source changed since; one text each.
    pub(super) changed: Vec<String>,
    /// Ids and names that this log uses for something else; one text each.
    pub(super) conflicts: Vec<String>,
}

/// Looks for everything of `plan` in the log.
///
/// # Errors
/// [`StoreError`] when the store does not answer.
pub(super) async fn survey(store: &dyn EventStore, plan: &Plan) -> Result<Survey, StoreError> {
    let mut survey = Survey::default();
    let desk: Vec<(usize, &Planned)> = plan
        .planned
        .iter()
        .enumerate()
        .filter(|(_, row)| !matches!(row.stream, StreamName::Market(_)))
        .collect();
    if !desk.is_empty() {
        let found = Found::read(store, &desk).await?;
        for (at, row) in &desk {
            found.compare(*at, row, &mut survey);
        }
        check_names(store, &desk, &mut survey).await?;
    }
    for (at, row) in plan.planned.iter().enumerate() {
        if matches!(row.stream, StreamName::Market(_)) {
            compare_stream_bet(store, at, row, &mut survey).await?;
        }
    }
    Ok(survey)
}

/// The log's own events under the ids of a plan, from one reading of the desk.
struct Found {
    by_stream: HashMap<StreamName, Vec<RecordedEvent>>,
    pid_holders: HashMap<BetPid, StreamName>,
}

impl Found {
    async fn read(store: &dyn EventStore, desk: &[(usize, &Planned)]) -> Result<Self, StoreError> {
        let streams: HashSet<&StreamName> = desk.iter().map(|(_, row)| &row.stream).collect();
        let pids: HashSet<BetPid> = desk
            .iter()
            .flat_map(|(_, row)| row.pids.iter().copied())
            .collect();
        let mut found = Self {
            by_stream: HashMap::new(),
            pid_holders: HashMap::new(),
        };
        let head = store.head().await?.position;
        let mut after = Position::START;
        loop {
            let page = store.read_after(after, head, PAGE, Follow::Desk).await?;
            let Some(last) = page.last() else {
                return Ok(found);
            };
            after = last.position;
            for event in page {
                if let Event::Batch(
                    BatchEvent::Created { bets, .. } | BatchEvent::BetsAdded { bets, .. },
                ) = &event.event
                {
                    for bet in bets.iter().filter(|bet| pids.contains(&bet.pid)) {
                        found.pid_holders.insert(bet.pid, event.stream.clone());
                    }
                }
                if streams.contains(&event.stream) {
                    found
                        .by_stream
                        .entry(event.stream.clone())
                        .or_default()
                        .push(event);
                }
            }
        }
    }

    fn compare(&self, at: usize, row: &Planned, survey: &mut Survey) {
        for pid in &row.pids {
            if let Some(holder) = self
                .pid_holders
                .get(pid)
                .filter(|holder| **holder != row.stream)
            {
                survey.conflicts.push(format!(
                    "{}: the bet id {pid} belongs to {holder} in this log",
                    row.what
                ));
            }
        }
        let Some(events) = self.by_stream.get(&row.stream) else {
            return;
        };
        let (Some(first), Some(planned)) = (events.first(), row.events.first()) else {
            return;
        };
        if first.event_id != planned.event_id {
            let what = describe(&first.event);
            survey.conflicts.push(format!(
                "{}: this log uses the id for something else ({what})",
                row.what
            ));
            return;
        }
        survey.known.insert(at);
        let taken: HashSet<EventId> = events.iter().map(|event| event.event_id).collect();
        if first.event != planned.event {
            survey.changed.push(format!(
                "{}: {} changed in the source since it was taken over",
                row.what,
                differing(&first.event, &planned.event)
            ));
        } else if row
            .events
            .iter()
            .any(|event| !taken.contains(&event.event_id))
        {
            survey.changed.push(format!(
                "{}: it was completed in the source since it was taken over",
                row.what
            ));
        }
    }
}

/// A name is free, or held by the very account that is to have it.
async fn check_names(
    store: &dyn EventStore,
    desk: &[(usize, &Planned)],
    survey: &mut Survey,
) -> Result<(), StoreError> {
    for (at, row) in desk {
        let Some(Event::Account(AccountEvent::Opened(details))) =
            row.events.first().map(|event| &event.event)
        else {
            continue;
        };
        if survey.known.contains(at) {
            continue;
        }
        if let Some(holder) = store
            .claim_holder(&Claim::AccountName(details.name.clone()))
            .await?
        {
            survey.conflicts.push(format!(
                "{}: its name {:?} is in use by {holder} in this log",
                row.what, details.name
            ));
        }
    }
    Ok(())
}

/// A stream bet is its own event id, so the log knows at once whether it has it.
async fn compare_stream_bet(
    store: &dyn EventStore,
    at: usize,
    row: &Planned,
    survey: &mut Survey,
) -> Result<(), StoreError> {
    let Some(planned) = row.events.first() else {
        return Ok(());
    };
    let Some(stored) = store.find_event(planned.event_id).await? else {
        return Ok(());
    };
    survey.known.insert(at);
    if stored.event.restates(&planned.event) {
        return Ok(());
    }
    match (
        StreamTerms::of(&stored.event),
        StreamTerms::of(&planned.event),
    ) {
        (Some(recorded), Some(sent)) => {
            survey.changed.push(format!(
                "{}: {}",
                row.what,
                recorded.differences(&sent).join("; ")
            ));
        }
        _ => survey.conflicts.push(format!(
            "{}: this log uses the id for something else ({})",
            row.what,
            describe(&stored.event)
        )),
    }
    Ok(())
}

fn describe(event: &Event) -> String {
    match event {
        Event::Account(AccountEvent::Opened(details)) => format!("account {:?}", details.name),
        Event::Batch(BatchEvent::Created { header, .. }) => {
            format!(
                "a batch of account {} made {}",
                header.owner.account_id, header.created_at
            )
        }
        other => other.event_type().name().to_owned(),
    }
}

fn differing(stored: &Event, planned: &Event) -> String {
    match (stored, planned) {
        (
            Event::Account(AccountEvent::Opened(ours)),
            Event::Account(AccountEvent::Opened(theirs)),
        ) => {
            let pairs = [
                ("name", &ours.name, &theirs.name),
                ("hostname", &ours.hostname, &theirs.hostname),
            ];
            let words = pairs.iter().filter(|(_, ours, theirs)| ours != theirs);
            words
                .map(|(field, ours, theirs)| format!("{field} (here {ours:?}, there {theirs:?})"))
                .collect::<Vec<_>>()
                .join(", ")
        }
        (
            Event::Batch(BatchEvent::Created { bets: ours, .. }),
            Event::Batch(BatchEvent::Created { bets: theirs, .. }),
        ) => {
            let changed = theirs
                .iter()
                .filter(|bet| !ours.contains(bet))
                .map(|bet| bet.pid.to_string());
            let gone = ours
                .iter()
                .filter(|bet| theirs.iter().all(|other| other.pid != bet.pid))
                .map(|bet| bet.pid.to_string());
            let pids: Vec<String> = changed.chain(gone).collect();
            if pids.is_empty() {
                "its description".to_owned()
            } else {
                format!("bets {}", pids.join(", "))
            }
        }
        _ => "it".to_owned(),
    }
}
