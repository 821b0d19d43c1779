//! A span around each gRPC call, at either end, and its context in the metadata.

use std::error::Error;
use std::pin::Pin;
use std::task::{Context as TaskContext, Poll};

use http::{Request, Response};
use opentelemetry::trace::{FutureExt as _, SpanKind, Status, TraceContextExt as _, Tracer as _};
use opentelemetry::{Context, KeyValue, global};
use opentelemetry_http::{HeaderExtractor, HeaderInjector};
use tonic::{Code, Status as Refusal};
use tower::{Layer, Service};

/// As OpenTelemetry calls a method that is not known.
const OTHER: &str = "_OTHER";

/// A layer around a client or a server of `tonic`.
#[derive(Debug, Clone)]
pub struct GrpcTrace {
    kind: SpanKind,
    methods: Option<&'static [&'static str]>,
}

type BoxError = Box<dyn Error + Send + Sync>;

/// What the layer makes.
#[derive(Debug, Clone)]
pub struct Traced<S> {
    its: GrpcTrace,
    inner: S,
}

impl GrpcTrace {
    /// Around a channel.
    pub fn client() -> Self {
        Self { kind: SpanKind::Client, methods: None }
    }

    /// Around the services of a server, with the methods that it has (`stock.Stock/Reserve`). All others are `_OTHER`:
    /// a client may ask for any path, and each would be a name of a span.
    pub fn server(methods: &'static [&'static str]) -> Self {
        Self { kind: SpanKind::Server, methods: Some(methods) }
    }

    /// Of the span for this path: `<service>/<method>`.
    fn name<'a>(&self, path: &'a str) -> &'a str {
        let name = path.trim_start_matches('/');
        if self.methods.is_none_or(|methods| methods.contains(&name)) { name } else { OTHER }
    }
}

impl<S> Layer<S> for GrpcTrace {
    type Service = Traced<S>;

    fn layer(&self, inner: S) -> Traced<S> {
        Traced { its: self.clone(), inner }
    }
}

impl<S, B, R> Service<Request<B>> for Traced<S>
where
    S: Service<Request<B>, Response = Response<R>, Error: Into<BoxError>, Future: Send + 'static>,
{
    type Response = S::Response;
    type Error = Refusal;
    type Future = Pin<Box<dyn Future<Output = Result<Response<R>, Refusal>> + Send>>;

    fn poll_ready(&mut self, task: &mut TaskContext<'_>) -> Poll<Result<(), Refusal>> {
        self.inner.poll_ready(task).map_err(refusal)
    }

    fn call(&mut self, mut request: Request<B>) -> Self::Future {
        let is_client = self.its.kind == SpanKind::Client;
        let parent = if is_client {
            Context::current()
        } else {
            global::get_text_map_propagator(|it| it.extract(&HeaderExtractor(request.headers())))
        };
        let context = begun(self.its.kind.clone(), self.its.name(request.uri().path()), &parent);
        if is_client {
            global::get_text_map_propagator(|it| {
                it.inject_context(&context, &mut HeaderInjector(request.headers_mut()));
            });
        }
        let called = self.inner.call(request).with_context(context.clone());
        Box::pin(async move {
            let result = called.await.map_err(refusal);
            let code = result.as_ref().map_or_else(Refusal::code, status);
            context.span().set_attribute(KeyValue::new("rpc.grpc.status_code", i64::from(code as i32)));
            if is_error(code, is_client) {
                context.span().set_attribute(KeyValue::new("error.type", format!("{code:?}")));
                context.span().set_status(Status::error(code.description()));
            }
            result
        })
    }
}

/// A span for a call to `<service>/<method>`.
fn begun(kind: SpanKind, name: &str, parent: &Context) -> Context {
    let (service, method) = name.split_once('/').unwrap_or((name, name));
    let tracer = global::tracer("orders");
    let span = tracer
        .span_builder(name.to_owned())
        .with_kind(kind)
        .with_attributes([
            KeyValue::new("rpc.system", "grpc"),
            KeyValue::new("rpc.service", service.to_owned()),
            KeyValue::new("rpc.method", method.to_owned()),
        ])
        .start_with_context(&tracer, parent);
    parent.with_span(span)
}

/// What the caller gets for a call without an answer, and its span has. `tonic` decides: the client's own timeout is
/// `CANCELLED`, a server that is not reached `UNAVAILABLE`.
fn refusal(error: impl Into<BoxError>) -> Refusal {
    Refusal::from_error(error.into())
}

/// A call of one message that fails has its status in the headers. One that succeeds has it in the trailers, which are not
/// waited for.
fn status<R>(response: &Response<R>) -> Code {
    response.headers().get("grpc-status").map_or(Code::Ok, |status| Code::from_bytes(status.as_bytes()))
}

/// For who calls, all but `OK` are errors. For who is called, those that are not the caller's fault.
fn is_error(code: Code, is_client: bool) -> bool {
    use Code::{DataLoss, DeadlineExceeded, Internal, Ok, Unavailable, Unimplemented, Unknown};
    match code {
        Ok => false,
        Unknown | DeadlineExceeded | Unimplemented | Internal | Unavailable | DataLoss => true,
        _ => is_client,
    }
}

#[cfg(test)]
mod tests {
    use tonic::{ConnectError, TimeoutExpired};

    use super::*;

    #[test]
    fn a_path_that_the_server_does_not_have_is_not_the_name_of_a_span() {
        let server = GrpcTrace::server(&["stock.Stock/Reserve"]);
        for (path, at_client, at_server) in [
            ("/stock.Stock/Reserve", "stock.Stock/Reserve", "stock.Stock/Reserve"),
            ("/stock.Stock/Guess", "stock.Stock/Guess", "_OTHER"),
            ("/wp-login.php", "wp-login.php", "_OTHER"),
            ("/", "", "_OTHER"),
        ] {
            assert_eq!((GrpcTrace::client().name(path), server.name(path)), (at_client, at_server), "{path}");
        }
    }

    #[test]
    fn a_call_without_an_answer_has_the_code_that_its_caller_gets() {
        let rows: [(BoxError, Code); 4] = [
            (TimeoutExpired(()).into(), Code::Cancelled),
            (ConnectError("refused".into()).into(), Code::Unavailable),
            (Refusal::deadline_exceeded("late").into(), Code::DeadlineExceeded),
            ("anything".into(), Code::Unknown),
        ];
        for (error, code) in rows {
            let named = error.to_string();
            assert_eq!(refusal(error).code(), code, "{named}");
        }
    }

    #[test]
    fn what_is_out_of_stock_is_an_error_of_the_caller_alone() {
        for (code, at_client, at_server) in [
            (Code::Ok, false, false),
            (Code::FailedPrecondition, true, false),
            (Code::NotFound, true, false),
            (Code::Unavailable, true, true),
            (Code::Internal, true, true),
        ] {
            assert_eq!((is_error(code, true), is_error(code, false)), (at_client, at_server), "{code:?}");
        }
    }
}
