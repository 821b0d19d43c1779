//! How often a record has memory allocated between its event, which is read, and the answer. It does not vary as time does.
//!
//! Each row is a process of its own, because of its variables. It counts on the thread that answers: what exports has another.

#![allow(clippy::unwrap_used, clippy::panic)]

mod event;

use std::env;
use std::process::Command;
use std::time::{Duration, SystemTime};

use kinetrace::Telemetry;
use kinetrace_consumer::kinesis::KinesisEvent;
use kinetrace_consumer::{Consumer, Failure, Record, RecordLog};
use lambda_runtime::LambdaEvent;
use tower::Service as _;

/// The variable that says what [`count`] counts.
const COUNT: &str = "KINETRACE_TEST_COUNT";
/// What stands before the number.
const COUNTED: &str = "allocations: ";

const BATCHES: [usize; 2] = [100, 1_000];

/// Telemetry, by its variables.
const DISABLED: &[(&str, &str)] = &[("OTEL_SDK_DISABLED", "true")];
const SAMPLED_OUT: &[(&str, &str)] = &[("OTEL_TRACES_SAMPLER", "always_off")];
const ON: &[(&str, &str)] = &[];

/// Allocations in the process of the row.
fn counted(variables: &[(&str, &str)], kind: &str, lines: &str, batch: usize) -> f64 {
    let mut command = Command::new(env::current_exe().unwrap());
    command.args(["--exact", "count", "--ignored", "--nocapture"]).env(COUNT, format!("{batch} {kind} {lines}"));
    // Nobody listens there.
    command.env("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:9").env("OTEL_METRICS_EXPORTER", "none");
    let output = command.envs(variables.iter().copied()).output().unwrap();
    let text = String::from_utf8(output.stderr).unwrap();
    let number = text.lines().find_map(|line| line.strip_prefix(COUNTED));
    number.unwrap_or_else(|| panic!("no number, but {text}")).parse().unwrap()
}

#[test]
fn a_record_has_memory_allocated_no_oftener_than_is_written_here() {
    // Telemetry, whether records are enveloped, whether they have lines, and the most for each record.
    let table = [
        ("disabled", DISABLED, "plain", "none", 5.0),
        ("disabled", DISABLED, "envelope", "none", 8.0),
        ("sampled out", SAMPLED_OUT, "plain", "none", 6.0),
        ("sampled out", SAMPLED_OUT, "envelope", "none", 9.0),
        ("on", ON, "plain", "none", 9.0),
        ("on", ON, "envelope", "none", 13.0),
        ("on, with lines", ON, "plain", "all", 11.0),
        ("on, with lines", ON, "envelope", "all", 17.0),
    ];
    let mut wrong = Vec::new();
    for (telemetry, variables, kind, lines, most) in table {
        let [small, large] = BATCHES.map(|batch| counted(variables, kind, lines, batch));
        let each = (large - small) / (BATCHES[1] - BATCHES[0]) as f64;
        println!(
            "{telemetry:14}  {kind:8}  {each:.1} for each record, and {:.0} for the invocation",
            small - 100.0 * each
        );
        if each > most + 0.1 {
            wrong.push(format!("{telemetry}, {kind}: {each:.1}, and {most} are allowed"));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// Not a test: what the other one runs.
#[test]
#[ignore = "counts for the other test"]
fn count() {
    let Ok(what) = env::var(COUNT) else { return };
    let [batch, kind, lines] = what.split(' ').collect::<Vec<_>>().try_into().unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let log = if lines == "all" { RecordLog::all() } else { RecordLog::off() };
    let builder = Consumer::builder(handle).read_environment(false).telemetry(Telemetry::from_env().unwrap());
    let mut consumer = builder.record_log(log).build().unwrap();
    let mut invoke = |batch: usize| {
        let event: KinesisEvent = serde_json::from_str(&event::of(batch, kind == "envelope")).unwrap();
        let event = LambdaEvent::new(event, context());
        allocation_counter::measure(|| drop(runtime.block_on(consumer.call(event)).unwrap()))
    };
    // What is made once.
    invoke(1);
    eprintln!("{COUNTED}{}", invoke(batch.parse().unwrap()).count_total);
}

async fn handle(_: Record) -> Result<(), Failure> {
    Ok(())
}

fn context() -> lambda_runtime::Context {
    let mut context = lambda_runtime::Context::default();
    let deadline = SystemTime::now() + Duration::from_secs(600);
    let since = deadline.duration_since(SystemTime::UNIX_EPOCH).unwrap();
    context.deadline = u64::try_from(since.as_millis()).unwrap();
    context
}
