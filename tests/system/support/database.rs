//! A database that one story has for itself.

use std::path::{Path, PathBuf};

use tempfile::TempDir;
use tokio_postgres::{Client, NoTls};

use super::{unique, variable};

/// A folder and an empty database.
pub(crate) struct World {
    folder: TempDir,
    database: Database,
    /// Settings that every process of this world gets.
    pub(crate) settings: Vec<(String, String)>,
}

enum Database {
    Sqlite,
    Postgres { server: String, name: String },
}

impl World {
    /// A world on the embedded store.
    pub(crate) fn sqlite() -> Self {
        Self {
            folder: tempfile::tempdir().expect("a folder"),
            database: Database::Sqlite,
            settings: Vec::new(),
        }
    }

    /// A world on a Postgres database of its own.
    pub(crate) async fn postgres() -> Self {
        Self::on(&variable("BETSTREAM_TEST_POSTGRES_URL")).await
    }

    /// A world on a database of its own of the Postgres server at `server`.
    pub(crate) async fn on(server: &str) -> Self {
        let (server, name) = (server.to_owned(), unique("system"));
        let client = connect(&server).await;
        client
            .batch_execute(&format!("DROP DATABASE IF EXISTS {name}; "))
            .await
            .expect("no leftovers");
        client
            .batch_execute(&format!("CREATE DATABASE {name}"))
            .await
            .expect("a database");
        let database = Database::Postgres { server, name };
        Self {
            folder: tempfile::tempdir().expect("a folder"),
            database,
            settings: Vec::new(),
        }
    }

    /// The same with another setting.
    pub(crate) fn with(mut self, name: &str, value: impl Into<String>) -> Self {
        self.settings.push((name.to_owned(), value.into()));
        self
    }

    /// The folder in which its processes run.
    pub(crate) fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// The file of the embedded store.
    pub(crate) fn file(&self) -> PathBuf {
        self.folder().join("betstream.db")
    }

    /// What `DATABASE_URL` says.
    pub(crate) fn database_url(&self) -> String {
        match &self.database {
            Database::Sqlite => format!("sqlite://{}", self.file().display()),
            Database::Postgres { server, name } => beside(server, name),
        }
    }

    /// The views' rows, behind the product's back.
    pub(crate) async fn tamper_views(&self, statements: &str) {
        match &self.database {
            Database::Sqlite => {
                let views = rusqlite::Connection::open(self.folder().join("betstream.views.db"))
                    .expect("the views");
                views.execute_batch(statements).expect("statements run");
            }
            Database::Postgres { .. } => {
                connect(&self.database_url())
                    .await
                    .batch_execute(statements)
                    .await
                    .expect("statements run");
            }
        }
    }

    /// Runs statements (as Postgres wants them) behind the product's back, triggers off.
    pub(crate) async fn tamper(&self, statements: &str) {
        match &self.database {
            Database::Sqlite => {
                let statements = &statements.replace("::text", "").replace("::json", "");
                let connection = rusqlite::Connection::open(self.file()).expect("the file");
                let triggers: Vec<String> = connection
                    .prepare("SELECT name FROM sqlite_master WHERE type = 'trigger'")
                    .and_then(|mut list| list.query_map([], |row| row.get(0))?.collect())
                    .expect("triggers");
                for trigger in triggers {
                    connection
                        .execute_batch(&format!("DROP TRIGGER {trigger}"))
                        .expect("a trigger is dropped");
                }
                connection
                    .execute_batch(statements)
                    .expect("statements run");
            }
            Database::Postgres { .. } => {
                let client = connect(&self.database_url()).await;
                let statements = format!("SET session_replication_role = replica; {statements}");
                client
                    .batch_execute(&statements)
                    .await
                    .expect("statements run");
            }
        }
    }

    /// Gives every dead letter these bytes, as if they had always been readable.
    pub(crate) async fn rewrite_letters(&self, text: &str) {
        match &self.database {
            Database::Sqlite => {
                let connection = rusqlite::Connection::open(self.file()).expect("the file");
                connection
                    .execute("UPDATE dead_letters SET bytes = ?1", [text.as_bytes()])
                    .expect("the letters are written");
            }
            Database::Postgres { .. } => {
                connect(&self.database_url())
                    .await
                    .execute("UPDATE dead_letters SET bytes = $1", &[&text.as_bytes()])
                    .await
                    .expect("the letters are written");
            }
        }
    }

    /// One number out of the database.
    pub(crate) async fn number(&self, query: &str) -> i64 {
        match &self.database {
            Database::Sqlite => {
                let connection = rusqlite::Connection::open(self.file()).expect("the file");
                connection
                    .query_row(query, [], |row| row.get(0))
                    .expect("a number")
            }
            Database::Postgres { .. } => connect(&self.database_url())
                .await
                .query_one(query, &[])
                .await
                .expect("a number")
                .get(0),
        }
    }
}

/// Databases are dropped with the private server that holds them; one that stays costs a few MB.
/// Nobody waits for it: Postgres drops none while a process stands still inside its COPY, and who
/// waited here could not let that process go on.
impl Drop for World {
    fn drop(&mut self) {
        let Database::Postgres { server, name } = &self.database else {
            return;
        };
        let (server, name) = (server.clone(), name.clone());
        let dropping = async move {
            connect(&server)
                .await
                .batch_execute(&format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)"))
                .await
        };
        std::thread::spawn(|| {
            let runtime = tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build();
            if !matches!(
                runtime.map(|runtime| runtime.block_on(dropping)),
                Ok(Ok(()))
            ) {
                eprintln!("a test database stays behind");
            }
        });
    }
}

/// Another database on the same server.
pub(crate) fn beside(server: &str, name: &str) -> String {
    let (address, database) = server.rsplit_once('/').expect("a URL with a database");
    let parameters = database.find('?').map_or("", |at| &database[at..]);
    format!("{address}/{name}{parameters}")
}

/// A connection of our own.
pub(crate) async fn connect(url: &str) -> Client {
    let (client, connection) = tokio_postgres::connect(url, NoTls)
        .await
        .expect("Postgres answers");
    tokio::spawn(connection);
    client
}

/// Whether the server takes connections.
pub(crate) async fn answers(url: &str) -> bool {
    tokio_postgres::connect(url, NoTls).await.is_ok()
}
