//! The binary, started as anybody would.

use std::{
    io::{BufRead, BufReader},
    process::{Child, Command, ExitStatus, Output, Stdio},
    sync::{Arc, Mutex},
    thread::JoinHandle,
};

use super::{World, eventually, http::Api};

/// What a person exported must not leak into a story.
const SETTINGS: [&str; 20] = [
    "DATABASE_URL",
    "REDIS_URL",
    "NATS_URL",
    "PORT",
    "BETSTREAM_LISTEN",
    "BETSTREAM_TOKENS_FILE",
    "BETSTREAM_ALLOW_OPEN",
    "BETSTREAM_CURRENCY",
    "BETSTREAM_CONFIG",
    "BETSTREAM_ROLES",
    "BETSTREAM_STREAM_REPLICAS",
    "BETSTREAM_TRUSTED_PROXIES",
    "BETSTREAM_TOKEN",
    "BETSTREAM_LOG_FORMAT",
    "BETSTREAM_FAULT",
    "BETSTREAM_ADMIN_LISTEN",
    "BETSTREAM_TRACES_RATIO",
    "_RJEM_MALLOC_CONF",
    "OTEL_EXPORTER_OTLP_ENDPOINT",
    "RUST_LOG",
];

/// A running `betstream serve`; killed when it is dropped.
pub(crate) struct Server {
    child: Child,
    reader: Option<JoinHandle<()>>,
    said: Arc<Mutex<Vec<String>>>,
    /// Its API.
    pub(crate) api: Api,
}

/// The binary with the settings of `world`.
pub(crate) fn betstream(world: &World, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_betstream"));
    for setting in SETTINGS {
        command.env_remove(setting);
    }
    command
        .env("DATABASE_URL", world.database_url())
        .env("BETSTREAM_LOG_FORMAT", "json");
    command.envs(world.settings.iter().map(|(name, value)| (name, value)));
    command
        .args(arguments)
        .current_dir(world.folder())
        .stdin(Stdio::null());
    command
}

/// Runs a verb to its end.
pub(crate) async fn run(world: &World, arguments: &[&str]) -> Output {
    let mut command = betstream(world, arguments);
    tokio::task::spawn_blocking(move || command.output().expect("the binary runs"))
        .await
        .expect("it ends")
}

/// Everything a verb printed.
pub(crate) fn words(output: &Output) -> String {
    format!(
        "{}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    )
}

/// Every invariant holds on the store that `world` leaves behind.
pub(crate) async fn in_order(world: &World) {
    let checked = run(world, &["check"]).await;
    assert!(checked.status.success(), "{}", words(&checked));
}

impl Server {
    /// Starts to serve `world` on a free port and waits until it is ready.
    pub(crate) async fn start(world: &World) -> Self {
        let server = Self::begin(world, &["serve", "--listen", "127.0.0.1:0"]).await;
        server.ready().await;
        server
    }

    /// Starts to serve and waits only until it listens.
    pub(crate) async fn begin(world: &World, arguments: &[&str]) -> Self {
        let mut server = Self::spawn(world, arguments, &[]);
        let url = eventually("the server listens", async || {
            assert!(
                server.child.try_wait().expect("a child").is_none(),
                "it ended: {}",
                server.words()
            );
            server.listens_at()
        })
        .await;
        server.api = Api::at(&url);
        server
    }

    /// Starts the process, with `more` settings, and waits for nothing: where it listens is not
    /// known yet.
    pub(crate) fn spawn(world: &World, arguments: &[&str], more: &[(&str, &str)]) -> Self {
        let mut child = betstream(world, arguments)
            .envs(more.iter().copied())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the binary runs");
        let said: Arc<Mutex<Vec<String>>> = Arc::default();
        let (lines, heard) = (
            BufReader::new(child.stderr.take().expect("piped")),
            said.clone(),
        );
        let reader = std::thread::spawn(move || {
            for line in lines.lines().map_while(Result::ok) {
                heard.lock().expect("no panic").push(line);
            }
        });
        Self {
            child,
            reader: Some(reader),
            said,
            api: Api::at("http://127.0.0.1:1"),
        }
    }

    /// Where it listens, once it does.
    pub(crate) fn listens_at(&self) -> Option<String> {
        let said = self.said.lock().expect("no panic");
        said.iter().find_map(|line| listening(line))
    }

    /// How it ended, when it did.
    pub(crate) fn end(&mut self) -> Option<ExitStatus> {
        self.child.try_wait().expect("a child")
    }

    /// Whether it stands still after SIGSTOP.
    pub(crate) fn is_stopped(&self) -> bool {
        let status = std::fs::read_to_string(format!("/proc/{}/stat", self.pid()));
        // The state is the first word after the name, which stands in parentheses.
        status.is_ok_and(|status| {
            status
                .rsplit_once(") ")
                .is_some_and(|(_, rest)| rest.starts_with('T'))
        })
    }

    /// Waits until it is ready.
    pub(crate) async fn ready(&self) {
        eventually("the server is ready", async || {
            (self.api.get("/health").await.status == 200).then_some(())
        })
        .await;
    }

    /// Everything it wrote to standard error.
    pub(crate) fn words(&self) -> String {
        self.said.lock().expect("no panic").join("\n")
    }

    /// Its process.
    pub(crate) fn pid(&self) -> u32 {
        self.child.id()
    }

    /// SIGKILL: the end without a word.
    pub(crate) fn kill(mut self) {
        self.child.kill().expect("killed");
        self.child.wait().expect("gone");
    }

    /// Sends a signal.
    pub(crate) fn signal(&self, signal: &str) {
        let sent = Command::new("kill")
            .arg(format!("-{signal}"))
            .arg(self.pid().to_string())
            .status();
        assert!(sent.expect("kill runs").success());
    }

    /// Lets its files grow up to `bytes` each, without an end when none.
    pub(crate) fn let_files_grow(&self, bytes: Option<u64>) {
        let limit = bytes.map_or_else(|| "unlimited".to_owned(), |bytes| bytes.to_string());
        let limited = Command::new("prlimit")
            .arg(format!("--pid={}", self.pid()))
            .arg(format!("--fsize={limit}:"))
            .status();
        assert!(limited.expect("prlimit runs").success());
    }

    /// SIGTERM, and how it ended.
    pub(crate) async fn terminate(mut self) -> ExitStatus {
        self.signal("TERM");
        self.ended().await
    }

    /// Waits until it ends by itself.
    pub(crate) async fn ended(&mut self) -> ExitStatus {
        let status = eventually("the server ends", async || {
            self.child.try_wait().expect("a child")
        })
        .await;
        if let Some(reader) = self.reader.take() {
            reader.join().expect("the reader ends");
        }
        status
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        if std::thread::panicking() {
            eprintln!("the server's words:\n{}", self.words());
        }
        let _ended_already = self.child.kill();
        let _gone = self.child.wait();
    }
}

/// The address in the line that says where it listens.
fn listening(line: &str) -> Option<String> {
    let message: serde_json::Value = serde_json::from_str(line).ok()?;
    message
        .get("listening")?
        .as_str()
        .map(|address| format!("http://{address}"))
}
