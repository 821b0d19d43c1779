//! The service inside the layer, and what it saw.

use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll};

use kinetrace_consumer::trace_layer::{TraceLayer, mark_failed};
use lambda_runtime::{Error, LambdaInvocation};
use opentelemetry::Value;
use opentelemetry::trace::{SpanId, TraceContextExt as _};
use opentelemetry_sdk::trace::SpanData;
use tower::{Layer as _, Service};

use crate::world::{World, context};

/// What the service got, and which span was current: in the call, in the future, after an await.
#[derive(Debug, Clone)]
pub(crate) struct Seen {
    pub(crate) body: bytes::Bytes,
    pub(crate) current: [SpanId; 3],
}

/// Fails on the body `fail`, only says so on `mark`, panics on `panic`, never answers to `hang`.
#[derive(Debug, Clone, Default)]
pub(crate) struct Sees(Arc<Mutex<Vec<Seen>>>);

fn current() -> SpanId {
    opentelemetry::Context::map_current(|context| context.span().span_context().span_id())
}

impl Service<LambdaInvocation> for Sees {
    type Response = ();
    type Error = Error;
    type Future = Pin<Box<dyn Future<Output = Result<(), Error>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Error>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, invocation: LambdaInvocation) -> Self::Future {
        let (called, seen) = (current(), Arc::clone(&self.0));
        Box::pin(async move {
            let polled = current();
            tokio::task::yield_now().await;
            let body = invocation.body;
            seen.lock().unwrap().push(Seen { body: body.clone(), current: [called, polled, current()] });
            match &body[..] {
                b"fail" => Err("no such plane".into()),
                b"mark" => {
                    mark_failed(&"no such plane");
                    Ok(())
                }
                b"panic" => panic!("out of fuel"),
                b"hang" => std::future::pending().await,
                _ => Ok(()),
            }
        })
    }
}

pub(crate) struct Outcome {
    pub(crate) answer: Result<(), String>,
    pub(crate) seen: Vec<Seen>,
    pub(crate) spans: Vec<SpanData>,
}

impl Outcome {
    pub(crate) fn seen(&self) -> &Seen {
        let [seen] = &self.seen[..] else { panic!("called {} times", self.seen.len()) };
        seen
    }

    pub(crate) fn span(&self) -> &SpanData {
        let [span] = &self.spans[..] else { panic!("{} spans", self.spans.len()) };
        span
    }
}

pub(crate) type Layered = <TraceLayer as tower::Layer<Sees>>::Service;

pub(crate) fn service(world: &World, choose: impl FnOnce(TraceLayer) -> TraceLayer) -> Layered {
    choose(TraceLayer::new(world.telemetry())).layer(Sees::default())
}

pub(crate) fn call(
    service: &mut Layered,
    body: impl Into<bytes::Bytes>,
) -> <Layered as Service<LambdaInvocation>>::Future {
    let (parts, ()) = http::Response::new(()).into_parts();
    let context = context();
    service.call(LambdaInvocation { parts, body: body.into(), context })
}

pub(crate) async fn pass(
    world: &World,
    choose: impl FnOnce(TraceLayer) -> TraceLayer,
    body: impl Into<bytes::Bytes>,
) -> Outcome {
    let sees = Sees::default();
    let mut service = choose(TraceLayer::new(world.telemetry())).layer(sees.clone());
    let answer = call(&mut service, body).await.map_err(|error| error.to_string());
    let seen = std::mem::take(&mut *sees.0.lock().unwrap());
    Outcome { answer, seen, spans: world.spans() }
}

pub(crate) fn attribute(span: &SpanData, name: &str) -> Option<Value> {
    span.attributes.iter().find(|attribute| attribute.key.as_str() == name).map(|attribute| attribute.value.clone())
}

/// The spans that this one links to.
pub(crate) fn links(span: &SpanData) -> Vec<String> {
    span.links.iter().map(|link| link.span_context.span_id().to_string()).collect()
}
