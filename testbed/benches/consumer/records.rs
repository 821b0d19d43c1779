//! What a record costs without the business code, by what happens to its spans: each in a process of its own.
//!
//! The time is that of the service that the Lambda runtime calls, from the bytes of an event to its answer: the event is
//! read, each record is taken out of its envelope, its span made and ended, and its line written to standard output, where
//! there is one. The handler does nothing. Spans and metrics are exported to a collector; that is the flush after the response, which
//! counts in the processor time of the whole process only.

use std::fs;
use std::io::{self, Write as _};
use std::process::Stdio;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use kinetrace::Telemetry;
use kinetrace_consumer::kinesis::KinesisEvent;
use kinetrace_consumer::{Consumer, Failure as HandlerFailure, Record, RecordLog};
use kinetrace_testbed::collector::Collector;
use kinetrace_testbed::table;
use lambda_runtime::LambdaEvent;
use tokio::io::{AsyncBufReadExt as _, BufReader};
use tokio::process::Command;
use tower::Service as _;

use crate::Failure;
use crate::verdict::verdict;

/// The first argument of a process that consumes and reports; after it the size of a batch, how many there are, and which
/// records have a line.
pub(crate) const ROLE: &str = "--process";

const ALL: &str = "all";
const NONE: &str = "none";

const BATCHES: [usize; 4] = [1, 100, 1_000, 10_000];

/// Each is followed by a flush.
const MOST_INVOCATIONS: usize = 1_000;

/// How much is processed.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Size {
    pub(crate) is_full: bool,
    records: usize,
    repetitions: usize,
}

impl Size {
    pub(crate) const FULL: Size = Size { is_full: true, records: 100_000, repetitions: 5 };

    /// Shows that everything works, and nothing of speed.
    pub(crate) const SMOKE: Size = Size { is_full: false, records: 200, repetitions: 1 };
}

/// What the consumer does with spans.
struct Tracing {
    name: &'static str,
    /// That say so.
    variables: &'static [(&'static str, &'static str)],
    /// Whether each record has a line.
    has_lines: bool,
    /// The most microseconds that tracing may take of a record of a batch of 100.
    target: Option<f64>,
}

const TRACING: [Tracing; 6] = [
    Tracing { name: "disabled", variables: &[("OTEL_SDK_DISABLED", "true")], has_lines: true, target: None },
    Tracing { name: "disabled, no lines", variables: &[("OTEL_SDK_DISABLED", "true")], has_lines: false, target: None },
    Tracing {
        name: "sampled out",
        variables: &[("OTEL_TRACES_SAMPLER", "always_off"), ("OTEL_METRICS_EXPORTER", "none")],
        has_lines: true,
        target: Some(1.0),
    },
    Tracing { name: "on", variables: &[("OTEL_METRICS_EXPORTER", "none")], has_lines: true, target: Some(5.0) },
    Tracing {
        name: "on, in gzip",
        variables: &[("OTEL_METRICS_EXPORTER", "none"), ("OTEL_EXPORTER_OTLP_COMPRESSION", "gzip")],
        has_lines: true,
        target: Some(5.0),
    },
    Tracing { name: "on, with metrics", variables: &[], has_lines: true, target: Some(5.0) },
];

pub(crate) async fn run(size: Size) -> Result<(), Failure> {
    let mut rows = Vec::new();
    for batch in BATCHES.into_iter().filter(|batch| *batch <= size.records) {
        let mut without = f64::NAN;
        for Tracing { name, variables, has_lines, target } in TRACING {
            eprintln!("records: batches of {batch}, tracing {name}");
            let mut runs = Vec::new();
            for _ in 0..size.repetitions {
                runs.push(measure(size, batch, variables, has_lines).await?);
            }
            let [wall, processor] = median(runs);
            if without.is_nan() {
                without = wall;
            }
            let target = target.filter(|_| batch == 100);
            rows.push([
                name.to_owned(),
                batch.to_string(),
                format!("{wall:.2}"),
                format!("{:.2}", wall - without),
                format!("{processor:.2}"),
                target.map(|most| format!("<= {most}")).unwrap_or_default(),
                target.map(|most| verdict(wall - without <= most, size.is_full)).unwrap_or_default().to_owned(),
            ]);
        }
    }
    let headings = ["tracing", "batch", "µs/record", "of it tracing", "processor µs/record", "target", "verdict"];
    writeln!(io::stdout(), "{}\n", table::draw(headings, 1, rows))?;
    Ok(())
}

/// Microseconds a record: until the answer, and of all processors.
async fn measure(size: Size, batch: usize, variables: &[(&str, &str)], has_lines: bool) -> Result<[f64; 2], Failure> {
    let collector = Collector::start().await?;
    let invocations = size.records.div_ceil(batch).min(MOST_INVOCATIONS);
    let mut child = Command::new(std::env::current_exe()?)
        .args([ROLE, &batch.to_string(), &invocations.to_string(), if has_lines { ALL } else { NONE }])
        .env("OTEL_EXPORTER_OTLP_ENDPOINT", collector.endpoint())
        .env("AWS_LAMBDA_FUNCTION_NAME", "consumer")
        .envs(variables.iter().copied())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()?;
    // As Lambda does, this process reads every line.
    let (Some(lines), Some(mut report)) = (child.stdout.take(), child.stderr.take()) else {
        return Err("the process has no output".into());
    };
    let drained = tokio::spawn(async move {
        let mut lines = BufReader::new(lines).lines();
        let mut count = 0;
        while lines.next_line().await?.is_some() {
            count += 1;
        }
        io::Result::Ok(count)
    });
    let mut text = String::new();
    tokio::io::AsyncReadExt::read_to_string(&mut report, &mut text).await?;
    let status = child.wait().await?;
    if !status.success() {
        return Err(format!("the process that consumed ended with {status}: {text}").into());
    }
    let lines: usize = drained.await??;
    let warm = WARM_UP.min(invocations);
    let expected = if has_lines { batch * (invocations + warm) } else { 0 };
    if lines != expected {
        return Err(format!("{lines} lines, and {expected} were to be written").into());
    }
    reported(&text).ok_or_else(|| format!("two numbers were to be reported last, not {text:?}").into())
}

/// The two numbers in the last line. Lines about telemetry may stand before it: variables of this machine apply as well.
fn reported(text: &str) -> Option<[f64; 2]> {
    let numbers: Vec<f64> = text.lines().last()?.split_whitespace().map(str::parse).collect::<Result<_, _>>().ok()?;
    numbers.try_into().ok()
}

fn median(mut runs: Vec<[f64; 2]>) -> [f64; 2] {
    let mut column = |column: usize| {
        runs.sort_by(|a, b| a[column].total_cmp(&b[column]));
        runs[runs.len() / 2][column]
    };
    [column(0), column(1)]
}

const WARM_UP: usize = 3;

/// Reports on standard error, for the lines about records go to standard output.
#[tokio::main]
pub(crate) async fn process(batch: &str, invocations: &str, lines: &str) -> Result<(), Failure> {
    let (batch, invocations): (usize, usize) = (batch.parse()?, invocations.parse()?);
    let telemetry = Telemetry::from_env()?;
    let log = match lines {
        ALL => RecordLog::all(),
        NONE => RecordLog::off(),
        _ => return Err(format!("{lines:?}: {ALL} or {NONE}").into()),
    };
    let mut consumer = Consumer::builder(handle).telemetry(telemetry.clone()).record_log(log).build()?;
    let event = event(batch);
    let mut spent = Duration::ZERO;
    let mut processor = 0.0;
    let warm = WARM_UP.min(invocations);
    for invocation in 0..warm + invocations {
        if invocation == warm {
            (spent, processor) = (Duration::ZERO, processor_seconds()?);
        }
        let begin = Instant::now();
        // As `run` reads it.
        let event = KinesisEvent::from_slice(event.as_bytes())?;
        let response = consumer.call(LambdaEvent::new(event, context())).await?;
        spent += begin.elapsed();
        if response.stop().is_some() {
            return Err("a record failed".into());
        }
        telemetry.flush(Duration::from_secs(10)).await;
    }
    let processor = processor_seconds()? - processor;
    let records = (batch * invocations) as f64;
    eprintln!("{} {}", spent.as_secs_f64() * 1e6 / records, processor * 1e6 / records);
    Ok(())
}

async fn handle(_: Record) -> Result<(), HandlerFailure> {
    Ok(())
}

fn context() -> lambda_runtime::Context {
    let mut context = lambda_runtime::Context::default();
    let deadline = SystemTime::now() + Duration::from_secs(60);
    let deadline = deadline.duration_since(UNIX_EPOCH).unwrap_or_default().as_millis();
    context.deadline = u64::try_from(deadline).unwrap_or(u64::MAX);
    context
}

/// Flights of 200 bytes or so, in envelopes, of as many aeroplanes as there are in a week.
pub(crate) fn event(batch: usize) -> String {
    let records: Vec<_> = (0..batch).map(record).collect();
    format!(r#"{{"Records":[{}]}}"#, records.join(","))
}

fn record(number: usize) -> String {
    let tailnum = format!("N{:05}", number % 2_045);
    let flight = format!(
        r#"{{"year":2013,"month":1,"day":1,"dep_time":517,"sched_dep_time":515,"carrier":"UA","flight":{number},"tailnum":"{tailnum}","origin":"EWR","dest":"IAH","air_time":227,"distance":1400,"time_hour":"2013-01-01T05:00:00Z"}}"#
    );
    let data = BASE64.encode(format!(
        r#"{{"_otel":{{"traceparent":"00-4bf92f3577b34da6a3ce929d0e0e4736-{:016x}-01"}},"order":{{"producer":"00000000000000ab","sequence":{number}}},"data":{flight}}}"#,
        number + 1
    ));
    let sequence_number = format!("4959033827149025660855969253836157109592157598913{number:07}");
    format!(
        r#"{{"kinesis":{{"kinesisSchemaVersion":"1.0","partitionKey":"{tailnum}","sequenceNumber":"{sequence_number}","data":"{data}","approximateArrivalTimestamp":1545084650.987}},"eventSource":"aws:kinesis","eventVersion":"1.0","eventID":"shardId-000000000006:{sequence_number}","eventName":"aws:kinesis:record","invokeIdentityArn":"arn:aws:iam::123456789012:role/lambda-role","awsRegion":"us-east-2","eventSourceARN":"arn:aws:kinesis:us-east-2:123456789012:stream/flights"}}"#
    )
}

/// What this process has used of all processors, by Linux' account; not a number elsewhere.
fn processor_seconds() -> Result<f64, Failure> {
    let Ok(text) = fs::read_to_string("/proc/self/schedstat") else { return Ok(f64::NAN) };
    drop(text);
    let mut nanoseconds = 0_u64;
    for task in fs::read_dir("/proc/self/task")? {
        let text = fs::read_to_string(task?.path().join("schedstat"))?;
        nanoseconds += text.split_whitespace().next().unwrap_or_default().parse::<u64>()?;
    }
    Ok(Duration::from_nanos(nanoseconds).as_secs_f64())
}
