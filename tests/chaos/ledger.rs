//! What was sent and what was acknowledged, kept outside the system, and how the log compares.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    sync::Mutex,
};

use uuid::Uuid;

use crate::log::{Log, Row};

/// The outside record. A command is known by its correlation id, a bet by its own id, a message
/// that nobody can read by its bytes.
#[derive(Default)]
pub(crate) struct Ledger(Mutex<Entries>);

#[derive(Default)]
struct Entries {
    commands: BTreeMap<String, Command>,
    bets: HashMap<Uuid, bool>,
    letters: BTreeMap<Vec<u8>, bool>,
    /// Answers that nobody should get.
    surprises: Vec<String>,
}

struct Command {
    /// The type of the one event that it leads to.
    event: &'static str,
    acknowledged: bool,
    /// What `X-Log-Position` said, where the first try was answered.
    position: Option<i64>,
    /// Whether a try of it was left without an answer.
    cut_off: bool,
    /// What was asked and what was answered, for people.
    story: String,
}

/// How the log compares with the ledger.
#[derive(Debug, Default)]
pub(crate) struct Verdict {
    /// Commands, bets and unreadable messages that were acknowledged.
    pub(crate) acknowledged: usize,
    /// Acknowledged and not there.
    pub(crate) lost: Vec<String>,
    /// There more than once.
    pub(crate) doubled: Vec<String>,
    /// There, and sent by nobody.
    pub(crate) invented: Vec<String>,
    /// Everything else that is not as it should be.
    pub(crate) broken: Vec<String>,
}

impl Ledger {
    fn entries(&self) -> std::sync::MutexGuard<'_, Entries> {
        self.0.lock().expect("no panic")
    }

    /// A command is about to be sent; it leads to one event of type `event`. Gives its mark.
    pub(crate) fn sends_command(&self, event: &'static str) -> String {
        let mut entries = self.entries();
        let mark = format!("command-{}", entries.commands.len());
        let command = Command {
            event,
            acknowledged: false,
            position: None,
            cut_off: false,
            story: String::new(),
        };
        entries.commands.insert(mark.clone(), command);
        mark
    }

    /// What happened to the command of this mark, in words.
    pub(crate) fn tell(&self, mark: &str, what: &str) {
        if let Some(command) = self.entries().commands.get_mut(mark) {
            command.story.push_str(what);
            command.story.push_str("; ");
        }
    }

    /// The command of this mark was answered with success.
    pub(crate) fn command_answered(&self, mark: &str, position: Option<i64>) {
        if let Some(command) = self.entries().commands.get_mut(mark) {
            (command.acknowledged, command.position) = (true, position);
        }
    }

    /// A try of the command of this mark was left without an answer.
    pub(crate) fn command_cut_off(&self, mark: &str) {
        if let Some(command) = self.entries().commands.get_mut(mark) {
            command.cut_off = true;
        }
    }

    /// Bets are about to be sent, perhaps not for the first time.
    pub(crate) fn sends_bets(&self, ids: impl IntoIterator<Item = Uuid>) {
        let mut entries = self.entries();
        for id in ids {
            entries.bets.entry(id).or_insert(false);
        }
    }

    /// Bets were acknowledged: recorded over HTTP, or taken by the broker.
    pub(crate) fn bets_taken(&self, ids: impl IntoIterator<Item = Uuid>) {
        let mut entries = self.entries();
        for id in ids {
            entries.bets.insert(id, true);
        }
    }

    /// A message that nobody can read is about to be published, or was taken by the broker.
    pub(crate) fn letter(&self, bytes: &[u8], taken: bool) {
        *self.entries().letters.entry(bytes.to_owned()).or_default() |= taken;
    }

    /// An answer that nobody should get.
    pub(crate) fn surprise(&self, what: String) {
        eprintln!("a surprise: {what}");
        self.entries().surprises.push(what);
    }

    /// How much was acknowledged.
    pub(crate) fn acknowledged(&self) -> usize {
        let entries = self.entries();
        let commands = entries.commands.values().filter(|c| c.acknowledged).count();
        let bets = entries.bets.values().filter(|taken| **taken).count();
        commands + bets + entries.letters.values().filter(|taken| **taken).count()
    }

    /// Commands without an answer whose effect stands at or before `position` all the same.
    pub(crate) fn cut_off_before(&self, log: &Log, position: i64) -> Vec<String> {
        let entries = self.entries();
        let early = log.rows.iter().take_while(|row| row.position <= position);
        let marks = early.filter_map(|row| row.correlation.as_ref());
        marks
            .filter(|mark| entries.commands.get(*mark).is_some_and(|c| c.cut_off))
            .cloned()
            .collect()
    }

    /// Compares the log with what was sent.
    pub(crate) fn compare(&self, log: &Log) -> Verdict {
        let acknowledged = self.acknowledged();
        let entries = self.entries();
        let mut verdict = Verdict {
            acknowledged,
            broken: entries.surprises.clone(),
            ..Verdict::default()
        };
        let (mut commands, mut bets) = (BTreeMap::<&str, Vec<&Row>>::new(), HashMap::new());
        for row in &log.rows {
            match (&row.bet, &row.correlation) {
                (Some(bet), _) if entries.bets.contains_key(bet) => {
                    *bets.entry(*bet).or_insert(0) += 1;
                }
                (None, Some(mark)) if entries.commands.contains_key(mark) => {
                    commands.entry(mark).or_default().push(row);
                }
                _ => verdict.invented.push(row.to_string()),
            }
        }
        for (mark, command) in &entries.commands {
            let rows = commands.get(mark.as_str()).map_or(&[][..], Vec::as_slice);
            match rows {
                [] if command.acknowledged => verdict
                    .lost
                    .push(format!("{mark} ({}): {}", command.event, command.story)),
                [] => {}
                [row] if row.event_type != command.event => {
                    verdict.broken.push(format!("{mark} led to {row}"));
                }
                [row] if command.position.is_some_and(|at| at != row.position) => {
                    let said = command.position.unwrap_or_default();
                    verdict
                        .broken
                        .push(format!("{mark} was answered with {said}, it is {row}"));
                }
                [_] => {}
                more => verdict
                    .doubled
                    .push(format!("{mark}: {} events", more.len())),
            }
        }
        for (id, taken) in &entries.bets {
            match bets.get(id) {
                None if *taken => verdict.lost.push(format!("bet {id}")),
                Some(2..) => verdict.doubled.push(format!("bet {id}")),
                _ => {}
            }
        }
        let kept: BTreeSet<&Vec<u8>> = log.letters.iter().collect();
        for (bytes, taken) in &entries.letters {
            if *taken && !kept.contains(bytes) {
                verdict.lost.push(format!("message {}", shown(bytes)));
            }
        }
        if kept.len() < log.letters.len() {
            let more = log.letters.len() - kept.len();
            verdict.doubled.push(format!("{more} dead letters"));
        }
        let sent_by_nobody = |bytes: &&&Vec<u8>| !entries.letters.contains_key(**bytes);
        let invented = kept.iter().filter(sent_by_nobody);
        verdict
            .invented
            .extend(invented.map(|bytes| format!("dead letter {}", shown(bytes))));
        verdict.broken.extend(log.gaps());
        verdict
    }
}

fn shown(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

impl Verdict {
    /// Whether everything is as it should be.
    pub(crate) fn holds(&self) -> bool {
        let faults = [&self.lost, &self.doubled, &self.invented, &self.broken];
        faults.iter().all(|faults| faults.is_empty())
    }

    /// What is not, in a few lines.
    pub(crate) fn faults(&self) -> String {
        const SHOWN: usize = 5;
        let named = [
            ("lost", &self.lost),
            ("doubled", &self.doubled),
            ("invented", &self.invented),
            ("broken", &self.broken),
        ];
        let told = named.iter().filter(|(_, faults)| !faults.is_empty());
        told.map(|(name, faults)| {
            let some = faults[..faults.len().min(SHOWN)].join("\n    ");
            format!("\n  {} {name}:\n    {some}", faults.len())
        })
        .collect()
    }
}
