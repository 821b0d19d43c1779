//! What kinetrace's consumer wrote.

use std::collections::BTreeMap;

use kinetrace::history::{Event, Process, TraceIds};
use kinetrace_testbed::configuration::Configuration;
use kinetrace_testbed::environment::{Environment, LogLine, LogStream};
use serde_json::Value;
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};

use crate::event::{DONE, event};

/// What an environment wrote, from the first brace of each line: the test harness may have written before it.
#[derive(Default)]
pub(crate) struct Written {
    pub(crate) processes: Vec<Process>,
    /// The business code's lines.
    pub(crate) lines: Vec<Value>,
    /// Kinetrace's warnings, and all that is not a line of the log.
    pub(crate) complaints: Vec<String>,
}

impl Written {
    /// Everything, once nobody writes any more.
    pub(crate) async fn read(mut logs: UnboundedReceiver<LogLine>) -> Self {
        let mut written = Self::default();
        while let Some(LogLine { environment, stream, line }) = logs.recv().await {
            assert_eq!(environment, 0, "{line}");
            let json = line.find('{').map_or("", |start| &line[start..]);
            match stream {
                LogStream::Stdout => {
                    let event = serde_json::from_str(json).ok();
                    written.processes.extend(event.map(|event| match event {
                        Event::Process(process) => process,
                        other => panic!("{other:?}"),
                    }));
                }
                LogStream::Stderr => match serde_json::from_str::<Value>(json) {
                    Ok(line) if line["target"] == "kinetrace" => written.complaints.push(line.to_string()),
                    Ok(line) => written.lines.push(line),
                    Err(_) => written.complaints.push(line),
                },
            }
        }
        written
    }

    /// The business code's lines with this message: the sequence number, and the span.
    pub(crate) fn spans_of(&self, message: &str) -> BTreeMap<String, Option<TraceIds>> {
        let lines = self.lines.iter().filter(|line| line["fields"]["message"] == message);
        let text = |value: &Value| value.as_str().map(str::to_owned);
        let ids = |line: &Value| Some(TraceIds::new(text(&line["trace_id"])?, text(&line["span_id"])?));
        lines.map(|line| (text(&line["fields"]["sequence_number"]).unwrap(), ids(line))).collect()
    }
}

/// An environment, invoked once for each number, one after another; then what it wrote, and what its end was like.
pub(crate) async fn run(configuration: &Configuration, numbers: u64) -> (Written, String) {
    let (sender, logs) = unbounded_channel();
    let environment = Environment::start(0, configuration, sender).await.unwrap();
    for number in 1..=numbers {
        assert_eq!(environment.invoke(event(0, [number])).await.unwrap(), DONE);
    }
    let end = environment.shutdown().await;
    (Written::read(logs).await, end)
}

/// The lines that a function logged, of those that the test harness writes to standard error, too.
pub(crate) async fn lines(mut logs: UnboundedReceiver<LogLine>) -> Vec<Value> {
    let mut lines = Vec::new();
    while let Some(LogLine { stream, line, .. }) = logs.recv().await {
        let json = line.find('{').filter(|_| stream == LogStream::Stderr).map_or("", |start| &line[start..]);
        lines.extend(serde_json::from_str::<Value>(json));
    }
    lines
}
