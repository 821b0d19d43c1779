//! What the processes write: lines about records, and orders to be killed, which are carried out.

use kinetrace::history::Event;
use kinetrace_testbed::environment::{LogLine, LogStream};
use kinetrace_testbed::function::Function;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

use crate::failure::KILL_ME;

pub(crate) struct Log {
    lines: UnboundedReceiver<LogLine>,
    pub(crate) events: Vec<Event>,
    /// What else was said on standard error.
    pub(crate) complaints: Vec<String>,
}

impl Log {
    pub(crate) fn new() -> (Self, UnboundedSender<LogLine>) {
        let (sender, lines) = unbounded_channel();
        (Self { lines, events: Vec::new(), complaints: Vec::new() }, sender)
    }

    /// Reads until the function and its processes are gone; without a function, nobody is killed any more.
    pub(crate) async fn read(&mut self, function: Option<&Function>) {
        while let Some(LogLine { environment, stream, line }) = self.lines.recv().await {
            // The test harness may have written before it.
            let json = line.find('{').map_or("", |start| &line[start..]);
            match serde_json::from_str(json) {
                Ok(event) => self.events.push(event),
                Err(_) if line.ends_with(KILL_ME) => {
                    function.map(|function| function.kill_environment(environment));
                }
                Err(_) if stream == LogStream::Stderr => self.complaints.push(line),
                Err(_) => {}
            }
        }
    }
}
