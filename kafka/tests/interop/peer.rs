//! The programs in `interop/`, each of which has one client with its instrumentation.

use std::fmt;
use std::io::{Write as _, read_to_string};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use crate::broker::broker;
use crate::line::Line;
use crate::program::{java, node, python};

/// One that waits for a record that does not come would never end.
const LIMIT: Duration = Duration::from_secs(120);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Peer {
    /// kafka-clients with OpenTelemetry's interceptors.
    Java,
    KafkaJs,
    KafkaPython,
    ConfluentKafka,
}

impl Peer {
    pub(crate) const ALL: [Self; 4] = [Self::Java, Self::KafkaJs, Self::KafkaPython, Self::ConfluentKafka];

    /// The records as they were acknowledged, with the ids that the instrumentation wrote. Their order is the peer's.
    pub(crate) fn produce(self, topic: &str, records: &[Line]) -> Vec<Line> {
        let input: String = records.iter().map(|line| serde_json::to_string(line).unwrap() + "\n").collect();
        self.run("produce", &[topic], &input)
    }

    /// The first `count` records of a topic, with the ids that the instrumentation read.
    pub(crate) fn consume(self, topic: &str, count: usize) -> Vec<Line> {
        self.run("consume", &[topic, &count.to_string()], "")
    }

    /// What it produced to `destination`, to the same partitions, out of the first `count` records of a topic.
    pub(crate) fn forward(self, topic: &str, count: usize, destination: &str) -> Vec<Line> {
        self.run("forward", &[topic, &count.to_string(), destination], "")
    }

    /// The instrumentation of confluent-kafka asks whether there is a message by its length, which is that of its value.
    pub(crate) fn begins_a_span_for(self, record: &Line) -> bool {
        self != Self::ConfluentKafka || record.value.as_ref().is_some_and(|value| !value.0.is_empty())
    }

    /// kafkajs and kafka-python refuse a header that is null.
    pub(crate) fn can_write(self, record: &Line) -> bool {
        matches!(self, Self::Java | Self::ConfluentKafka) || record.headers.iter().all(|it| it.value.is_some())
    }

    /// Whether it fails when it is to produce this record.
    pub(crate) fn refuses(self, topic: &str, record: &Line) -> bool {
        let mut command = self.command("produce");
        command.arg(topic).stderr(Stdio::null());
        let (status, _) = run_to_end(command, &(serde_json::to_string(record).unwrap() + "\n"));
        !status.success()
    }

    fn run(self, action: &str, arguments: &[&str], input: &str) -> Vec<Line> {
        let mut command = self.command(action);
        command.args(arguments);
        let (status, printed) = run_to_end(command, input);
        assert!(status.success(), "{self}, {action} {arguments:?}: {status}; what it said is above");
        let mut lines: Vec<Line> = printed.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        lines.sort_by_key(|line| (line.partition, line.offset));
        lines
    }

    fn command(self, action: &str) -> Command {
        let mut command = match self {
            Self::Java => java(&capitalized(action)),
            Self::KafkaJs => node("kafka.js"),
            Self::KafkaPython => python("kafka", "kafka_python.py"),
            Self::ConfluentKafka => python("kafka", "kafka_confluent.py"),
        };
        if self != Self::Java {
            command.arg(action);
        }
        command.arg(&broker().bootstrap_servers);
        command
    }
}

impl fmt::Display for Peer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Java => "kafka-clients",
            Self::KafkaJs => "kafkajs",
            Self::KafkaPython => "kafka-python",
            Self::ConfluentKafka => "confluent-kafka",
        })
    }
}

fn capitalized(action: &str) -> String {
    action[..1].to_uppercase() + &action[1..]
}

pub(crate) fn spawn(command: &mut Command) -> Child {
    let spawned = command.spawn();
    spawned.unwrap_or_else(|error| panic!("{command:?}: {error}; install it with interop/run"))
}

fn run_to_end(mut command: Command, input: &str) -> (ExitStatus, String) {
    let mut child = spawn(&mut command);
    let (mut stdin, stdout) = (child.stdin.take().unwrap(), child.stdout.take().unwrap());
    let (sender, printed) = mpsc::channel();
    thread::spawn(move || sender.send(read_to_string(stdout).unwrap()));
    stdin.write_all(input.as_bytes()).unwrap();
    drop(stdin);
    let Ok(printed) = printed.recv_timeout(LIMIT) else {
        child.kill().unwrap();
        panic!("{command:?} does not end");
    };
    (child.wait().unwrap(), printed)
}
