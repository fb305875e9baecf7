//! Private servers, named by the environment; each test has a database of its own.

use uuid::Uuid;

fn from_environment(variable: &str) -> String {
    std::env::var(variable)
        .unwrap_or_else(|_| panic!("{variable} is not set: run through `make test`"))
}

/// A Postgres database that nobody else uses.
pub(crate) async fn postgres_url() -> String {
    let url = from_environment("BETSTREAM_TEST_POSTGRES_URL");
    let name = format!("views_{}", Uuid::now_v7().simple());
    let (client, connection) = tokio_postgres::connect(&url, tokio_postgres::NoTls)
        .await
        .unwrap();
    let driver = tokio::spawn(connection);
    client
        .batch_execute(&format!("CREATE DATABASE {name}"))
        .await
        .unwrap();
    drop(client);
    driver.await.unwrap().unwrap();
    let (server, _) = url.rsplit_once('/').unwrap();
    format!("{server}/{name}")
}

/// A Redis database that nobody else uses.
pub(crate) async fn redis_url() -> String {
    let url = from_environment("BETSTREAM_TEST_REDIS_URL");
    let mut connection = redis::Client::open(url.as_str())
        .unwrap()
        .get_multiplexed_async_connection()
        .await
        .unwrap();
    let number: u32 = redis::cmd("INCR")
        .arg("test:databases")
        .query_async(&mut connection)
        .await
        .unwrap();
    format!("{url}/{number}")
}
