//! The process that exports: this very test program, told to run one ignored test.

use std::env;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use kinetrace::__private::StderrLines;
use kinetrace::Telemetry;
use opentelemetry::KeyValue;
use opentelemetry::trace::{Span as _, SpanContext, SpanId, TraceFlags, TraceId, TraceState, Tracer as _};

/// What it does: a number of flushes, of spans before each, and of links on the last span.
const WORK: &str = "WORK";
const PATIENCE: Duration = Duration::from_secs(60);

/// How it went.
pub(crate) struct Course {
    /// What it complains of.
    pub(crate) lines: Vec<String>,
    pub(crate) lost: u64,
}

/// With these variables only, to the endpoint, as `xray` and `monitoring` in `eu-central-1`.
pub(crate) fn export(work: [usize; 3], endpoint: &str, variables: &[(&str, &str)]) -> Course {
    let mut command = Command::new(env::current_exe().unwrap());
    command.args(["child::emit", "--exact", "--ignored", "--nocapture"]).env_clear();
    command.env(WORK, work.map(|number| number.to_string()).join(" "));
    command.env("OTEL_EXPORTER_OTLP_ENDPOINT", endpoint).env("OTEL_BSP_SCHEDULE_DELAY", "3600000");
    command.env("KINETRACE_OTLP_TRACES_SIGV4", "xray/eu-central-1");
    command.env("KINETRACE_OTLP_METRICS_SIGV4", "monitoring/eu-central-1");
    let output = command.envs(variables.iter().copied()).stdin(Stdio::null()).output().unwrap();
    let (stdout, stderr) = (String::from_utf8(output.stdout).unwrap(), String::from_utf8(output.stderr).unwrap());
    assert!(output.status.success(), "{}: {stdout}{stderr}", output.status);
    let lost = stdout.lines().find_map(|line| line.split_once("lost=")).unwrap().1.parse().unwrap();
    let lines = stderr.lines().filter_map(|line| line.split_once("kinetrace: ")).map(|(_, line)| line.to_owned());
    Course { lines: lines.collect(), lost }
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "the child process of the others"]
async fn emit() {
    let Ok(work) = env::var(WORK) else { return };
    let work: Vec<usize> = work.split(' ').map(|number| number.parse().unwrap()).collect();
    let [flushes, spans, links] = work[..] else { panic!("{work:?}") };
    tracing::subscriber::set_global_default(StderrLines).unwrap();
    let telemetry = Telemetry::from_env().unwrap();
    for flush in 0..flushes {
        let tracer = telemetry.tracer();
        (0..spans).for_each(|number| drop(tracer.start(format!("span {flush} {number}"))));
        if links > 0 {
            let mut span = tracer.start("linked");
            span.set_attribute(KeyValue::new("kept", "yes"));
            (1..=links).for_each(|number| span.add_link(other(number), Vec::new()));
        }
        telemetry.meter().u64_counter("counter").build().add(1, &[]);
        let since = Instant::now();
        telemetry.flush(PATIENCE).await;
        assert!(since.elapsed() < PATIENCE, "a flush has no end");
    }
    println!("lost={}", telemetry.lost_spans());
    std::process::exit(0);
}

fn other(number: usize) -> SpanContext {
    let number = u64::try_from(number).unwrap();
    let (trace, span) = (TraceId::from(u128::from(number)), SpanId::from(number));
    SpanContext::new(trace, span, TraceFlags::SAMPLED, true, TraceState::default())
}
