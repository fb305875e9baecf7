//! Talking to a running server.

use std::time::Duration;

use anyhow::{Context, bail};
use betstream_events::{causes::X_CORRELATION_ID, ids::fresh_id};
use reqwest::{Client, Method, RequestBuilder, StatusCode};
use serde::{Deserialize, de::DeserializeOwned};

use crate::{cli::ServerArgs, config::Settings};

/// How often a request that the server could not take is sent again.
const MOST_TRIES: u32 = 30;
/// Longest wait for one answer.
const ANSWER_WITHIN: Duration = Duration::from_secs(60);
/// Longest wait for an answer that is a file.
const DOWNLOAD_WITHIN: Duration = Duration::from_secs(24 * 60 * 60);

/// A running server.
#[derive(Clone)]
pub(crate) struct Server {
    client: Client,
    url: url::Url,
    token: Option<String>,
    /// What everything that this run asks for belongs to.
    run: String,
}

/// A server's answer to what it took.
struct Answer {
    text: String,
    /// The path at which it goes on.
    next: Option<String>,
}

/// What a server says when it does not do what was asked.
#[derive(Deserialize)]
struct Problem {
    #[serde(default)]
    title: String,
    #[serde(default)]
    detail: String,
}

impl Server {
    /// The server that was named, or the one that these settings would start.
    ///
    /// # Errors
    /// When the URL is none of HTTP.
    pub(crate) fn of(args: &ServerArgs, settings: &Settings) -> anyhow::Result<Self> {
        let url = match &args.url {
            Some(url) => url.clone(),
            None => served_at(settings)?,
        };
        if url.scheme() != "http" {
            bail!("{url} is no http:// address");
        }
        let client = Client::builder()
            .timeout(ANSWER_WITHIN)
            .build()
            .context("no HTTP client can be made")?;
        Ok(Self {
            client,
            url,
            token: args.token.clone(),
            run: run_id(),
        })
    }

    /// Where it is.
    pub(crate) const fn url(&self) -> &url::Url {
        &self.url
    }

    /// Asks for what is at `path`.
    ///
    /// # Errors
    /// When nobody answers, or the server refuses, in its own words.
    pub(crate) async fn get<T: DeserializeOwned>(&self, path: &str) -> anyhow::Result<T> {
        let (answer, _) = self.get_page(path).await?;
        Ok(answer)
    }

    /// As [`Self::get`], the answer as it comes.
    ///
    /// # Errors
    /// As [`Self::get`].
    pub(crate) async fn get_text(&self, path: &str) -> anyhow::Result<String> {
        let answer = self.ask(|| self.request(Method::GET, path)).await?;
        Ok(answer.text)
    }

    /// As [`Self::get`], the answer handed to `take` as it comes, however long it is.
    ///
    /// # Errors
    /// As [`Self::get`], or what `take` says.
    pub(crate) async fn download(
        &self,
        path: &str,
        mut take: impl FnMut(&[u8]) -> std::io::Result<()>,
    ) -> anyhow::Result<()> {
        let request = self.request(Method::GET, path)?;
        let sent = request.timeout(DOWNLOAD_WITHIN).send().await;
        let mut answer = sent.map_err(|error| self.unreachable(&error))?;
        let status = answer.status();
        if !status.is_success() {
            let text = answer.text().await.unwrap_or_default();
            bail!("{} says {}: {}", self.url, status.as_u16(), problem(&text));
        }
        let cut = || format!("{} broke its answer off", self.url);
        while let Some(bytes) = answer.chunk().await.with_context(cut)? {
            take(&bytes)?;
        }
        Ok(())
    }

    /// As [`Self::get`], with the path at which the answer goes on, where it does.
    ///
    /// # Errors
    /// As [`Self::get`].
    pub(crate) async fn get_page<T: DeserializeOwned>(
        &self,
        path: &str,
    ) -> anyhow::Result<(T, Option<String>)> {
        let answer = self.ask(|| self.request(Method::GET, path)).await?;
        Ok((self.read(&answer.text)?, answer.next))
    }

    /// The first `limit` items of the list that begins at `path`; says so on standard error when
    /// there are more.
    ///
    /// # Errors
    /// As [`Self::get`].
    pub(crate) async fn first_of(
        &self,
        path: String,
        limit: usize,
    ) -> anyhow::Result<Vec<serde_json::Value>> {
        let (mut items, mut next) = (Vec::new(), Some(path));
        while let Some(path) = next.take_if(|_| items.len() < limit) {
            let (page, link) = self.get_page::<Vec<serde_json::Value>>(&path).await?;
            items.extend(page);
            next = link;
        }
        if next.is_some() || items.len() > limit {
            eprintln!("betstream: there are more than {limit}; --limit shows them");
        }
        items.truncate(limit);
        Ok(items)
    }

    /// Posts `body` (JSON) and reads the answer. A server that is busy or just starting is asked
    /// again; so `body` must be safe to repeat.
    ///
    /// # Errors
    /// When nobody answers, or the server refuses, in its own words.
    pub(crate) async fn post<T: DeserializeOwned>(
        &self,
        path: &str,
        body: String,
    ) -> anyhow::Result<T> {
        let (answer, _) = self.post_page(path, body).await?;
        Ok(answer)
    }

    /// As [`Self::post`], with the path at which the answer goes on, where it does.
    ///
    /// # Errors
    /// As [`Self::post`].
    pub(crate) async fn post_page<T: DeserializeOwned>(
        &self,
        path: &str,
        body: String,
    ) -> anyhow::Result<(T, Option<String>)> {
        let answer = self.ask(|| self.posting(path, &body)).await?;
        Ok((self.read(&answer.text)?, answer.next))
    }

    /// As [`Self::post`], for a command that is carried out once however often it is sent.
    ///
    /// # Errors
    /// As [`Self::post`].
    pub(crate) async fn post_once<T: DeserializeOwned>(
        &self,
        path: &str,
        body: String,
    ) -> anyhow::Result<T> {
        let key = fresh_id().to_string();
        let keyed = || Ok(self.posting(path, &body)?.header("Idempotency-Key", &key));
        let answer = self.ask(keyed).await?;
        self.read(&answer.text)
    }

    /// Deletes what is at `path` and reads the answer.
    ///
    /// # Errors
    /// As [`Self::get`].
    pub(crate) async fn delete<T: DeserializeOwned>(&self, path: &str) -> anyhow::Result<T> {
        let answer = self.ask(|| self.request(Method::DELETE, path)).await?;
        self.read(&answer.text)
    }

    /// Sends `request` until the server takes it, a bounded number of times.
    async fn ask(
        &self,
        request: impl Fn() -> anyhow::Result<RequestBuilder>,
    ) -> anyhow::Result<Answer> {
        let mut tries = 0;
        loop {
            let sent = request()?.send().await;
            let answer = sent.map_err(|error| self.unreachable(&error))?;
            let status = answer.status();
            let header = |name| {
                answer
                    .headers()
                    .get(name)
                    .and_then(|value| value.to_str().ok())
            };
            if status == StatusCode::SERVICE_UNAVAILABLE && tries < MOST_TRIES {
                tries += 1;
                let after = header("Retry-After").and_then(|value| value.parse().ok());
                tokio::time::sleep(
                    Duration::from_secs(after.unwrap_or(1)).min(Duration::from_secs(5)),
                )
                .await;
                continue;
            }
            let next = header("Link").and_then(next_of);
            let text = answer
                .text()
                .await
                .with_context(|| format!("{} did not answer whole", self.url))?;
            if !status.is_success() {
                bail!("{} says {}: {}", self.url, status.as_u16(), problem(&text));
            }
            return Ok(Answer { text, next });
        }
    }

    fn read<T: DeserializeOwned>(&self, text: &str) -> anyhow::Result<T> {
        serde_json::from_str(text)
            .with_context(|| format!("{} answered what is not understood: {text}", self.url))
    }

    fn posting(&self, path: &str, body: &str) -> anyhow::Result<RequestBuilder> {
        let request = self
            .request(Method::POST, path)?
            .header("Content-Type", "application/json");
        Ok(request.body(body.to_owned()))
    }

    fn request(&self, method: Method, path: &str) -> anyhow::Result<RequestBuilder> {
        let request = self
            .client
            .request(method, self.url.join(path)?)
            .header(X_CORRELATION_ID, &self.run);
        Ok(match &self.token {
            Some(token) => request.bearer_auth(token),
            None => request,
        })
    }

    fn unreachable(&self, error: &reqwest::Error) -> anyhow::Error {
        if error.is_connect() {
            return anyhow::anyhow!(
                "nobody answers at {}: start the server with `betstream`, or name it with --url",
                self.url
            );
        }
        anyhow::anyhow!("{} did not answer: {error}", self.url)
    }
}

/// Where a server with these settings is reached from this machine.
///
/// # Errors
/// When they name no address.
pub(crate) fn served_at(settings: &Settings) -> anyhow::Result<url::Url> {
    let first = settings.listen.first().copied();
    let mut address = first.context("there is no address to listen on")?;
    if address.ip().is_unspecified() {
        address.set_ip(std::net::Ipv4Addr::LOCALHOST.into());
    }
    Ok(url::Url::parse(&format!("http://{address}"))?)
}

/// What belongs together because one run of the command line did it: `run 0199…`.
pub(crate) fn run_id() -> String {
    format!("run {}", fresh_id())
}

/// `text` as one segment of a path.
pub(crate) fn segment(text: &str) -> String {
    let encoded: String = url::form_urlencoded::byte_serialize(text.as_bytes()).collect();
    encoded.replace('+', "%20")
}

/// `path` with these parameters.
pub(crate) fn with_query<'a>(
    path: &str,
    pairs: impl IntoIterator<Item = (&'a str, String)>,
) -> String {
    let query = url::form_urlencoded::Serializer::new(String::new())
        .extend_pairs(pairs)
        .finish();
    format!("{path}?{query}")
}

/// The path in `</there?cursor=7>; rel="next"`.
fn next_of(link: &str) -> Option<String> {
    let (path, rest) = link.strip_prefix('<')?.split_once('>')?;
    rest.contains("next").then(|| path.to_owned())
}

fn problem(text: &str) -> String {
    match serde_json::from_str::<Problem>(text) {
        Ok(Problem { detail, .. }) if !detail.is_empty() => detail,
        Ok(Problem { title, .. }) if !title.is_empty() => title,
        _ => text.chars().take(300).collect(),
    }
}
