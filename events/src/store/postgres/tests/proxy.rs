//! A TCP proxy before the server, which can lose the answer of a commit.

use std::{
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicU8, AtomicUsize, Ordering},
    },
};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{
        TcpListener, TcpStream,
        tcp::{OwnedReadHalf, OwnedWriteHalf},
    },
    sync::watch,
};

/// What happens to the next commit that passes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub(super) enum Commits {
    /// It passes, and so does its answer.
    Pass = 0,
    /// It passes, and the connection ends before its answer comes through.
    LoseTheAnswer = 1,
    /// It passes, and its answer never comes; the connection stays.
    HoldTheAnswer = 2,
    /// The connection ends before the server sees it.
    LoseTheCommit = 3,
}

/// `COMMIT` as a simple query.
const COMMIT: &[u8] = b"Q\0\0\0\x0bCOMMIT\0";
/// How the server says that a commit is done.
const COMMITTED: &[u8] = b"C\0\0\0\x0bCOMMIT\0";

pub(super) struct Proxy {
    address: SocketAddr,
    faults: Faults,
    /// Whether connections are carried; those under way end when they no longer are.
    is_open: watch::Sender<bool>,
}

impl Proxy {
    /// Listens before the server of `url`.
    pub(super) async fn before(url: &str) -> (Self, String) {
        let mut url = url::Url::parse(url).unwrap();
        let server = format!("{}:{}", url.host_str().unwrap(), url.port().unwrap_or(5432));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let proxy = Self {
            address,
            faults: Faults::default(),
            is_open: watch::Sender::new(true),
        };
        tokio::spawn(accept(
            listener,
            server,
            proxy.faults.clone(),
            proxy.is_open.subscribe(),
        ));
        url.set_ip_host(proxy.address.ip()).unwrap();
        url.set_port(Some(proxy.address.port())).unwrap();
        (proxy, url.into())
    }

    /// Lets `fault` happen to the next commit.
    pub(super) fn next_commit(&self, fault: Commits) {
        self.faults.commits.store(fault as u8, Ordering::SeqCst);
    }

    /// How many commits were caught so far.
    pub(super) fn caught(&self) -> usize {
        self.faults.caught.load(Ordering::SeqCst)
    }

    /// Ends all connections and takes no new ones.
    pub(super) fn stop(&self) {
        self.is_open.send_replace(false);
    }

    /// Carries again.
    pub(super) fn start(&self) {
        self.is_open.send_replace(true);
    }
}

#[derive(Clone, Default)]
struct Faults {
    commits: Arc<AtomicU8>,
    caught: Arc<AtomicUsize>,
}

impl Faults {
    /// Takes the fault, if it is this one.
    fn take(&self, fault: Commits) -> bool {
        let pass = Commits::Pass as u8;
        let taken = self
            .commits
            .compare_exchange(fault as u8, pass, Ordering::SeqCst, Ordering::SeqCst)
            .is_ok();
        self.caught.fetch_add(usize::from(taken), Ordering::SeqCst);
        taken
    }
}

async fn accept(
    listener: TcpListener,
    server: String,
    faults: Faults,
    is_open: watch::Receiver<bool>,
) {
    while let Ok((client, _)) = listener.accept().await {
        if !*is_open.borrow() {
            continue;
        }
        let server = TcpStream::connect(&server).await.unwrap();
        let (from_client, to_client) = client.into_split();
        let (from_server, to_server) = server.into_split();
        let (faults, mut is_open) = (faults.clone(), is_open.clone());
        tokio::spawn(async move {
            tokio::select! {
                () = carry(from_client, to_server, Commits::LoseTheCommit, COMMIT, &faults) => {}
                () = carry(from_server, to_client, Commits::LoseTheAnswer, COMMITTED, &faults) => {}
                _ = is_open.wait_for(|is_open| !is_open) => {}
            }
        });
    }
}

/// Carries bytes until `fault` meets `sign`. What is cut here is never split over two reads: the
/// tests commit small chunks.
async fn carry(
    mut from: OwnedReadHalf,
    mut to: OwnedWriteHalf,
    fault: Commits,
    sign: &[u8],
    faults: &Faults,
) {
    let mut buffer = vec![0; 1 << 16];
    while let Ok(read @ 1..) = from.read(&mut buffer).await {
        let bytes = &buffer[..read];
        if bytes.windows(sign.len()).any(|window| window == sign) {
            if faults.take(fault) {
                return;
            }
            if fault == Commits::LoseTheAnswer && faults.take(Commits::HoldTheAnswer) {
                std::future::pending::<()>().await;
            }
        }
        if to.write_all(bytes).await.is_err() {
            return;
        }
    }
}
