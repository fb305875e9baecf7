//! A primary and its synchronous standby, the one to be killed and the other to take its place.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use tempfile::TempDir;

use super::{
    database::connect,
    eventually,
    own::{free_port, is_root, off_the_runtime, postgres_program, quiet, run},
};

/// How a primary ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Death {
    /// SIGKILL of its first process; the others find out.
    Kill,
    /// All its processes at once, without a checkpoint.
    Immediate,
}

/// Two Postgres servers, each of which waits with every commit for the other when it is the primary.
pub(crate) struct PostgresPair {
    folder: TempDir,
    ports: [u16; 2],
    primary: usize,
}

impl PostgresPair {
    /// A new one, with an empty database, its standby in step.
    pub(crate) async fn start() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let pair = Self {
            folder,
            ports: [free_port(), free_port()],
            primary: 0,
        };
        if is_root() {
            let theirs = ["postgres".as_ref(), pair.folder.path().as_os_str()];
            run(Command::new("chown").args(theirs));
        }
        let mut initdb = pair.program("initdb");
        initdb.arg("--pgdata").arg(pair.data(0));
        initdb.args(["--username=betstream", "--auth=trust", "--no-sync"]);
        run(initdb.args(["--encoding=UTF8", "--locale=C.UTF-8"]));
        pair.start_server(0).await;
        pair.follow().await;
        pair
    }

    /// Where the primary answers, whichever it is.
    pub(crate) fn url(&self) -> String {
        let [one, two] = self.ports;
        format!(
            "postgres://betstream@127.0.0.1:{one},127.0.0.1:{two}/postgres?target_session_attrs=read-write"
        )
    }

    /// Ends the primary.
    pub(crate) async fn lose_primary(&self, death: Death) {
        let data = self.data(self.primary);
        match death {
            Death::Kill => {
                let file = fs::read_to_string(data.join("postmaster.pid")).expect("it runs");
                let pid = file.lines().next().expect("a pid").to_owned();
                run(Command::new("kill").args(["-9", &pid]));
            }
            Death::Immediate => {
                let mut stop = self.program("pg_ctl");
                stop.args(["stop", "--mode=immediate", "--pgdata"])
                    .arg(data);
                off_the_runtime(stop).await;
            }
        }
    }

    /// Makes the standby the primary.
    pub(crate) async fn promote(&mut self) {
        self.primary = self.standby();
        let mut promote = self.program("pg_ctl");
        promote.args(["promote", "--wait", "--pgdata"]);
        promote.arg(self.data(self.primary));
        off_the_runtime(promote).await;
    }

    /// Builds the server that was lost anew, as the standby of the one that took its place.
    pub(crate) async fn rebuild(&self) {
        let lost = self.data(self.standby());
        let folder = lost.clone();
        // What outlived a killed first process is gone in a moment.
        eventually("nobody works in the lost server's folder", async || {
            (!is_worked_in(&folder)).then_some(())
        })
        .await;
        fs::remove_dir_all(lost).expect("removed");
        self.follow().await;
    }

    /// Starts the standby from a copy of the primary, and has the primary wait for it.
    async fn follow(&self) {
        let standby = self.standby();
        let mut copy = self.program("pg_basebackup");
        copy.args(["--host=127.0.0.1", "--username=betstream", "--no-sync"]);
        copy.args(["--checkpoint=fast", "--write-recovery-conf"]);
        copy.args(["--port", &self.ports[self.primary].to_string(), "--pgdata"]);
        copy.arg(self.data(standby));
        off_the_runtime(copy).await;
        // The primary waits for nobody until it is told to, and a copy must not wait for itself.
        let own = self.data(standby).join("postgresql.auto.conf");
        let settings = fs::read_to_string(&own).expect("settings");
        let kept = settings
            .lines()
            .filter(|line| !line.starts_with("synchronous_standby_names"));
        fs::write(
            &own,
            kept.map(|line| format!("{line}\n")).collect::<String>(),
        )
        .expect("settings");
        self.start_server(standby).await;
        let primary = connect(&self.url()).await;
        let wait = "ALTER SYSTEM SET synchronous_standby_names = '*'";
        primary
            .batch_execute(wait)
            .await
            .expect("it is told to wait");
        primary
            .batch_execute("SELECT pg_reload_conf()")
            .await
            .expect("it reads its settings");
        eventually("the standby is in step", async || {
            let state = "SELECT count(*) FROM pg_stat_replication \
                WHERE state = 'streaming' AND sync_state = 'sync'";
            let row = primary.query_one(state, &[]).await.ok()?;
            (row.get::<_, i64>(0) == 1).then_some(())
        })
        .await;
    }

    async fn start_server(&self, number: usize) {
        let mut start = self.program("pg_ctl");
        start
            .args(["start", "--wait", "--pgdata"])
            .arg(self.data(number));
        let log = format!("server-{number}.log");
        start.arg("--log").arg(self.folder.path().join(log));
        start.arg(format!(
            "--options=-c listen_addresses=127.0.0.1 -c port={} -c unix_socket_directories= \
             -c max_connections=100 -c timezone=UTC -c wal_level=replica -c hot_standby=on \
             -c wal_receiver_status_interval=1s -c synchronous_commit=on",
            self.ports[number]
        ));
        off_the_runtime(start).await;
    }

    const fn standby(&self) -> usize {
        1 - self.primary
    }

    fn data(&self, number: usize) -> PathBuf {
        self.folder.path().join(format!("data-{number}"))
    }

    fn program(&self, name: &str) -> Command {
        postgres_program(name, self.folder.path())
    }
}

/// Whether a process has this folder as its own.
fn is_worked_in(folder: &Path) -> bool {
    let processes = fs::read_dir("/proc").expect("processes");
    processes.filter_map(Result::ok).any(|process| {
        let cwd = fs::read_link(process.path().join("cwd"));
        cwd.is_ok_and(|cwd| cwd == folder)
    })
}

impl Drop for PostgresPair {
    fn drop(&mut self) {
        for number in 0..2 {
            let mut stop = self.program("pg_ctl");
            stop.args(["stop", "--mode=immediate", "--silent", "--pgdata"]);
            let _stopped_already = quiet(stop.arg(self.data(number))).status();
        }
    }
}
