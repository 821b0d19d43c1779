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
    concurrency: Semaphore,
    pool: Mutex<Pool>,
}

#[derive(Debug, Default)]
struct Pool {
    /// The one that has been idle longest is in front and comes next: it has had most time to flush its telemetry, and
    /// the batches of a shard get to meet different environments.
    idle: VecDeque<Environment>,
    running: BTreeMap<u32, KillSwitch>,
    next_id: u32,
}

impl Function {
    /// Starts nothing yet. The lines that the environments write go to `logs`, whose receiver sees its end once the
    /// function and all its processes are gone.
    pub fn new(configuration: Configuration, logs: UnboundedSender<LogLine>) -> Self {
        let concurrency = Semaphore::new(configuration.max_concurrency.max(1).into());
        Self(Arc::new(Inner { configuration, logs, concurrency, pool: Mutex::default() }))
    }

    /// The configuration it was made with.
    pub fn configuration(&self) -> &Configuration {
        &self.0.configuration
    }

    /// Invokes the function in an idle environment or in a new one, or waits for one if there are as many as there may
    /// be. An environment that did not survive the invocation is not used again. Cancelling kills the environment.
    pub async fn invoke(&self, payload: Bytes) -> Result<Bytes, InvokeError> {
        let _permit = self.0.concurrency.acquire().await.map_err(|_| InvokeError::ShutDown)?;
        let mut environment = self.0.environment().await?;
        let result = environment.invoke(payload).await;
        if matches!(result, Ok(_) | Err(InvokeError::Function { .. })) {
            self.0.pool().idle.push_back(environment);
        }
        result
    }

    /// Kills the process of an environment now, whatever it is doing. Returns whether it was running.
    ///
    /// Environments are numbered from 0, in the order in which they were started.
    pub fn kill_environment(&self, id: u32) -> bool {
        self.0.pool().running.get(&id).is_some_and(KillSwitch::kill)
    }

    /// Waits for the invocations under way, then ends all environments, each once its telemetry is out.
    pub async fn shutdown(&self) {
        let everything = self.configuration().max_concurrency.max(1).into();
        if let Ok(permits) = self.0.concurrency.acquire_many(everything).await {
            self.0.concurrency.close();
            drop(permits);
        }
        let idle = mem::take(&mut self.0.pool().idle);
        join_all(idle.into_iter().map(Environment::shutdown)).await;
    }
}

impl Invoke for Function {
    type Error = InvokeError;

    async fn invoke(&self, event: Bytes) -> Result<Bytes, InvokeError> {
        Function::invoke(self, event).await
    }
}

impl Inner {
    /// An environment that asks for an invocation, or a new one. Those that died since their last response are dropped
    /// here: they have not seen this invocation.
    async fn environment(&self) -> Result<Environment, InvokeError> {
        loop {
            let idle = self.pool().idle.pop_front();
            let Some(mut environment) = idle else { return self.start().await };
            if environment.ready().await.is_ok() {
                return Ok(environment);
            }
        }
    }

    async fn start(&self) -> Result<Environment, InvokeError> {
        let id = {
            let mut pool = self.pool();
            pool.next_id += 1;
            pool.next_id - 1
        };
        let environment = Environment::start(id, &self.configuration, self.logs.clone()).await?;
        let mut pool = self.pool();
        pool.running.retain(|_, process| process.is_running());
        pool.running.insert(id, environment.kill_switch());
        Ok(environment)
    }

    fn pool(&self) -> MutexGuard<'_, Pool> {
        self.pool.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
