//! The log as it lies in the database, read by SQL and by nothing of our code.

use std::{collections::HashMap, fmt};

use rusqlite::Connection;
use uuid::Uuid;

use crate::support::{World, database::connect};

/// Every event, on both databases.
const EVENTS: &str = "\
    SELECT position, stream, version, type, metadata ->> 'correlation', \
        CASE WHEN type = 'market.bet-recorded' THEN data ->> 'bet_id' END \
    FROM events ORDER BY position";
const LETTERS: &str = "SELECT bytes FROM dead_letters";

/// Everything that is kept for ever.
#[derive(Default)]
pub(crate) struct Log {
    /// The events, in order of position.
    pub(crate) rows: Vec<Row>,
    /// The bytes of every message that could not be read.
    pub(crate) letters: Vec<Vec<u8>>,
}

/// One event.
pub(crate) struct Row {
    pub(crate) position: i64,
    pub(crate) stream: String,
    pub(crate) version: i64,
    pub(crate) event_type: String,
    /// The command that led to it, by its own name.
    pub(crate) correlation: Option<String>,
    /// The bet that it records.
    pub(crate) bet: Option<Uuid>,
}

impl fmt::Display for Row {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            position,
            stream,
            version,
            event_type,
            ..
        } = self;
        write!(f, "{event_type} at {position} ({stream} version {version})")
    }
}

impl Log {
    /// Reads all of it.
    pub(crate) async fn read(world: &World) -> Self {
        let url = world.database_url();
        let read = if url.starts_with("sqlite:") {
            let file = Connection::open(world.file()).expect("the file");
            Self::sqlite(&file).map_err(|error| error.to_string())
        } else {
            let read = Self::postgres(&url).await;
            read.map_err(|error| format!("{error:?}"))
        };
        // A process that ended early may not have come to make the tables.
        match read {
            Err(error) if error.contains("no such table") || error.contains("does not exist") => {
                Self::default()
            }
            read => read.expect("the log is read"),
        }
    }

    fn sqlite(file: &Connection) -> rusqlite::Result<Self> {
        let mut events = file.prepare(EVENTS)?;
        let rows = events.query_map([], |row| {
            Ok(Row {
                position: row.get(0)?,
                stream: row.get(1)?,
                version: row.get(2)?,
                event_type: row.get(3)?,
                correlation: row.get(4)?,
                bet: id(row.get(5)?),
            })
        })?;
        let rows = rows.collect::<Result<_, _>>()?;
        let mut letters = file.prepare(LETTERS)?;
        let letters = letters.query_map([], |row| row.get(0))?;
        let letters = letters.collect::<Result<_, _>>()?;
        Ok(Self { rows, letters })
    }

    async fn postgres(url: &str) -> Result<Self, tokio_postgres::Error> {
        let client = connect(url).await;
        let rows = client.query(EVENTS, &[]).await?;
        let rows = rows.iter().map(|row| Row {
            position: row.get(0),
            stream: row.get(1),
            version: row.get(2),
            event_type: row.get(3),
            correlation: row.get(4),
            bet: id(row.get(5)),
        });
        let letters = client.query(LETTERS, &[]).await?;
        Ok(Self {
            rows: rows.collect(),
            letters: letters.iter().map(|row| row.get(0)).collect(),
        })
    }

    /// The positions of what concerns the desk.
    pub(crate) fn desk(&self) -> Vec<i64> {
        let desk = |row: &&Row| !row.event_type.starts_with("market");
        self.rows
            .iter()
            .filter(desk)
            .map(|row| row.position)
            .collect()
    }

    /// Holes in the order of everything, or in the versions of a stream.
    pub(super) fn gaps(&self) -> Vec<String> {
        let mut versions: HashMap<&str, i64> = HashMap::new();
        let mut gaps = Vec::new();
        for (row, position) in self.rows.iter().zip(1..) {
            let version = versions.entry(&row.stream).or_default();
            *version += 1;
            if row.position != position || row.version != *version {
                gaps.push(format!("{row} instead of {position} ({version})"));
            }
        }
        gaps
    }
}

fn id(text: Option<String>) -> Option<Uuid> {
    text.map(|text| text.parse().expect("a bet's id"))
}
