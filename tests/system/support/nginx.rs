//! A real nginx with the configuration of `deploy/nginx`, its variables filled in.

use std::{
    fs,
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
    process::{Child, Command, Output, Stdio},
};

use tempfile::TempDir;

use super::{eventually, own::free_port, server::words, variable};

/// A running nginx; killed when it is dropped.
pub(crate) struct Nginx {
    child: Child,
    folder: TempDir,
    /// Where it is asked without TLS.
    pub(crate) port: u16,
    /// Where it is asked over TLS, if it is.
    pub(crate) tls_port: u16,
}

impl Nginx {
    /// In front of the servers at `urls`.
    pub(crate) async fn before(urls: &[&str]) -> Self {
        Self::start(urls, "http").await
    }

    /// The same over TLS, with a certificate of its own making for `localhost`.
    pub(crate) async fn before_over_tls(urls: &[&str]) -> Self {
        Self::start(urls, "tls").await
    }

    async fn start(urls: &[&str], front: &str) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let (port, tls_port) = (free_port(), free_port());
        render(folder.path(), urls, front, [port, tls_port]);
        let child = nginx(folder.path())
            .args(["-g", "daemon off; pid nginx.pid;"])
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .spawn()
            .expect("nginx runs");
        let started = Self {
            child,
            folder,
            port,
            tls_port,
        };
        eventually("nginx listens", async || {
            let address = format!("127.0.0.1:{port}");
            tokio::net::TcpStream::connect(address).await.ok()
        })
        .await;
        started
    }

    /// Where it is asked without TLS.
    pub(crate) fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// Puts other servers behind it, as an operator does: the names written down, then a reload.
    pub(crate) fn put_before(&self, urls: &[&str]) {
        render(self.folder.path(), urls, "http", [self.port, self.tls_port]);
        let reload = nginx(self.folder.path())
            .args(["-g", "pid nginx.pid;", "-s", "reload"])
            .output();
        let reload = reload.expect("nginx runs");
        assert!(reload.status.success(), "{}", words(&reload));
    }

    /// The certificate.
    pub(crate) fn certificate(&self) -> PathBuf {
        self.folder.path().join("tls/tls.crt")
    }
}

impl Drop for Nginx {
    fn drop(&mut self) {
        // The master ends its workers; killed, it would leave them.
        let _ended_already = Command::new("kill")
            .arg(self.child.id().to_string())
            .status();
        let _gone = self.child.wait();
    }
}

fn nginx(folder: &Path) -> Command {
    let mut command = Command::new(variable("BETSTREAM_TEST_NGINX"));
    command.arg("-p").arg(folder).args(["-c", "nginx.conf"]);
    command.arg("-e").arg(folder.join("error.log"));
    command
}

/// Lays the configuration out in `folder` as the container has it below `/etc/nginx`.
fn render(folder: &Path, urls: &[&str], front: &str, [port, tls_port]: [u16; 2]) {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("deploy/nginx");
    let read = |name: &str| fs::read_to_string(source.join(name)).expect("a configuration");
    // Its workers are another user, who must get in.
    fs::set_permissions(folder, fs::Permissions::from_mode(0o755)).expect("opened");
    for inner in ["betstream", "conf.d", "tls"] {
        fs::create_dir_all(folder.join(inner)).expect("a folder");
    }
    let write = |name: &str, text: String| fs::write(folder.join(name), text).expect("written");
    let here = folder.to_string_lossy();
    write(
        "nginx.conf",
        read("nginx.conf").replace("/tmp/nginx", &format!("{here}/nginx")),
    );
    write("mime.types", "types { text/html html; }".to_owned());
    for name in ["betstream/proxy.conf", "betstream/locations.conf"] {
        write(name, read(name));
    }
    let servers = urls
        .iter()
        .map(|url| format!("server {} max_fails=0;", url.trim_start_matches("http://")));
    let variables = [
        (
            "${BETSTREAM_UPSTREAMS}",
            servers.collect::<Vec<_>>().join(" "),
        ),
        ("${BETSTREAM_HTTP_PORT}", format!("127.0.0.1:{port}")),
        ("${BETSTREAM_HTTPS_PORT}", format!("127.0.0.1:{tls_port}")),
        ("${BETSTREAM_TLS_DIR}", format!("{here}/tls")),
    ];
    for template in ["upstream", front] {
        let text = read(&format!("templates/{template}.conf.template"));
        let filled = variables
            .iter()
            .fold(text, |text, (name, value)| text.replace(name, value));
        assert!(!filled.contains("${"), "a variable is left: {filled}");
        write(&format!("conf.d/{template}.conf"), filled);
    }
    if front == "tls" {
        let made = make_certificate(&folder.join("tls"));
        assert!(made.status.success(), "{}", words(&made));
    }
}

fn make_certificate(folder: &Path) -> Output {
    Command::new("openssl")
        .args([
            "req",
            "-x509",
            "-newkey",
            "ec",
            "-pkeyopt",
            "ec_paramgen_curve:P-256",
        ])
        .args(["-nodes", "-days", "2", "-subj", "/CN=localhost"])
        .args(["-addext", "subjectAltName=DNS:localhost"])
        .args(["-keyout", "tls.key", "-out", "tls.crt"])
        .current_dir(folder)
        .output()
        .expect("openssl runs")
}
