//! What the page of `kinetrace local` knows of traces.

use std::fmt;
use std::time::Duration;

use hyper::Request;
use serde_json::{Value, json};
use tokio::time::{interval, timeout};

use crate::Failure;
use crate::http::ask;
use crate::trace::{Span, Trace};

/// How long anything may take.
const PATIENCE: Duration = Duration::from_secs(60);

/// As OTLP numbers the kinds of spans.
const CONSUMER: u64 = 5;

/// The page, by its URL.
#[derive(Debug)]
pub struct Page(String);

impl Page {
    pub(crate) fn at(url: String) -> Self {
        Self(url)
    }

    /// The trace, once it is as `enough` wants it.
    pub async fn trace(&self, id: &str, enough: impl Fn(&Trace) -> bool) -> Result<Trace, Failure> {
        let mut trace = Trace(Vec::new());
        let looking = async {
            let mut soon = interval(Duration::from_millis(50));
            while !enough(&trace) {
                soon.tick().await;
                let spans = self.look(&format!("api/trace?id={id}")).await?;
                trace = Trace(serde_json::from_value(spans).unwrap_or_default());
            }
            Ok::<_, Failure>(())
        };
        match timeout(PATIENCE, looking).await {
            Ok(looked) => looked.map(|()| trace),
            Err(_) => Err(format!("of trace {id} there is only\n{}", trace.outline()).into()),
        }
    }

    /// Trace and id of the span of a consumer that links to this one, once there is one.
    pub async fn linked_from(&self, span: &Span) -> Result<(String, String), Failure> {
        let link = json!([span.trace, span.span]);
        let looking = async {
            let mut soon = interval(Duration::from_millis(50));
            loop {
                soon.tick().await;
                let document = self.look("api/document").await?;
                if let Some(found) = linking(&document["spans"]["columns"], &link) {
                    return Ok::<_, Failure>(found);
                }
            }
        };
        timeout(PATIENCE, looking).await.map_err(|_| format!("no consumer links to {}", span.span))?
    }

    async fn look(&self, what: &str) -> Result<Value, Failure> {
        let (_, answer) = ask(Request::get(format!("{}{what}", self.0)).body(String::new())?).await?;
        Ok(answer)
    }
}

impl fmt::Display for Page {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The consumer's span in these columns that has the link. Requests of the producer link to the same span.
fn linking(columns: &Value, link: &Value) -> Option<(String, String)> {
    let column = |name: &str| columns[name].as_array();
    let at = column("links")?.iter().zip(column("kind")?).position(|(links, kind)| {
        kind.as_u64() == Some(CONSUMER) && links.as_array().is_some_and(|links| links.contains(link))
    })?;
    let text = |name: &str| Some(column(name)?.get(at)?.as_str()?.to_owned());
    Some((text("trace")?, text("span")?))
}
