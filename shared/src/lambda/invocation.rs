//! The span around an invocation.

use opentelemetry::global::BoxedTracer;
use opentelemetry::trace::{Link, SpanKind, TraceContextExt, Tracer};
use opentelemetry::{Context, KeyValue};

use crate::contained::{contained, stand_in};
use crate::context::propagators::span_context;
use crate::semantic_conventions as names;

/// What is known of an invocation when it begins.
#[derive(Debug, Clone)]
pub struct Invocation<'a> {
    /// The function's name, and the span's.
    pub function_name: &'a str,
    /// The ARN by which the function was called; it may end in a version or an alias.
    pub invoked_arn: &'a str,
    /// Lambda's id of the invocation.
    pub request_id: &'a str,
    /// One of the `TRIGGER_…` values of [`semantic_conventions`](crate::semantic_conventions).
    pub trigger: &'static str,
    /// Whether it is the first of its execution environment.
    pub cold_start: bool,
    /// `Lambda-Runtime-Trace-Id`.
    pub xray_trace_id: Option<&'a str>,
}

impl Invocation<'_> {
    /// Starts the span as a child of `parent`, or as the root of a trace if `parent` has no span.
    ///
    /// Lambda's own trace id becomes a link, never the parent: on a stream it repeats for minutes, and it may say "not
    /// sampled", which would silence every span below it.
    ///
    /// If the span cannot be made, `parent` stands in for it: what is made below lands there, what is done to it is done
    /// to no span.
    pub fn start(&self, tracer: &BoxedTracer, parent: &Context) -> Context {
        contained(|| self.start_span(tracer, parent)).unwrap_or_else(|| stand_in(parent, parent))
    }

    fn start_span(&self, tracer: &BoxedTracer, parent: &Context) -> Context {
        let xray = self.xray_trace_id.and_then(span_context);
        let links = xray.map(|context| Link::new(context, Vec::new(), 0));
        let span = tracer
            .span_builder(self.function_name.to_owned())
            .with_kind(SpanKind::Server)
            .with_attributes(self.attributes())
            .with_links(links.into_iter().collect());
        parent.with_span(span.start_with_context(tracer, parent))
    }

    fn attributes(&self) -> Vec<KeyValue> {
        let mut attributes = vec![
            KeyValue::new(names::FAAS_TRIGGER, self.trigger),
            KeyValue::new(names::FAAS_INVOCATION_ID, self.request_id.to_owned()),
            KeyValue::new(names::FAAS_COLDSTART, self.cold_start),
            KeyValue::new(names::AWS_LAMBDA_INVOKED_ARN, self.invoked_arn.to_owned()),
        ];
        // arn:aws:lambda:<region>:<account>:function:<name>
        if let Some(account) = self.invoked_arn.split(':').nth(4) {
            attributes.push(KeyValue::new(names::CLOUD_ACCOUNT_ID, account.to_owned()));
        }
        attributes
    }
}
