//! A stream of Kinesis in the memory of the test, for tests of producers.

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use aws_sdk_kinesis::config::http::{HttpRequest, HttpResponse};
use aws_sdk_kinesis::config::{BehaviorVersion, Credentials, Region, RuntimeComponents};
use aws_sdk_kinesis::{Client, Config};
use aws_smithy_runtime_api::client::http::{
    HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpConnector,
};
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_types::body::SdkBody;
use http_body_util::BodyExt as _;
use kinetrace::Record;

use crate::event::Event;
use crate::puts::Puts;

/// A stream that takes puts and keeps them in memory: what a publisher, or any client of the AWS SDK, has sent can be looked at,
/// and handed to a consumer's handler. Cloning shares it.
///
/// It has one shard, and answers `PutRecord`, `PutRecords` and `DescribeStreamSummary`. There is no network, and no limit but
/// [`throttle_next`](Self::throttle_next).
///
/// ```
/// use kinetrace::Record;
/// use kinetrace_consumer::Failure;
/// use kinetrace_producer::Publisher;
/// use kinetrace_testing::{Recorder, Stream, invoke};
///
/// async fn handle(_: kinetrace_consumer::Record) -> Result<(), Failure> {
///     Ok(())
/// }
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// let (stream, recorder) = (Stream::new("flights"), Recorder::new());
/// let publisher = Publisher::builder(stream.client(), "flights").telemetry(&recorder.telemetry()).build();
/// publisher.send(Record::new("N14228", r#"{"tailnum":"N14228"}"#)).await.unwrap();
/// assert_eq!(stream.records()[0].partition_key, "N14228");
///
/// // The trace that began at the producer goes on in the consumer.
/// let invocation = invoke(handle, &stream.event()).await;
/// let sent = recorder.span("create flights").span_context;
/// assert_eq!(invocation.process_span(0).span_context.trace_id(), sent.trace_id());
/// # }
/// ```
#[derive(Clone)]
#[cfg_attr(docsrs, doc(cfg(feature = "producer")))]
pub struct Stream(Arc<Mutex<Puts>>);

impl Stream {
    /// An empty stream of this name.
    pub fn new(name: impl Into<String>) -> Self {
        Self(Arc::new(Mutex::new(Puts::new(name.into()))))
    }

    /// A client whose requests come here. `client.config().to_builder()` adds more to it, such as an interceptor.
    pub fn client(&self) -> Client {
        let config = Config::builder()
            .behavior_version(BehaviorVersion::latest())
            .region(Region::new("us-east-1"))
            .credentials_provider(Credentials::new("test", "test", None, None, "kinetrace-testing"))
            .http_client(Requests(self.clone()));
        Client::from_conf(config.build())
    }

    /// The next records that are put are throttled, so many of them: a publisher, or the AWS SDK, sends them again.
    pub fn throttle_next(&self, records: usize) {
        self.puts().throttled += records;
    }

    /// What was put, in the order of the stream, with what the carrier made of it.
    pub fn records(&self) -> Vec<Record> {
        self.puts().records.clone()
    }

    /// All that was put, in one event for a consumer.
    pub fn event(&self) -> Event {
        let puts = self.puts();
        puts.records.iter().fold(Event::new(&puts.stream), |event, it| event.untraced(&it.partition_key, &*it.data))
    }

    fn puts(&self) -> MutexGuard<'_, Puts> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for Stream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let puts = self.puts();
        f.debug_struct("Stream")
            .field("name", &puts.stream)
            .field("records", &puts.records.len())
            .finish_non_exhaustive()
    }
}

/// Answers requests, in the place of a connection.
#[derive(Debug, Clone)]
struct Requests(Stream);

impl HttpConnector for Requests {
    fn call(&self, mut request: HttpRequest) -> HttpConnectorFuture {
        let stream = self.0.clone();
        HttpConnectorFuture::new(async move {
            let body = std::mem::replace(request.body_mut(), SdkBody::taken());
            let body = body.collect().await.map_err(ConnectorError::user)?.to_bytes();
            let target = request.headers().get("x-amz-target").unwrap_or_default();
            let (status, answer) = stream.puts().answer(target, &body);
            let status = status.try_into().map_err(|error| ConnectorError::other(Box::new(error), None))?;
            Ok(HttpResponse::new(status, answer.to_string().into()))
        })
    }
}

impl HttpClient for Requests {
    fn http_connector(&self, _: &HttpConnectorSettings, _: &RuntimeComponents) -> SharedHttpConnector {
        SharedHttpConnector::new(self.clone())
    }
}
