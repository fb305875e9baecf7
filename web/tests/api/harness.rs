//! A server of its own for each test, and a client that says what it expects.

use std::{net::SocketAddr, path::Path, sync::Arc, time::Duration};

use betstream_actors::{Actors, ActorsConfig};
use betstream_events::{
    clock::{Clock, SystemClock},
    envelope::Position,
    money::Currency,
    proof::{Prover, SigningKey},
    store::{EventStore, sqlite::SqliteStore},
    tail::LogTail,
};
use betstream_projections::{
    ProjectionDeps, ProjectionStatus, Projections, ViewUrl,
    markets::ToteRules,
    stats::{FigureSums, ProcessInfo},
};
use betstream_web::{
    AccessMode, BrokerFigures, Limits, Listeners, Readiness, ServedPart, Server, SystemFacts,
    TrustedProxies, Views, WebDeps,
    api_types::system::{Need, NeedName, NeedState},
};
use reqwest::{Method, Response, StatusCode, header::HeaderMap};
use serde_json::{Value, json};
use tokio_util::sync::CancellationToken;

/// Longest wait for anything in a test.
pub(crate) const DEADLINE: Duration = Duration::from_secs(20);

/// A whole product in one process, over a folder that goes with it.
pub(crate) struct Product {
    pub(crate) server: Server,
    pub(crate) client: Client,
    pub(crate) store: Arc<dyn EventStore>,
    pub(crate) readiness: Readiness,
    actors: Actors,
    projections: Arc<Projections>,
    _folder: tempfile::TempDir,
}

struct Facts(Arc<Projections>);

impl SystemFacts for Facts {
    fn pod_id(&self) -> String {
        "test".to_owned()
    }

    fn needs(&self) -> Vec<Need> {
        let choice = "SQLite test.db".to_owned();
        let (variable, state) = (Some("DATABASE_URL".to_owned()), NeedState::Embedded);
        vec![Need {
            need: NeedName::Log,
            choice,
            variable,
            state,
        }]
    }

    fn projections(&self) -> Vec<ProjectionStatus> {
        self.0.status()
    }

    fn processes(&self) -> Vec<ProcessInfo> {
        Vec::new()
    }

    fn sums(&self) -> FigureSums {
        FigureSums::default()
    }

    fn broker(&self) -> BrokerFigures {
        BrokerFigures {
            pending_bets: 3,
            lost_bets: 0,
        }
    }
}

impl Product {
    /// Open on loopback, with everything else as a person has it.
    pub(crate) async fn start() -> Self {
        Self::start_with(AccessMode::OPEN_ON_LOOPBACK, Limits::default()).await
    }

    /// With this access and these limits.
    pub(crate) async fn start_with(access: AccessMode, limits: Limits) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let store = open_log(folder.path());
        let (tail, clock): (_, Arc<dyn Clock>) = (LogTail::default(), Arc::new(SystemClock));
        let currency = Currency::USD;
        let projections = Projections::start(ProjectionDeps {
            log: store.clone(),
            tail: tail.clone(),
            views: ViewUrl::Sqlite(folder.path().join("views.db")),
            odds: None,
            clock: clock.clone(),
            currency,
            tote: ToteRules::default(),
            keeper: "test".to_owned(),
            may_keep: true,
        });
        let projections = Arc::new(projections.await.expect("projections"));
        let config = ActorsConfig {
            store: store.clone(),
            tail,
            clock: clock.clone(),
            currency,
            threads: 1,
        };
        let actors = Actors::start(config);
        let readiness = Readiness::default();
        readiness.set_ready();
        let server = Server::start(WebDeps {
            listeners: Listeners::bind(&[SocketAddr::from(([127, 0, 0, 1], 0))]).expect("a port"),
            part: ServedPart::Everything,
            access,
            proxies: TrustedProxies::default(),
            accounts: actors.accounts(),
            batches: actors.batches(),
            bets: actors.bets(),
            dead_letters: actors.dead_letters(),
            projection_decider: actors.projections(),
            projections: projections.clone(),
            views: Views::of(&projections),
            log: store.clone(),
            prover: Some(Arc::new(Prover::new(
                store.clone(),
                SigningKey::from_seed(&[7; 32]),
                clock.clone(),
            ))),
            clock,
            system: Arc::new(Facts(projections.clone())),
            readiness: readiness.clone(),
            metrics: None,
            limits,
            workers: 1,
            shutdown: CancellationToken::new(),
        });
        let server = server.expect("a server");
        let client = Client::new(server.addresses()[0]);
        Self {
            server,
            client,
            store,
            readiness,

            actors,
            projections,
            _folder: folder,
        }
    }

    /// Where the log ends.
    pub(crate) async fn head(&self) -> Position {
        self.store.head().await.expect("a head").position
    }

    /// Waits until every view has counted the whole log.
    pub(crate) async fn caught_up(&self) {
        let head = self.head().await;
        assert!(
            self.projections.wait_until(head, DEADLINE).await,
            "the views stay behind {head}"
        );
    }

    /// Stops everything in the product's order.
    pub(crate) async fn stop(self) {
        self.server.stop().await;
        self.actors.stop().await;
        self.projections.stop().await;
    }
}

fn open_log(folder: &Path) -> Arc<dyn EventStore> {
    Arc::new(SqliteStore::open(&folder.join("log.db"), Currency::USD).expect("a log"))
}

/// An HTTP client of one server.
#[derive(Clone)]
pub(crate) struct Client {
    pub(crate) http: reqwest::Client,
    pub(crate) base: String,
    token: Option<String>,
}

/// An answer, read whole.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) text: String,
}

impl Client {
    pub(crate) fn new(address: SocketAddr) -> Self {
        let http = reqwest::Client::builder()
            .no_proxy()
            .timeout(DEADLINE)
            .build()
            .expect("a client");
        Self {
            http,
            base: format!("http://{address}"),
            token: None,
        }
    }

    pub(crate) fn with_token(&self, token: &str) -> Self {
        Self {
            token: Some(token.to_owned()),
            ..self.clone()
        }
    }

    pub(crate) fn request(&self, method: Method, path: &str) -> reqwest::RequestBuilder {
        let request = self.http.request(method, format!("{}{path}", self.base));
        match &self.token {
            Some(token) => request.bearer_auth(token),
            None => request,
        }
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        Answer::of(self.request(Method::GET, path)).await
    }

    pub(crate) async fn post(&self, path: &str, body: &Value) -> Answer {
        Answer::of(self.request(Method::POST, path).json(body)).await
    }

    pub(crate) async fn put(&self, path: &str, body: &Value) -> Answer {
        Answer::of(self.request(Method::PUT, path).json(body)).await
    }

    pub(crate) async fn patch(&self, path: &str, body: &Value) -> Answer {
        Answer::of(self.request(Method::PATCH, path).json(body)).await
    }

    pub(crate) async fn delete(&self, path: &str) -> Answer {
        Answer::of(self.request(Method::DELETE, path)).await
    }

    /// Creates an account and gives its id.
    pub(crate) async fn account(&self, name: &str) -> i64 {
        let answer = self
            .post(
                "/api/v1/accounts",
                &json!({ "name": name, "hostname": "host" }),
            )
            .await;
        answer.ok()["id"].as_i64().expect("an id")
    }

    /// Creates a batch of WIN bets on runners 1, 2, 3 … and gives it.
    pub(crate) async fn batch(&self, account: i64, bets: i64) -> Value {
        let bets: Vec<Value> = (1..=bets)
            .map(|n| json!({ "id": n, "selection": n.to_string(), "stake": 6.0, "cost": 2.5 }))
            .collect();
        let body = json!({ "meta": { "bet_type": "WIN", "race_id": 7 }, "bets": bets });
        self.post(&format!("/api/v1/accounts/{account}/batches"), &body)
            .await
            .ok()
    }
}

impl Answer {
    pub(crate) async fn of(request: reqwest::RequestBuilder) -> Self {
        Self::read(request.send().await.expect("an answer")).await
    }

    pub(crate) async fn read(response: Response) -> Self {
        let (status, headers) = (response.status(), response.headers().clone());
        Self {
            status,
            headers,
            text: response.text().await.expect("a body"),
        }
    }

    /// The body as JSON.
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }

    /// The body of a 200.
    pub(crate) fn ok(&self) -> Value {
        assert_eq!(self.status, 200, "{self:?}");
        self.json()
    }

    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers
            .get(name)
            .map_or("", |value| value.to_str().expect("text"))
    }

    pub(crate) fn number(&self, name: &str) -> i64 {
        self.header(name)
            .parse()
            .unwrap_or_else(|_| panic!("no {name}: {self:?}"))
    }

    /// Checks that it is a problem of this status and code, in the one form that all have.
    pub(crate) fn is_problem(&self, status: u16, code: &str) -> Value {
        assert_eq!(self.status, status, "{self:?}");
        assert_eq!(
            self.header("content-type"),
            "application/problem+json",
            "{self:?}"
        );
        let problem = self.json();
        assert_eq!(problem["code"], code, "{self:?}");
        assert_eq!(problem["status"], status);
        assert_eq!(problem["type"], format!("/problems/{code}"));
        assert_eq!(
            problem["request_id"],
            self.header("x-request-id"),
            "{self:?}"
        );
        for member in ["title", "detail"] {
            assert!(
                problem[member]
                    .as_str()
                    .is_some_and(|text| !text.is_empty()),
                "{member}: {self:?}"
            );
        }
        problem
    }

    /// Checks the same, and that it names this field.
    pub(crate) fn names(&self, status: u16, code: &str, pointer: &str) {
        let problem = self.is_problem(status, code);
        assert_eq!(problem["errors"][0]["pointer"], pointer, "{self:?}");
    }
}
