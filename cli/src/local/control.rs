//! Does what is asked for while it runs.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use aws_sdk_kinesis::Client;
use kinetrace::__private::Causes;
use kinetrace::history::Timestamp;
use kinetrace_testbed::collector::Receiver;
use kinetrace_testbed::event_source_mapping::EventSourceMapping;
use kinetrace_testbed::function::Function;
use kinetrace_testbed::kinesis::throttle::Throttle;
use kinetrace_testbed::kinesis::{self, Operation, StreamError};
use tokio::sync::{mpsc, watch};

use super::command::{Command, HELP, Names, Shard};
use super::environments::Environments;
use super::feed::Order;
use crate::page::{Asked, Model};

/// Everything that a command may be about.
pub(super) struct Control {
    pub(super) names: Names,
    pub(super) client: Client,
    pub(super) throttle: Throttle,
    pub(super) collector: Arc<Receiver>,
    pub(super) model: Arc<Mutex<Model>>,
    pub(super) functions: Vec<Function>,
    pub(super) environments: Environments,
    /// By place; those that are not enabled do not run.
    pub(super) mappings: Vec<Option<Arc<EventSourceMapping>>>,
    /// Of the input, if there is one.
    pub(super) input: Option<watch::Sender<Order>>,
}

impl Control {
    /// Answers until nobody can ask any more. Each command is done before the next.
    pub(super) async fn serve(self, mut asked: mpsc::Receiver<Asked>) {
        while let Some(Asked { text, answer }) = asked.recv().await {
            let done = match Command::read(&text, &self.names) {
                Ok(command) => self.perform(command).await,
                Err(error) => Err(error),
            };
            // Who asked may not wait any more.
            let _ = answer.send(done);
        }
    }

    async fn perform(&self, command: Command) -> Result<String, String> {
        match command {
            Command::Kill { function, environment } => {
                self.environment("killed", function, environment, Function::kill_environment)
            }
            Command::Hang { function, environment } => {
                self.environment("hung", function, environment, Function::hang_environment)
            }
            Command::Throttle { shard, time } => {
                let Shard { stream, shard } = self.existing(shard).await?;
                self.throttle.throttle(&stream, &shard, time);
                self.model().throttled(&stream, &shard, after(time));
                Ok(format!("{stream}/{shard} refuses puts for {time:?}"))
            }
            Command::Split { shard: Shard { stream, shard } } => {
                done(&stream, kinesis::split(&self.client, &stream, &shard).await)
            }
            Command::Merge { shard, adjacent } => {
                let Shard { stream, shard } = shard;
                done(&stream, kinesis::merge(&self.client, &stream, &shard, &adjacent.shard).await)
            }
            Command::HangCollector { time } => {
                self.collector.hang(time);
                self.model().collector_hangs(after(time));
                Ok(format!("the collector answers nobody for {time:?}"))
            }
            Command::Redeliver { mapping, invocation } => self.redeliver(mapping, invocation),
            Command::Pause => self.order(Order::Pause, "the input pauses"),
            Command::Resume => self.order(Order::Go, "the input goes on"),
            Command::Help => Ok(HELP.to_owned()),
        }
    }

    fn environment(
        &self,
        done: &str,
        function: usize,
        environment: u32,
        what: impl Fn(&Function, u32) -> bool,
    ) -> Result<String, String> {
        let name = &self.names.functions[function];
        if what(&self.functions[function], environment) {
            return Ok(format!("{done}: {name}/{environment}"));
        }
        let running = self.environments.list(function);
        Err(format!("{name}/{environment} does not run; environments of {name} that do: {running}"))
    }

    /// The shard, if it is there: a name that is wrong would be throttled, and nothing would happen.
    async fn existing(&self, shard: Shard) -> Result<Shard, String> {
        let there = kinesis::shards(&self.client, &shard.stream).await.map_err(|error| Causes(&error).to_string())?;
        if there.iter().any(|it| it.shard == shard.shard) {
            return Ok(shard);
        }
        let there: Vec<_> = there.iter().map(|it| it.shard.as_str()).collect();
        Err(format!("{} has no {}; it has: {}", shard.stream, shard.shard, there.join(", ")))
    }

    fn redeliver(&self, mapping: usize, invocation: u64) -> Result<String, String> {
        let (name, _) = &self.names.mappings[mapping];
        let running = self.mappings[mapping].as_ref().ok_or_else(|| format!("the mapping {name} is not enabled"))?;
        if running.redeliver(invocation) {
            return Ok(format!("the batch of invocation {invocation} of {name} comes once more"));
        }
        Err(format!("invocation {invocation} of {name} did not succeed, or not lately enough to be known"))
    }

    fn model(&self) -> MutexGuard<'_, Model> {
        self.model.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn order(&self, order: Order, done: &str) -> Result<String, String> {
        let input = self.input.as_ref().filter(|input| *input.borrow() != Order::Stop);
        let input = input.ok_or("there is no input, or it is at its end")?;
        input.send_modify(|given| *given = if *given == Order::Stop { Order::Stop } else { order });
        Ok(done.to_owned())
    }
}

/// That time from now.
fn after(time: Duration) -> Timestamp {
    Timestamp(Timestamp::now().0.saturating_add(u64::try_from(time.as_micros()).unwrap_or(u64::MAX)))
}

fn done(stream: &str, operation: Result<Operation, StreamError>) -> Result<String, String> {
    match operation {
        Ok(Operation::Split { shard, .. }) => Ok(format!("split: {stream}/{shard}")),
        Ok(Operation::Merge { shard, adjacent }) => Ok(format!("merged: {stream}/{shard} and {adjacent}")),
        Err(error) => Err(Causes(&error).to_string()),
    }
}
