//! Log lines that name the invocation and the span they were written in.

use std::fmt;

use kinetrace::__private::contained;
use kinetrace::__private::one_line;
use kinetrace::history::TraceIds;
use opentelemetry::Context;
use opentelemetry::trace::TraceContextExt as _;
use tracing::{Event, Subscriber};
use tracing_subscriber::fmt::format::Writer;
use tracing_subscriber::fmt::{FmtContext, FormatEvent, FormatFields};
use tracing_subscriber::registry::LookupSpan;

use crate::datadog_ids;
use crate::request_id;

/// Puts `request_id`, `trace_id` and `span_id`, as far as there are any, first into the JSON objects that another format
/// writes.
///
/// The latter two are those of OpenTelemetry's current span: a record's process span, or what the business code opened
/// below it, by whichever of the two APIs. OpenTelemetry has these names for them
/// (<https://opentelemetry.io/docs/specs/otel/compatibility/logging_trace_context/>).
///
/// Separators of Unicode and marks of bidirectional text, which JSON leaves as they are, are escaped.
#[derive(Debug)]
pub(crate) struct Correlated<F> {
    pub(crate) inner: F,
    /// Whether the two stand there as Datadog's tracers write them, too.
    pub(crate) has_datadogs: bool,
}

impl<S, N, F> FormatEvent<S, N> for Correlated<F>
where
    S: Subscriber + for<'a> LookupSpan<'a>,
    N: for<'a> FormatFields<'a> + 'static,
    F: FormatEvent<S, N>,
{
    fn format_event(&self, context: &FmtContext<'_, S, N>, mut writer: Writer<'_>, event: &Event<'_>) -> fmt::Result {
        let mut line = String::new();
        self.inner.format_event(context, Writer::new(&mut line), event)?;
        let Some(members) = line.strip_prefix('{') else { return writer.write_str(&line) };
        writer.write_char('{')?;
        if let Some(id) = request_id::current() {
            write!(writer, r#""request_id":{},"#, serde_json::Value::from(id))?;
        }
        if let Some(ids) = current_span() {
            write!(writer, r#""trace_id":"{}","span_id":"{}","#, ids.trace_id, ids.span_id)?;
            if self.has_datadogs
                && let Some(members) = datadog_ids::members(&ids)
            {
                writer.write_str(&members)?;
            }
        }
        let members = members.strip_suffix('\n').unwrap_or(members);
        writeln!(writer, "{}", one_line(members, usize::MAX))
    }
}

fn current_span() -> Option<TraceIds> {
    let ids = |context: &Context| {
        let span = context.span();
        // Where telemetry is off, the sender's span passes for the current one.
        Some(span.span_context()).filter(|span| !span.is_remote()).and_then(TraceIds::of)
    };
    contained(|| Context::map_current(ids))?
}

#[cfg(test)]
mod tests {
    use std::io;
    use std::sync::{Arc, Mutex};

    use opentelemetry::trace::{
        SpanContext, SpanId, TraceFlags, TraceId, TraceState, Tracer as _, TracerProvider as _,
    };
    use opentelemetry_sdk::trace::SdkTracerProvider;
    use serde_json::{Value, json};
    use tracing_subscriber::layer::SubscriberExt as _;

    use super::*;

    #[derive(Clone, Default)]
    struct Lines(Arc<Mutex<Vec<u8>>>);

    impl io::Write for Lines {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().unwrap().write(bytes)
        }
        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    /// What is logged while `work` is done.
    fn lines(provider: &SdkTracerProvider, work: impl FnOnce()) -> Vec<Value> {
        lines_with(false, provider, work)
    }

    fn lines_with(has_datadogs: bool, provider: &SdkTracerProvider, work: impl FnOnce()) -> Vec<Value> {
        let lines = Lines::default();
        let writer = lines.clone();
        let log = tracing_subscriber::fmt::layer().json().map_event_format(|inner| Correlated { inner, has_datadogs });
        let log = log.with_writer(move || writer.clone());
        let spans = tracing_opentelemetry::layer().with_tracer(provider.tracer("tracing"));
        tracing::subscriber::with_default(tracing_subscriber::registry().with(log).with(spans), work);
        let written = lines.0.lock().unwrap();
        assert!(!String::from_utf8_lossy(&written).contains(['\u{2028}', '\u{202e}']));
        written.split_inclusive(|byte| *byte == b'\n').map(|line| serde_json::from_slice(line).unwrap()).collect()
    }

    fn ids(context: &Context) -> Value {
        let ids = TraceIds::of(context.span().span_context()).unwrap();
        json!([ids.trace_id, ids.span_id])
    }

    #[test]
    fn a_line_names_its_span_whether_tracing_or_opentelemetry_opened_it() {
        let provider = SdkTracerProvider::builder().build();
        let span = Context::new().with_span(provider.tracer("kinetrace").start("process"));
        let remote =
            SpanContext::new(TraceId::from(1), SpanId::from(2), TraceFlags::SAMPLED, true, TraceState::default());
        let remote = Context::new().with_remote_span_context(remote);
        let mut inner = None;
        let written = lines(&provider, || {
            tracing::info!("nowhere");
            {
                let _current = span.clone().attach();
                tracing::info!(text = "\"}\n\u{2028}\u{202e}", "in a span of the API");
                tracing::info_span!("business").in_scope(|| {
                    inner = Some(Context::current());
                    tracing::info!("in a span of `tracing`");
                });
                tracing::info!("again");
            }
            let _current = remote.attach();
            tracing::info!("in a span of another target");
        });
        let inner = inner.unwrap();
        assert_eq!(inner.span().span_context().trace_id(), span.span().span_context().trace_id());
        let nothing = json!([null, null]);
        let expected = [nothing.clone(), ids(&span), ids(&inner), ids(&span), nothing];
        let named: Vec<Value> = written.iter().map(|line| json!([line["trace_id"], line["span_id"]])).collect();
        assert_eq!(named, expected);
        assert_eq!(written[1]["fields"], json!({"message": "in a span of the API", "text": "\"}\n\u{2028}\u{202e}"}));
    }

    #[test]
    fn a_line_has_datadogs_ids_on_demand_only() {
        let provider = SdkTracerProvider::builder().build();
        let span = Context::new().with_span(provider.tracer("kinetrace").start("process"));
        let span_id = u64::from_be_bytes(span.span().span_context().span_id().to_bytes()).to_string();
        for (has_datadogs, expected) in [(true, json!([ids(&span)[0], span_id])), (false, json!([null, null]))] {
            let written = lines_with(has_datadogs, &provider, || {
                tracing::info!("nowhere");
                let _current = span.clone().attach();
                tracing::info!("in a span");
            });
            assert_eq!(json!([written[0]["dd.trace_id"], written[0]["dd.span_id"]]), json!([null, null]));
            assert_eq!(json!([written[1]["dd.trace_id"], written[1]["dd.span_id"]]), expected);
            assert_eq!(json!([written[1]["trace_id"], written[1]["span_id"]]), ids(&span));
        }
    }

    #[tokio::test]
    async fn a_line_names_the_invocation_it_was_written_during_and_stays_json() {
        let provider = SdkTracerProvider::builder().build();
        let written = request_id::during("a\"b".to_owned(), async {
            tokio::task::yield_now().await;
            lines(&provider, || tracing::info!("during"))
        });
        assert_eq!(written.await[0]["request_id"], "a\"b");
        assert_eq!(lines(&provider, || tracing::info!("after"))[0].get("request_id"), None);
    }
}
