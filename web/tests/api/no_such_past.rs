//! Moments, streams and versions that there are not: each named with what there is.

use crate::history::{Told, told};

#[actix_web::test]
async fn what_there_is_not_is_named() {
    let Told {
        product, account, ..
    } = told().await;
    let client = &product.client;
    let last = product.head().await.0;
    let stream = format!("/api/v1/streams/account-{account}");
    let table = [
        (
            "/api/v1/streams/horse-1/state".to_owned(),
            400,
            "invalid_path",
            "horse-1",
        ),
        (
            "/api/v1/streams/batch-x/history".to_owned(),
            400,
            "invalid_path",
            "batch-x",
        ),
        (
            "/api/v1/streams/batch-999/state".to_owned(),
            404,
            "not_found",
            "batch-999",
        ),
        (
            "/api/v1/streams/market-no/history".to_owned(),
            404,
            "not_found",
            "market-no",
        ),
        (
            format!("{stream}/state?version=x"),
            400,
            "invalid_parameter",
            "version \"x\"",
        ),
        (
            format!("{stream}/state?version=9"),
            422,
            "after_the_end",
            "its last version is 3",
        ),
        (
            format!("{stream}/state?version=-1"),
            422,
            "after_the_end",
            "version -1",
        ),
        (
            format!("{stream}/state?position=-1"),
            400,
            "invalid_parameter",
            "position \"-1\"",
        ),
        (
            format!("{stream}/state?position=999"),
            422,
            "after_the_end",
            "position 999",
        ),
        (
            format!("{stream}/state?position=2026-03-14T14:34:00Z"),
            400,
            "invalid_parameter",
            "position",
        ),
        (
            format!("{stream}/state?time=17"),
            400,
            "invalid_parameter",
            "time \"17\"",
        ),
        (
            format!("{stream}/state?time=yesterday"),
            400,
            "invalid_parameter",
            "yesterday",
        ),
        (
            format!("{stream}/state?time=2999-01-01T00:00:00Z"),
            422,
            "after_the_end",
            "2999",
        ),
        (
            format!("{stream}/state?version=1&time=2026-03-14T14:34:00Z"),
            400,
            "invalid_parameter",
            "two moments",
        ),
        (
            format!("{stream}/difference"),
            400,
            "invalid_parameter",
            "from is missing",
        ),
        (
            format!("{stream}/difference?from=v9"),
            422,
            "after_the_end",
            "version 9",
        ),
        (
            format!("{stream}/difference?from=vx"),
            400,
            "invalid_parameter",
            "vx",
        ),
        (
            format!("{stream}/difference?from=1&to=999"),
            422,
            "after_the_end",
            "to 999",
        ),
        (
            format!("{stream}/history?order=best"),
            400,
            "invalid_parameter",
            "best",
        ),
        (
            format!("{stream}/history?limit=0"),
            400,
            "invalid_parameter",
            "limit",
        ),
        (
            format!("{stream}/history?cursor=x-y"),
            400,
            "invalid_cursor",
            "cursor",
        ),
        (
            "/api/v1/accounts?at=999".to_owned(),
            422,
            "after_the_end",
            "at 999",
        ),
        (
            "/api/v1/accounts?at=soon".to_owned(),
            400,
            "invalid_parameter",
            "soon",
        ),
        (
            format!("/api/v1/accounts/{account}?at=2999-01-01T00:00:00Z"),
            422,
            "after_the_end",
            "has not come yet",
        ),
        (
            format!("/api/v1/accounts/{account}/batches?at=-1"),
            400,
            "invalid_parameter",
            "at \"-1\"",
        ),
    ];
    for (path, status, code, named) in table {
        let problem = client.get(&path).await.is_problem(status, code);
        let detail = problem["detail"].as_str().unwrap_or_default();
        assert!(detail.contains(named), "{path}: {detail}");
        if code == "after_the_end" && !named.contains("version") {
            assert!(detail.contains(&last.to_string()), "{path}: {detail}");
        }
    }
    assert_eq!(product.head().await.0, last, "nothing changed");
    product.stop().await;
}
