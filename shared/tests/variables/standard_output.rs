//! Spans on standard output, whatever stands at its other end.

use std::env;
use std::io::{self, BufRead as _, BufReader, Read as _};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use kinetrace::__private::StderrLines;
use kinetrace::Telemetry;
use opentelemetry::KeyValue;
use opentelemetry::trace::{Span as _, Tracer as _};
use serde_json::Value;

/// The longest that a flush may take.
const BUDGET: Duration = Duration::from_millis(500);
/// What should happen does so long before.
const PATIENCE: Duration = Duration::from_secs(60);

/// What a reader is told, and waits for.
const READY: &str = "ready";

/// More than a pipe has room for.
const SPANS: usize = 300;
const PADDING: usize = 2_000;

#[tokio::test(flavor = "multi_thread")]
#[ignore = "the child process of other tests"]
async fn child() {
    let Ok(what) = env::var("STANDARD_OUTPUT") else { return };
    tracing::subscriber::set_global_default(StderrLines).unwrap();
    let telemetry = Telemetry::from_env().unwrap();
    println!("{READY}");
    wait_for_a_word();
    match what.as_str() {
        "spans" => {
            end_spans(&telemetry, SPANS);
            let since = Instant::now();
            telemetry.flush(BUDGET).await;
            eprintln!("flush took {}", since.elapsed().as_millis());
        }
        _ => thread::scope(|scope| {
            scope.spawn(|| end_spans(&telemetry, SPANS));
            (0..4).for_each(|_| _ = scope.spawn(|| (0..SPANS).for_each(|at| println!("{{\"line\":{at}}}"))));
        }),
    }
    wait_for_a_word();
    // While one flush is stuck, others leave its signal out.
    let _ = telemetry.provider().unwrap().shutdown_with_timeout(PATIENCE);
    eprintln!("lost {}", telemetry.lost_spans());
    std::process::exit(0);
}

fn wait_for_a_word() {
    let mut word = String::new();
    io::stdin().read_line(&mut word).unwrap();
}

fn end_spans(telemetry: &Telemetry, number: usize) {
    for _ in 0..number {
        let mut span = telemetry.tracer().start("span");
        span.set_attribute(KeyValue::new("padding", "x".repeat(PADDING)));
        span.end();
    }
}

/// A child that waits for a word, and has said nothing else yet.
fn start(what: &str, exporters: &str) -> (Child, ChildStdin, BufReader<ChildStdout>) {
    let mut command = Command::new(env::current_exe().unwrap());
    command.args(["standard_output::child", "--exact", "--ignored", "--nocapture"]).env_clear();
    command.env("STANDARD_OUTPUT", what).env("OTEL_TRACES_EXPORTER", exporters).env("OTEL_METRICS_EXPORTER", "none");
    command.env("OTEL_BSP_MAX_EXPORT_BATCH_SIZE", "16");
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let (stdin, mut stdout) = (child.stdin.take().unwrap(), BufReader::new(child.stdout.take().unwrap()));
    let mut line = String::new();
    while !line.ends_with(&format!("{READY}\n")) {
        line.clear();
        assert!(stdout.read_line(&mut line).unwrap() > 0);
    }
    (child, stdin, stdout)
}

fn say(stdin: &mut ChildStdin) {
    io::Write::write_all(stdin, b"go on\n").unwrap();
}

/// What the child has told on standard error, once it has ended well.
fn told(mut child: Child) -> String {
    let mut told = String::new();
    child.stderr.take().unwrap().read_to_string(&mut told).unwrap();
    assert!(child.wait().unwrap().success(), "{told}");
    told
}

#[test]
fn spans_that_nobody_reads_any_more_are_counted_and_told_of_and_stop_nothing() {
    for exporters in ["console", "otlp/stdout"] {
        let (child, mut stdin, stdout) = start("spans", exporters);
        drop(stdout);
        say(&mut stdin);
        say(&mut stdin);
        let told = told(child);
        assert!(told.contains("spans are being lost") && told.contains("standard output takes nothing"), "{told}");
        assert!(told.contains(&format!("lost {SPANS}\n")), "{exporters}: {told}");
    }
}

#[test]
fn a_pipe_that_is_full_holds_up_no_flush_and_has_every_span_once_it_is_read() {
    let (mut child, mut stdin, mut stdout) = start("spans", "otlp/stdout");
    say(&mut stdin);
    let mut stderr = BufReader::new(child.stderr.take().unwrap());
    let mut line = String::new();
    stderr.read_line(&mut line).unwrap();
    let took = line.trim_end().strip_prefix("flush took ").and_then(|took| took.parse::<u128>().ok());
    // It was given up, and the child has gone on.
    assert!(took.is_some_and(|took| took >= BUDGET.as_millis()), "{line}");
    say(&mut stdin);
    let mut text = String::new();
    stdout.read_to_string(&mut text).unwrap();
    let mut told = String::new();
    stderr.read_to_string(&mut told).unwrap();
    assert!(child.wait().unwrap().success(), "{told}");
    assert_eq!((spans(&text), told.as_str()), (SPANS, "lost 0\n"));
}

#[test]
fn lines_of_the_program_and_lines_of_spans_do_not_get_into_each_other() {
    let (child, mut stdin, mut stdout) = start("both", "otlp/stdout");
    say(&mut stdin);
    say(&mut stdin);
    let mut text = String::new();
    stdout.read_to_string(&mut text).unwrap();
    let own = text.lines().filter(|line| serde_json::from_str::<Value>(line).unwrap()["line"].is_u64()).count();
    assert_eq!((own, spans(&text)), (4 * SPANS, SPANS));
    assert!(told(child).ends_with("lost 0\n"));
}

/// In lines of OTLP, each of which is whole.
fn spans(text: &str) -> usize {
    let spans = |line: &str| {
        let line: Value = serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}"));
        line.pointer("/resourceSpans/0/scopeSpans/0/spans").and_then(Value::as_array).map_or(0, Vec::len)
    };
    text.lines().map(spans).sum()
}
