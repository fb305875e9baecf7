//! A TCP proxy that stands before a server in a test, and delays, cuts, silences or loses what
//! passes.
//!
//! [`Proxy`] carries connections; [`fault`] says what can happen to a piece of what passes;
//! [`postgres`] names the pieces that matter there.

pub mod fault;
pub mod postgres;

use std::{
    net::SocketAddr,
    sync::{Arc, OnceLock},
    time::Duration,
};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{
        TcpListener, TcpStream,
        tcp::{OwnedReadHalf, OwnedWriteHalf},
    },
    sync::watch,
    time::sleep,
};

use fault::{Fault, Faults, Piece, Way};

/// A proxy before one server. It ends with the runtime of its test.
pub struct Proxy {
    server: String,
    address: SocketAddr,
    faults: Arc<Faults>,
    traffic: watch::Sender<Traffic>,
    delay: watch::Sender<Duration>,
}

/// How connections are treated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Traffic {
    /// They are carried.
    Flows,
    /// They stay, and nothing passes in either direction.
    Silent,
    /// They are ended, and no new one is taken.
    Cut,
}

impl Proxy {
    /// Listens before the server at `server`, which is `host:port`.
    ///
    /// # Panics
    /// When there is no port on loopback to listen on.
    pub async fn before(server: &str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("an address");
        let proxy = Self {
            server: server.to_owned(),
            address,
            faults: Arc::default(),
            traffic: watch::Sender::new(Traffic::Flows),
            delay: watch::Sender::new(Duration::ZERO),
        };
        let rules = Rules {
            faults: Arc::clone(&proxy.faults),
            traffic: proxy.traffic.subscribe(),
            delay: proxy.delay.subscribe(),
        };
        tokio::spawn(accept(listener, proxy.server.clone(), rules));
        proxy
    }

    /// Listens before the server that `url` names, and gives the URL that leads through here.
    ///
    /// # Panics
    /// When `url` names no host and port.
    pub async fn before_url(url: &str) -> (Self, String) {
        let (_, rest) = url.split_once("://").expect("a URL");
        let authority = rest.split(['/', '?']).next().expect("split gives one");
        let server = authority.rsplit('@').next().expect("split gives one");
        let proxy = Self::before(server).await;
        let through = url.replacen(server, &proxy.address.to_string(), 1);
        (proxy, through)
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Lets `fault` happen once, to the next such piece.
    pub fn meet(&self, piece: Piece, fault: Fault) {
        self.faults.plan(piece, fault);
    }

    /// How many faults were met so far.
    pub fn caught(&self) -> usize {
        self.faults.met()
    }

    /// Everything that passes comes that much later, in both directions.
    pub fn delay(&self, delay: Duration) {
        self.delay.send_replace(delay);
    }

    /// Connections stay, and nothing passes any more.
    pub fn silence(&self) {
        self.traffic.send_replace(Traffic::Silent);
    }

    /// Ends all connections and takes no new ones.
    pub fn stop(&self) {
        self.traffic.send_replace(Traffic::Cut);
    }

    /// Carries again, what waited in the silence first.
    pub fn start(&self) {
        self.traffic.send_replace(Traffic::Flows);
    }
}

#[derive(Clone)]
struct Rules {
    faults: Arc<Faults>,
    traffic: watch::Receiver<Traffic>,
    delay: watch::Receiver<Duration>,
}

async fn accept(listener: TcpListener, server: String, rules: Rules) {
    while let Ok((client, _)) = listener.accept().await {
        if *rules.traffic.borrow() == Traffic::Cut {
            continue;
        }
        // A server that is down refuses its clients, here as there.
        let Ok(server) = TcpStream::connect(&server).await else {
            continue;
        };
        tokio::spawn(converse(client, server, rules.clone()));
    }
}

async fn converse(client: TcpStream, server: TcpStream, mut rules: Rules) {
    // What waits for its answer must not wait for the piece that follows it, too.
    let _without_delay = (client.set_nodelay(true), server.set_nodelay(true));
    let (from_client, to_client) = client.into_split();
    let (from_server, to_server) = server.into_split();
    let greeting = OnceLock::new();
    let (up, down) = (rules.clone(), rules.clone());
    tokio::select! {
        () = carry(from_client, to_server, Way::ToServer, &greeting, up) => {}
        () = carry(from_server, to_client, Way::ToClient, &greeting, down) => {}
        _ = rules.traffic.wait_for(|traffic| *traffic == Traffic::Cut) => {}
    }
}

/// Carries piece after piece, each as it was read. What a fault looks for is not split over two of
/// them as long as the test sends little at once.
async fn carry(
    mut from: OwnedReadHalf,
    mut to: OwnedWriteHalf,
    way: Way,
    greeting: &OnceLock<Vec<u8>>,
    mut rules: Rules,
) {
    let mut buffer = vec![0; 1 << 16];
    while let Ok(read @ 1..) = from.read(&mut buffer).await {
        let bytes = &mut buffer[..read];
        if way == Way::ToServer {
            greeting.get_or_init(|| bytes.to_vec());
        }
        let said_first = greeting.get().map_or(&[][..], Vec::as_slice);
        match rules.faults.meet(way, said_first, bytes) {
            None | Some(Fault::Replace(_)) => {}
            Some(Fault::Cut) => return,
            Some(Fault::Hold) => std::future::pending().await,
        }
        let delay = *rules.delay.borrow();
        if !delay.is_zero() {
            sleep(delay).await;
        }
        let speaks = |traffic: &Traffic| *traffic != Traffic::Silent;
        if rules.traffic.wait_for(speaks).await.is_err() || to.write_all(bytes).await.is_err() {
            return;
        }
    }
}
