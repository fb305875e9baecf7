//! A reader of server-sent events.

use std::time::Duration;

use serde_json::Value;

use super::{PATIENCE, http::Api};

/// An open stream of events.
pub(crate) struct Events {
    answer: reqwest::Response,
    text: String,
}

/// One event.
#[derive(Clone, Debug)]
pub(crate) struct Event {
    pub(crate) name: String,
    pub(crate) id: Option<i64>,
    pub(crate) data: Value,
}

impl Events {
    /// Opens `path`.
    pub(crate) async fn open(api: &Api, path: &str, headers: &[(&str, &str)]) -> Self {
        let answer = api.stream(path, headers).await.expect("a stream");
        assert_eq!(answer.status().as_u16(), 200);
        Self::over(answer)
    }

    /// Opens `path`; none when nobody answers, or not with a stream.
    pub(crate) async fn try_open(api: &Api, path: &str, headers: &[(&str, &str)]) -> Option<Self> {
        let answer = api.stream(path, headers).await?;
        (answer.status().as_u16() == 200).then(|| Self::over(answer))
    }

    fn over(answer: reqwest::Response) -> Self {
        let kind = answer.headers()["content-type"]
            .to_str()
            .expect("a text")
            .to_owned();
        assert!(kind.starts_with("text/event-stream"), "{kind}");
        Self {
            answer,
            text: String::new(),
        }
    }

    /// The next event; none when the stream has ended.
    pub(crate) async fn next_or_end(&mut self) -> Option<Event> {
        self.next_within(PATIENCE).await
    }

    /// The next event.
    pub(crate) async fn next(&mut self) -> Event {
        self.next_or_end().await.expect("the stream goes on")
    }

    /// The next event of one kind.
    pub(crate) async fn next_of(&mut self, name: &str) -> Event {
        loop {
            let event = self.next().await;
            if event.name == name {
                return event;
            }
        }
    }

    async fn next_within(&mut self, patience: Duration) -> Option<Event> {
        loop {
            if let Some((block, rest)) = self.text.split_once("\n\n") {
                let (block, rest) = (block.to_owned(), rest.to_owned());
                self.text = rest;
                match read(&block) {
                    Some(event) => return Some(event),
                    None => continue,
                }
            }
            let more = tokio::time::timeout(patience, self.answer.chunk())
                .await
                .expect("something comes in time");
            match more {
                Ok(Some(bytes)) => self
                    .text
                    .push_str(&String::from_utf8_lossy(&bytes).replace("\r\n", "\n")),
                Ok(None) | Err(_) => return None,
            }
        }
    }
}

/// None for comments and retry hints.
fn read(block: &str) -> Option<Event> {
    let field = |name: &str| {
        let lines = block
            .lines()
            .filter_map(|line| line.strip_prefix(name)?.strip_prefix(':'));
        let values: Vec<&str> = lines
            .map(|value| value.strip_prefix(' ').unwrap_or(value))
            .collect();
        (!values.is_empty()).then(|| values.join("\n"))
    };
    let data = field("data")?;
    Some(Event {
        name: field("event").unwrap_or_else(|| "message".to_owned()),
        id: field("id").and_then(|id| id.parse().ok()),
        data: serde_json::from_str(&data).expect("JSON"),
    })
}
