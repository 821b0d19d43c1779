//! Invocations, one at a time, and how long they took.

use std::collections::HashSet;
use std::time::{Duration, Instant};

use kinetrace::history::{Event, ProcessOutcome};
use kinetrace_testbed::environment::{Environment, LogLine};
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};

use crate::Failure;
use crate::collectors::{Collector, Condition};
use crate::consumer;
use crate::event::{RECORDS, event};

const ALL_DONE: &[u8] = br#"{"batchItemFailures":[]}"#;

/// What was seen of the consumer of one collector.
#[derive(Debug)]
pub(crate) struct Measurement {
    pub(crate) condition: Condition,
    /// Records that were to be processed.
    pub(crate) records: usize,
    pub(crate) processed: usize,
    /// Exports that the collector got.
    pub(crate) requests: usize,
    /// Of each invocation, the time to its answer.
    pub(crate) answers: Vec<Duration>,
    /// Of each invocation, the time until the process asked for the next.
    pub(crate) whole: Vec<Duration>,
}

/// A consumer and its collector, as long as they are needed.
struct Subject {
    condition: Condition,
    collector: Collector,
    environment: Environment,
    log: UnboundedReceiver<LogLine>,
    answers: Vec<Duration>,
    whole: Vec<Duration>,
}

pub(crate) async fn all(invocations: usize) -> Result<Vec<Measurement>, Failure> {
    let mut subjects = Vec::new();
    for condition in Condition::ALL {
        subjects.push(Subject::start(condition).await?);
    }
    for number in 0..invocations {
        for subject in &mut subjects {
            let name = subject.condition.name();
            subject.invoke(number).await.map_err(|error| format!("{name}, invocation {number}: {error}"))?;
        }
        if (number + 1) % 100 == 0 {
            eprintln!("{} of {invocations} invocations of each", number + 1);
        }
    }
    let mut measurements = Vec::new();
    for subject in subjects {
        measurements.push(subject.end(invocations * RECORDS).await?);
    }
    Ok(measurements)
}

impl Subject {
    async fn start(condition: Condition) -> Result<Self, Failure> {
        let collector = Collector::start(condition).await?;
        let (lines, log) = unbounded_channel();
        let configuration = consumer::configuration(condition, &collector)?;
        let environment = Environment::start(0, &configuration, lines).await?;
        environment.ready().await?;
        Ok(Self { condition, collector, environment, log, answers: Vec::new(), whole: Vec::new() })
    }

    async fn invoke(&mut self, number: usize) -> Result<(), Failure> {
        let event = event(number);
        let begin = Instant::now();
        let answer = self.environment.invoke(event.into()).await?;
        self.answers.push(begin.elapsed());
        self.environment.ready().await?;
        self.whole.push(begin.elapsed());
        if answer != ALL_DONE {
            return Err(format!("the consumer answered {}", String::from_utf8_lossy(&answer)).into());
        }
        Ok(())
    }

    async fn end(mut self, records: usize) -> Result<Measurement, Failure> {
        self.environment.shutdown().await;
        let mut done = HashSet::new();
        while let Some(LogLine { line, .. }) = self.log.recv().await {
            match serde_json::from_str(&line) {
                Ok(Event::Process(line)) if line.outcome == ProcessOutcome::Succeeded => {
                    done.insert(line.sequence_number);
                }
                _ => {}
            }
        }
        let (processed, name) = (done.len(), self.condition.name());
        if processed != records {
            return Err(format!("{name}: {processed} of {records} records were processed").into());
        }
        let requests = self.collector.requests();
        let Self { condition, answers, whole, .. } = self;
        Ok(Measurement { condition, records, processed, requests, answers, whole })
    }
}
