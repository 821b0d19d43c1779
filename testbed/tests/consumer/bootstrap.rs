//! The function: this very test program, told to run one ignored test that never ends.

use std::env;
use std::sync::Arc;

use kinetrace_consumer::{Failure, Record};
use kinetrace_testbed::configuration::Configuration;
use opentelemetry::trace::{FutureExt as _, TraceContextExt as _, Tracer as _};
use opentelemetry::{Context, KeyValue, global};
use tokio::sync::Barrier;
use tracing::{Instrument as _, info_span};

pub(crate) const FUNCTION: &str = "flights-consumer";

/// With these variables.
pub(crate) fn configuration(variables: &[(&str, &str)]) -> Configuration {
    let mut configuration = Configuration::new(FUNCTION, env::current_exe().unwrap());
    configuration.args =
        ["bootstrap::run_the_consumer", "--exact", "--ignored", "--nocapture"].map(Into::into).to_vec();
    configuration.env = variables.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    configuration
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "the child process of other tests"]
async fn run_the_consumer() {
    if env::var_os("AWS_LAMBDA_RUNTIME_API").is_none() {
        return;
    }
    let at_once = env::var("KINETRACE_MAX_CONCURRENCY").map_or(1, |records| records.parse().unwrap());
    let together = Arc::new(Barrier::new(at_once));
    kinetrace_consumer::run(move |record| handle(record, Arc::clone(&together))).await.unwrap();
}

/// Opens spans of both kinds, named after the record. As many records as may be processed at once meet `together`, so
/// that each waits with its spans open for the others.
async fn handle(record: Record, together: Arc<Barrier>) -> Result<(), Failure> {
    let name = String::from_utf8_lossy(&record.payload).trim_matches('"').to_owned();
    let tracer = global::tracer("business");
    let xray = KeyValue::new("xray", env::var("_X_AMZN_TRACE_ID").unwrap_or_default());
    tracer.in_span(format!("api before {name}"), |context| context.span().set_attribute(xray));
    together.wait().await;
    tracer.in_span(format!("api after {name}"), |_| ());
    async {
        together.wait().await;
        tracer.in_span(format!("api inside tracing {name}"), |_| ());
    }
    .instrument(info_span!("tracing", otel.name = format!("tracing {name}")))
    .await;
    async {
        together.wait().await;
        info_span!("tracing", otel.name = format!("tracing inside api {name}")).in_scope(|| ());
    }
    .with_context(Context::current_with_span(tracer.start(format!("api {name}"))))
    .await;
    match &*name {
        "skip" => Err(Failure::skip("a plane without a number")),
        "fail" => Err(Failure::retry("no such plane")),
        "panic" => panic!("out of fuel"),
        _ => Ok(()),
    }
}
