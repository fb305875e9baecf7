//! Servers of a story's own, to be started late or harmed.

use std::{
    net::TcpListener,
    os::unix::fs::MetadataExt,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
};

use tempfile::TempDir;

use super::{database::answers, eventually, variable};

/// A server of one's own; killed when it is dropped.
pub(crate) struct OwnServer(Child);

impl OwnServer {
    /// A NATS server with JetStream on `port`, its files below `folder`.
    pub(crate) fn nats(port: u16, folder: &Path) -> Self {
        let mut command = Command::new(variable("BETSTREAM_TEST_NATS_SERVER"));
        command.args([
            "--addr",
            "127.0.0.1",
            "--jetstream",
            "--port",
            &port.to_string(),
        ]);
        command.arg("--store_dir").arg(folder.join("nats"));
        Self::spawn(command)
    }

    /// Three NATS servers that keep streams together, on these `ports`.
    pub(crate) fn nats_cluster(ports: [u16; 3], folder: &Path) -> [Self; 3] {
        let routes = [free_port(), free_port(), free_port()];
        let all = routes
            .map(|port| format!("nats://127.0.0.1:{port}"))
            .join(",");
        [0, 1, 2].map(|member| {
            let mut command = Command::new(variable("BETSTREAM_TEST_NATS_SERVER"));
            command.args([
                "--addr",
                "127.0.0.1",
                "--jetstream",
                "--cluster_name",
                "own",
            ]);
            command.args(["--name", &format!("member-{member}")]);
            command.args(["--port", &ports[member].to_string(), "--routes", &all]);
            command.args(["--cluster", &format!("nats://127.0.0.1:{}", routes[member])]);
            command
                .arg("--store_dir")
                .arg(folder.join(format!("nats-{member}")));
            Self::spawn(command)
        })
    }

    /// A Redis server on `port`, which keeps nothing on disk.
    pub(crate) fn redis(port: u16) -> Self {
        let mut command = Command::new(variable("BETSTREAM_TEST_REDIS_SERVER"));
        command.args([
            "--bind",
            "127.0.0.1",
            "--save",
            "",
            "--maxmemory-policy",
            "noeviction",
        ]);
        command.args(["--port", &port.to_string()]);
        Self::spawn(command)
    }

    fn spawn(mut command: Command) -> Self {
        command
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        Self(command.spawn().expect("the server runs"))
    }

    /// SIGKILL.
    pub(crate) fn kill(self) {
        drop(self);
    }
}

impl Drop for OwnServer {
    fn drop(&mut self) {
        let _ended_already = self.0.kill();
        let _gone = self.0.wait();
    }
}

/// A Postgres server of one's own, to be killed and started again on its data.
pub(crate) struct OwnPostgres {
    folder: TempDir,
    port: u16,
}

impl OwnPostgres {
    /// A new one, with an empty database.
    pub(crate) async fn start() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let postgres = Self {
            folder,
            port: free_port(),
        };
        // Postgres does not run as root; its user must be able to enter the folder.
        if is_root() {
            let theirs = ["postgres".as_ref(), postgres.folder.path().as_os_str()];
            run(Command::new("chown").args(theirs));
        }
        let data = postgres.data();
        let mut initdb = postgres.program("initdb");
        initdb.arg("--pgdata").arg(data);
        initdb.args(["--username=betstream", "--auth=trust", "--no-sync"]);
        run(initdb.args(["--encoding=UTF8", "--locale=C.UTF-8"]));
        postgres.start_again().await;
        postgres
    }

    /// Where it answers.
    pub(crate) fn url(&self) -> String {
        format!("postgres://betstream@127.0.0.1:{}/postgres", self.port)
    }

    /// Ends it as a crash would: without a checkpoint, every client is cut off.
    pub(crate) async fn kill(&self) {
        let mut stop = self.program("pg_ctl");
        stop.args(["stop", "--mode=immediate", "--pgdata"]);
        stop.arg(self.data());
        off_the_runtime(stop).await;
    }

    /// Starts it on its data and waits until it answers.
    pub(crate) async fn start_again(&self) {
        let mut start = self.program("pg_ctl");
        start.arg("start").arg("--pgdata").arg(self.data());
        start
            .arg("--log")
            .arg(self.folder.path().join("server.log"));
        start.arg(format!(
            "--options=-c listen_addresses=127.0.0.1 -c port={} -c unix_socket_directories= \
             -c max_connections=100 -c timezone=UTC",
            self.port
        ));
        off_the_runtime(start).await;
        self.answers().await;
    }

    /// Waits until it answers.
    pub(crate) async fn answers(&self) {
        let url = self.url();
        eventually("Postgres answers", async || {
            answers(&url).await.then_some(())
        })
        .await;
    }

    fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    fn program(&self, name: &str) -> Command {
        postgres_program(name, self.folder.path())
    }
}

impl Drop for OwnPostgres {
    fn drop(&mut self) {
        let mut stop = self.program("pg_ctl");
        stop.args(["stop", "--mode=immediate", "--silent", "--pgdata"]);
        let _stopped_already = quiet(stop.arg(self.data())).status();
    }
}

/// One of Postgres' programs, run in `folder` by a user that it accepts.
pub(crate) fn postgres_program(name: &str, folder: &Path) -> Command {
    let program = Path::new(&variable("BETSTREAM_TEST_POSTGRES_BIN")).join(name);
    let mut command = if is_root() {
        let mut command = Command::new("runuser");
        command.args(["-u", "postgres", "--"]).arg(program);
        command
    } else {
        Command::new(program)
    };
    command.current_dir(folder);
    command
}

/// Runs to its end without stopping whatever the story does meanwhile.
pub(crate) async fn off_the_runtime(mut command: Command) {
    tokio::task::spawn_blocking(move || run(&mut command))
        .await
        .expect("it ends");
}

/// Servers that are left running must not hold our output open.
pub(crate) fn quiet(command: &mut Command) -> &mut Command {
    command
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
}

pub(crate) fn run(command: &mut Command) {
    let status = quiet(command).status().expect("the program runs");
    assert!(status.success(), "{command:?}: {status}");
}

/// Whether we are.
pub(crate) fn is_root() -> bool {
    std::fs::metadata("/proc/self").expect("our process").uid() == 0
}

/// A port that nobody listens on now.
pub(crate) fn free_port() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    listener.local_addr().expect("an address").port()
}
