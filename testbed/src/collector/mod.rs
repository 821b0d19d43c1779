//! Where spans go: a [`Collector`] for tests and demonstrations, and a [`Receiver`] for programs of any language.
//!
//! <https://opentelemetry.io/docs/specs/otlp/#otlphttp>. The collector takes what this project's own exporter sends, which is binary
//! protobuf, not compressed, keeps spans and the points of metrics, and answers questions about them. The receiver takes what
//! exporters send in all languages, keeps nothing, and hands it on.

mod arrival;
mod attribute;
mod forward;
mod log_record;
mod metric;
mod otlp_json;
mod protocol;
mod reachable;
mod read_spans;
mod receive;
mod receiver;
mod span;
mod wire_logs;

use tokio::sync::{mpsc, watch};

pub use arrival::{Arrival, Arrivals};
pub use attribute::AttributeValue;
pub use forward::{Destination, DestinationError, Forwarded, Forwarder};
pub use log_record::LogRecord;
pub use metric::Point;
pub use reachable::Unreachable;
pub use read_spans::{ReadSpans, ReadSpansError, read_spans};
use receive::{Inbox, Spans};
pub use receiver::{Received, Receiver};
pub use span::{Kind, Link, Scope, Span, SpanEvent, Status};

use crate::server::{Server, StartError};

/// An OTLP receiver, which ends when it is dropped.
#[derive(Debug)]
pub struct Collector {
    _server: Server,
    endpoint: String,
    spans: watch::Receiver<Vec<Span>>,
    points: watch::Receiver<Vec<Point>>,
}

impl Collector {
    /// Starts on a free loopback port.
    pub async fn start() -> Result<Self, StartError> {
        Self::start_with(Spans::Kept, None).await
    }

    /// Starts on a free loopback port, and hands all spans that arrive, as they arrived, to the forwarder as well. Its
    /// troubles stay its own.
    pub async fn start_forwarding_by(forwarder: &Forwarder) -> Result<Self, StartError> {
        Self::start_with(Spans::Kept, Some(forwarder.clone())).await
    }

    /// Starts on a free loopback port, and hands the spans on, request by request, instead of keeping them; points of metrics
    /// are dropped. So it takes no more room the longer it runs, and [`spans`](Self::spans), [`wait_for`](Self::wait_for)
    /// and [`metric`](Self::metric) know nothing. A request is answered once its spans are taken, or nobody takes any. The
    /// forwarder, if there is one, gets them as well.
    pub async fn start_handing_on(
        to: mpsc::Sender<Vec<Span>>,
        forwarder: Option<Forwarder>,
    ) -> Result<Self, StartError> {
        Self::start_with(|_| Spans::HandedOn(to), forwarder).await
    }

    async fn start_with(
        spans_go: impl FnOnce(watch::Sender<Vec<Span>>) -> Spans,
        forwarder: Option<Forwarder>,
    ) -> Result<Self, StartError> {
        let (spans_in, spans) = watch::channel(Vec::new());
        let (points_in, points) = watch::channel(Vec::new());
        let inbox = Inbox { spans: spans_go(spans_in), points: points_in, forwarder };
        let server = Server::start(receive::router(inbox)).await?;
        let endpoint = server.endpoint();
        Ok(Self { _server: server, endpoint, spans, points })
    }

    /// What goes into `OTEL_EXPORTER_OTLP_ENDPOINT`: `http://127.0.0.1:<port>`.
    pub fn endpoint(&self) -> &str {
        &self.endpoint
    }

    /// All spans, in the order of their arrival.
    pub fn spans(&self) -> Vec<Span> {
        self.spans.borrow().clone()
    }

    /// The spans of one trace, in the order of their starts.
    pub fn trace(&self, trace_id: &str) -> Vec<Span> {
        let mut spans = self.select(|span| span.trace_id == trace_id);
        spans.sort_by_key(|span| (span.start_unix_nanos, span.end_unix_nanos));
        spans
    }

    /// The spans with this attribute, in the order of their arrival.
    pub fn by_attribute(&self, key: &str, value: impl Into<AttributeValue>) -> Vec<Span> {
        let value = value.into();
        self.select(|span| span.attributes.get(key) == Some(&value))
    }

    /// Waits until the spans are as `enough` wants them, which is asked at once and after every arrival, and returns
    /// them. Without a limit.
    pub async fn wait_for(&self, mut enough: impl FnMut(&[Span]) -> bool) -> Vec<Span> {
        let mut spans = self.spans.clone();
        match spans.wait_for(|spans| enough(spans)).await {
            Ok(spans) => spans.clone(),
            // The sender lives in the server, and the server in `self`.
            Err(_) => self.spans(),
        }
    }

    /// Of each series of this metric that has all these attributes, among others, the latest point. A series is what one
    /// process says of one set of attributes; exporters send its points as they do by default, each counting from the
    /// start.
    pub fn metric(&self, name: &str, attributes: &[(&str, &str)]) -> Vec<Point> {
        metric::latest(&self.points.borrow(), name, attributes)
    }

    /// The sum over [`metric`](Self::metric): how much of that there was.
    pub fn total(&self, name: &str, attributes: &[(&str, &str)]) -> f64 {
        self.metric(name, attributes).iter().map(|point| point.value).sum()
    }

    fn select(&self, wanted: impl Fn(&Span) -> bool) -> Vec<Span> {
        self.spans.borrow().iter().filter(|span| wanted(span)).cloned().collect()
    }
}
