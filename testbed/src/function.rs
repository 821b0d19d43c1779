//! A Lambda function: a configuration and the execution environments that serve it.

use std::collections::{BTreeMap, VecDeque};
use std::mem;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use bytes::Bytes;
use futures_util::future::join_all;
use tokio::sync::Semaphore;
use tokio::sync::mpsc::UnboundedSender;

use crate::configuration::Configuration;
use crate::environment::{Environment, InvokeError, KillSwitch, LogLine};
use crate::event_source_mapping::Invoke;

/// A handle on a function; clones share its environments, which end with the last of them.
#[derive(Debug, Clone)]
pub struct Function(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    configuration: Configuration,
    logs: UnboundedSender<LogLine>,
    /// A permit for each slot of each environment that there may be.
    concurrency: Semaphore,
    /// One environment is started at a time, so that those who would start the next one find its slots instead.
    starting: tokio::sync::Mutex<()>,
    pool: Mutex<Pool>,
}

#[derive(Debug, Default)]
struct Pool {
    /// The slots in which nothing is in flight, each as a handle on its environment. The one that has been idle longest is
    /// in front and comes next: it has had most time to flush its telemetry, and the batches of a shard get to meet
    /// different environments.
    idle: VecDeque<Arc<Environment>>,
    running: BTreeMap<u32, KillSwitch>,
    next_id: u32,
}

impl Function {
    /// Starts nothing yet. The lines that the environments write go to `logs`, whose receiver sees its end once the
    /// function and all its processes are gone.
    pub fn new(configuration: Configuration, logs: UnboundedSender<LogLine>) -> Self {
        let concurrency = Semaphore::new(slots(&configuration) as usize);
        let starting = tokio::sync::Mutex::default();
        Self(Arc::new(Inner { configuration, logs, concurrency, starting, pool: Mutex::default() }))
    }

    /// The configuration it was made with.
    pub fn configuration(&self) -> &Configuration {
        &self.0.configuration
    }

    /// Invokes the function in an idle environment or in a new one, or waits for one if there are as many as there may
    /// be. An environment that did not survive the invocation is not used again. Cancelling kills the environment.
    pub async fn invoke(&self, payload: Bytes) -> Result<Bytes, InvokeError> {
        let _permit = self.0.concurrency.acquire().await.map_err(|_| InvokeError::ShutDown)?;
        let slot = self.0.slot().await?;
        let result = slot.invoke(payload).await;
        if matches!(result, Ok(_) | Err(InvokeError::Function { .. })) {
            self.0.pool().idle.extend(slot.free());
        }
        result
    }

    /// Kills the process of an environment now, whatever it is doing. Returns whether it was running.
    ///
    /// Environments are numbered from 0, in the order in which they were started.
    pub fn kill_environment(&self, id: u32) -> bool {
        self.0.pool().running.get(&id).is_some_and(KillSwitch::kill)
    }

    /// Waits for the invocations in flight, then ends all environments, each once its telemetry is out.
    pub async fn shutdown(&self) {
        let everything = slots(self.configuration());
        if let Ok(permits) = self.0.concurrency.acquire_many(everything).await {
            self.0.concurrency.close();
            drop(permits);
        }
        let idle = mem::take(&mut self.0.pool().idle);
        // Each environment by the last of its slots.
        join_all(idle.into_iter().filter_map(Arc::into_inner).map(Environment::shutdown)).await;
    }
}

impl Invoke for Function {
    type Error = InvokeError;

    async fn invoke(&self, event: Bytes) -> Result<Bytes, InvokeError> {
        Function::invoke(self, event).await
    }
}

impl Inner {
    /// A slot of an environment that asks for an invocation, or of a new one.
    async fn slot(&self) -> Result<Slot, InvokeError> {
        if let Some(slot) = self.idle().await {
            return Ok(slot);
        }
        let _one = self.starting.lock().await;
        match self.idle().await {
            Some(slot) => Ok(slot),
            None => self.start().await,
        }
    }

    /// Environments that died since their last response are dropped here: they have not seen this invocation.
    async fn idle(&self) -> Option<Slot> {
        loop {
            let slot = Slot(self.pool().idle.pop_front());
            if slot.0.as_ref()?.ready().await.is_ok() {
                return Some(slot);
            }
        }
    }

    async fn start(&self) -> Result<Slot, InvokeError> {
        let id = {
            let mut pool = self.pool();
            pool.next_id += 1;
            pool.next_id - 1
        };
        let environment = Arc::new(Environment::start(id, &self.configuration, self.logs.clone()).await?);
        let mut pool = self.pool();
        pool.running.retain(|_, process| process.is_running());
        pool.running.insert(id, environment.kill_switch());
        let others = self.configuration.environment_concurrency.max(1) - 1;
        pool.idle.extend((0..others).map(|_| Arc::clone(&environment)));
        Ok(Slot(Some(environment)))
    }

    fn pool(&self) -> MutexGuard<'_, Pool> {
        self.pool.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// How many invocations may be in flight.
fn slots(configuration: &Configuration) -> u32 {
    u32::from(configuration.max_concurrency.max(1)) * u32::from(configuration.environment_concurrency.max(1))
}

/// A slot that is taken. Its environment is killed unless it is freed: the process may still be at work.
struct Slot(Option<Arc<Environment>>);

impl Slot {
    async fn invoke(&self, payload: Bytes) -> Result<Bytes, InvokeError> {
        match &self.0 {
            Some(environment) => environment.invoke(payload).await,
            None => Err(InvokeError::ShutDown),
        }
    }

    fn free(mut self) -> Option<Arc<Environment>> {
        self.0.take()
    }
}

impl Drop for Slot {
    fn drop(&mut self) {
        if let Some(environment) = &self.0 {
            environment.kill();
        }
    }
}
