//! Profiles of a running server, read as `go tool pprof` reads them.

use std::io::Read;

use flate2::read::GzDecoder;
use prost::Message;
use serde_json::{Value, json};

use crate::support::{Server, World, eventually, http::Api, server::run, server::words};

/// The parts of a pprof profile that are looked at, by their numbers in `profile.proto`.
#[derive(Clone, PartialEq, Message)]
struct Profile {
    #[prost(message, repeated, tag = "1")]
    sample_types: Vec<ValueType>,
    #[prost(message, repeated, tag = "2")]
    samples: Vec<Sample>,
    #[prost(message, repeated, tag = "5")]
    functions: Vec<Function>,
    #[prost(string, repeated, tag = "6")]
    strings: Vec<String>,
}

#[derive(Clone, PartialEq, Message)]
struct ValueType {
    #[prost(int64, tag = "1")]
    kind: i64,
    #[prost(int64, tag = "2")]
    unit: i64,
}

#[derive(Clone, PartialEq, Message)]
struct Sample {
    #[prost(uint64, repeated, tag = "1")]
    locations: Vec<u64>,
    #[prost(int64, repeated, tag = "2")]
    values: Vec<i64>,
}

#[derive(Clone, PartialEq, Message)]
struct Function {
    #[prost(int64, tag = "2")]
    name: i64,
}

impl Profile {
    async fn of(admin: &str, path: &str) -> Self {
        let answer = reqwest::get(format!("{admin}{path}")).await.expect("asked");
        assert_eq!(answer.status(), 200, "{path}");
        let zipped = answer.bytes().await.expect("a body");
        let mut bytes = Vec::new();
        let mut unzipped = GzDecoder::new(&*zipped);
        unzipped.read_to_end(&mut bytes).expect("gzip");
        Self::decode(&*bytes).expect("a profile")
    }

    fn text(&self, index: i64) -> &str {
        &self.strings[usize::try_from(index).expect("an index")]
    }

    fn types(&self) -> Vec<(&str, &str)> {
        let types = self.sample_types.iter();
        types
            .map(|one| (self.text(one.kind), self.text(one.unit)))
            .collect()
    }

    /// How many functions have a name with `part` in it.
    fn functions_of(&self, part: &str) -> usize {
        let names = self
            .functions
            .iter()
            .map(|function| self.text(function.name));
        names.filter(|name| name.contains(part)).count()
    }
}

/// Where profiles are served, as the server says.
async fn admin_of(server: &Server) -> String {
    eventually("profiles are served", async || {
        server.words().lines().find_map(|line| {
            let said: Value = serde_json::from_str(line).ok()?;
            Some(format!("http://{}", said.get("profiling")?.as_str()?))
        })
    })
    .await
}

async fn profiled() -> (World, Server, String) {
    let world = World::sqlite().with("BETSTREAM_ADMIN_LISTEN", "127.0.0.1:0");
    let server = Server::start(&world).await;
    let admin = admin_of(&server).await;
    (world, server, admin)
}

/// Works until it is dropped.
fn keep_busy(api: &Api) -> impl Drop + use<> {
    struct Busy(tokio::task::JoinHandle<()>);
    impl Drop for Busy {
        fn drop(&mut self) {
            self.0.abort();
        }
    }
    let api = api.clone();
    Busy(tokio::spawn(async move {
        let mut number = 0_u64;
        loop {
            number += 1;
            let body = json!({"name": format!("busy {number}"), "hostname": "h"});
            api.post("/api/v1/accounts", &body).await;
            api.get("/api/v1/accounts?limit=100").await;
        }
    }))
}

#[tokio::test]
async fn both_profiles_are_taken_of_a_busy_server_and_name_its_functions() {
    let (_world, server, admin) = profiled().await;
    let busy = keep_busy(&server.api);
    let cpu = Profile::of(&admin, "/debug/pprof/profile?seconds=2").await;
    assert!(
        cpu.types().contains(&("cpu", "nanoseconds")),
        "{:?}",
        cpu.types()
    );
    assert!(cpu.samples.len() > 3, "{}", cpu.samples.len());
    assert!(cpu.functions_of("betstream") > 3, "{:?}", cpu.strings);

    let heap = Profile::of(&admin, "/debug/pprof/heap?seconds=2").await;
    assert_eq!(heap.types(), [("inuse_space", "bytes")]);
    let bytes: i64 = heap.samples.iter().flat_map(|sample| &sample.values).sum();
    assert!(bytes > 0 && !heap.samples.is_empty());
    assert!(heap.functions_of("alloc") > 0, "{:?}", heap.strings);
    drop(busy);
    assert_eq!(server.api.get("/health").await.status, 200);
    assert!(server.terminate().await.success());
}

#[tokio::test]
async fn what_cannot_be_done_is_said() {
    let (_world, server, admin) = profiled().await;
    let api = Api::at(&admin);
    for (path, seconds) in [("profile", "0"), ("heap", "301"), ("profile", "ten")] {
        let path = format!("/debug/pprof/{path}?seconds={seconds}");
        let problem = api.get(&path).await.problem(400);
        assert_eq!(problem["code"], "invalid_parameter");
        let detail = problem["detail"].as_str().expect("a detail");
        assert!(
            detail.contains("seconds") && detail.contains("300"),
            "{detail}"
        );
    }
    for path in ["profile", "heap"] {
        let path = format!("/debug/pprof/{path}?seconds=3");
        let (first, second) = tokio::join!(api.get(&path), api.get(&path));
        let mut statuses = [first.status, second.status];
        statuses.sort_unstable();
        assert_eq!(statuses, [200, 409], "{path}");
        let refused = if first.status == 409 { first } else { second };
        assert_eq!(refused.problem(409)["code"], "profile_running");
    }
    let there = api.get("/debug/pprof/goroutine").await.problem(404);
    assert!(
        there["detail"]
            .as_str()
            .is_some_and(|text| text.contains("/debug/pprof/heap"))
    );
    let foreign = api
        .ask(
            reqwest::Method::GET,
            "/debug/pprof/heap",
            &[("Host", "evil.example")],
            None,
        )
        .await;
    assert_eq!(foreign.problem(403)["code"], "forbidden_host");
    // The API itself has no profiles.
    server.api.get("/debug/pprof/heap").await.problem(404);
    assert!(server.terminate().await.success());
}

#[tokio::test]
async fn others_than_this_machine_ask_only_by_name() {
    let world = World::sqlite().with("BETSTREAM_ADMIN_LISTEN", "0.0.0.0:0");
    let refused = run(&world, &["serve"]).await;
    assert!(!refused.status.success());
    let said = words(&refused);
    assert!(
        said.contains("BETSTREAM_ADMIN_LISTEN is 0.0.0.0:0"),
        "{said}"
    );
    assert!(said.contains("BETSTREAM_ADMIN_ALLOW_OPEN=1"), "{said}");
    let world = world.with("BETSTREAM_ADMIN_ALLOW_OPEN", "1");
    let server = Server::start(&world).await;
    admin_of(&server).await;
    assert!(server.terminate().await.success());
}
