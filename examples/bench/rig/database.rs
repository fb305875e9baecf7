//! Databases of one run on the private Postgres.

use tokio_postgres::{Client, NoTls};

/// A connection; it ends with the client.
pub(crate) async fn connect(url: &str) -> anyhow::Result<Client> {
    let (client, connection) = tokio_postgres::connect(url, NoTls).await?;
    tokio::spawn(connection);
    Ok(client)
}

/// Makes an empty database beside the one of `url`, and gives its URL.
pub(super) async fn create(url: &str, name: &str) -> anyhow::Result<String> {
    let statement = format!("CREATE DATABASE {name}");
    connect(url).await?.batch_execute(&statement).await?;
    let mut created = url::Url::parse(url)?;
    created.set_path(name);
    Ok(created.to_string())
}

/// Takes a database away, whoever is connected.
pub(super) async fn remove(url: &str, name: &str) -> anyhow::Result<()> {
    let statement = format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)");
    Ok(connect(url).await?.batch_execute(&statement).await?)
}
