//! Servers of a story's own, to be started late or harmed.

use std::{
    net::TcpListener,
    path::Path,
    process::{Child, Command, Stdio},
};

use super::variable;

/// A server of one's own; killed when it is dropped.
pub(crate) struct OwnServer(Child);

impl OwnServer {
    /// A NATS server with JetStream on `port`.
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

    /// A Redis server on `port`.
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
}

impl Drop for OwnServer {
    fn drop(&mut self) {
        let _ended_already = self.0.kill();
        let _gone = self.0.wait();
    }
}

/// A port that nobody listens on now.
pub(crate) fn free_port() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    listener.local_addr().expect("an address").port()
}
