//! A plain HTTP client.

use std::time::Duration;

use reqwest::{Client, Method, header::HeaderMap};
use serde_json::Value;

/// One server's API.
#[derive(Clone)]
pub(crate) struct Api {
    client: Client,
    /// Where it is, without a slash at the end.
    pub(crate) url: String,
    token: Option<String>,
}

/// An answer.
#[derive(Clone, Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) text: String,
}

impl Answer {
    /// Its body as JSON.
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.text)
            .unwrap_or_else(|error| panic!("{error}: {} {}", self.status, self.text))
    }

    /// The same, after a look at the status.
    pub(crate) fn expect(&self, status: u16) -> Value {
        assert_eq!(self.status, status, "{}", self.text);
        if self.text.is_empty() {
            Value::Null
        } else {
            self.json()
        }
    }

    /// A refusal's code, after a look at its form.
    pub(crate) fn problem(&self, status: u16) -> Value {
        let problem = self.expect(status);
        let kind = self
            .headers
            .get("content-type")
            .and_then(|kind| kind.to_str().ok())
            .unwrap_or_default();
        assert!(
            kind.starts_with("application/problem+json"),
            "{kind}: {}",
            self.text
        );
        assert_eq!(problem["status"], status, "{problem}");
        problem
    }

    /// One header as text.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).and_then(|value| value.to_str().ok())
    }
}

impl Api {
    /// The API at `url`.
    pub(crate) fn at(url: &str) -> Self {
        Self::within(url, Duration::from_secs(60))
    }

    /// The API at `url`, each answer waited for no longer than `patience`.
    pub(crate) fn within(url: &str, patience: Duration) -> Self {
        let client = Client::builder()
            .timeout(patience)
            .build()
            .expect("a client");
        Self {
            client,
            url: url.to_owned(),
            token: None,
        }
    }

    /// The same with a token.
    pub(crate) fn with_token(&self, token: &str) -> Self {
        Self {
            token: Some(token.to_owned()),
            ..self.clone()
        }
    }

    /// Asks; a server that cannot be reached answers with the status 0.
    pub(crate) async fn ask(
        &self,
        method: Method,
        path: &str,
        headers: &[(&str, &str)],
        body: Option<String>,
    ) -> Answer {
        let mut request = self.client.request(method, format!("{}{path}", self.url));
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        if let Some(token) = &self.token {
            request = request.bearer_auth(token);
        }
        if let Some(body) = body {
            request = request.body(body);
        }
        match request.send().await {
            Ok(answer) => {
                let (status, headers) = (answer.status().as_u16(), answer.headers().clone());
                match answer.text().await {
                    Ok(text) => Answer {
                        status,
                        headers,
                        text,
                    },
                    Err(error) => Answer {
                        status: 0,
                        headers,
                        text: error.to_string(),
                    },
                }
            }
            Err(error) => Answer {
                status: 0,
                headers: HeaderMap::new(),
                text: error.to_string(),
            },
        }
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.ask(Method::GET, path, &[], None).await
    }

    pub(crate) async fn post(&self, path: &str, body: &Value) -> Answer {
        self.send(Method::POST, path, body).await
    }

    pub(crate) async fn put(&self, path: &str, body: &Value) -> Answer {
        self.send(Method::PUT, path, body).await
    }

    pub(crate) async fn patch(&self, path: &str, body: &Value) -> Answer {
        self.send(Method::PATCH, path, body).await
    }

    pub(crate) async fn delete(&self, path: &str) -> Answer {
        self.ask(Method::DELETE, path, &[], None).await
    }

    async fn send(&self, method: Method, path: &str, body: &Value) -> Answer {
        self.ask(
            method,
            path,
            &[("Content-Type", "application/json")],
            Some(body.to_string()),
        )
        .await
    }

    /// An open stream; none when nobody answers.
    pub(crate) async fn stream(
        &self,
        path: &str,
        headers: &[(&str, &str)],
    ) -> Option<reqwest::Response> {
        let client = Client::builder().build().expect("a client");
        let mut request = client
            .get(format!("{}{path}", self.url))
            .header("Accept", "text/event-stream");
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        request.send().await.ok()
    }
}
