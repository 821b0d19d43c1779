//! A Lambda function: a configuration and the execution environments that serve it.

mod build;
mod crashes;
mod deployed;
mod dispatch;
mod happening;
mod pool;
mod slot;
mod watcher;

use std::sync::Arc;

use bytes::Bytes;
use deployed::Call;
use dispatch::Dispatch;
pub use happening::FunctionHappening;
use kinetrace::history::Timestamp;
use tokio::sync::Semaphore;
use tokio::sync::mpsc::UnboundedSender;
use watcher::Watcher;

use crate::configuration::Configuration;
use crate::environment::{InvokeError, KillSwitch, LogLine};
use crate::event_source_mapping::Invoke;
use crate::runtime_api::uuid;

/// A handle on a function; clones share its environments, which end with the last of them.
#[derive(Debug, Clone)]
pub struct Function(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    dispatch: Dispatch,
    /// A permit for each slot of each environment that there may be.
    concurrency: Semaphore,
}

impl Function {
    /// Starts nothing yet. The lines that the environments write go to `logs`, whose receiver sees its end once the
    /// function and all its processes are gone.
    pub fn new(configuration: Configuration, logs: UnboundedSender<LogLine>) -> Self {
        Self::with_watcher(configuration, logs, None)
    }

    /// The same, and tells `watcher` what happens to the environments. A watcher that is gone changes nothing.
    pub fn new_watched(
        configuration: Configuration,
        logs: UnboundedSender<LogLine>,
        watcher: UnboundedSender<(Timestamp, FunctionHappening)>,
    ) -> Self {
        Self::with_watcher(configuration, logs, Some(watcher))
    }

    fn with_watcher(
        configuration: Configuration,
        logs: UnboundedSender<LogLine>,
        watcher: Option<UnboundedSender<(Timestamp, FunctionHappening)>>,
    ) -> Self {
        let concurrency = Semaphore::new(slots(&configuration) as usize);
        Self(Arc::new(Inner { dispatch: Dispatch::new(configuration, logs, Watcher(watcher)), concurrency }))
    }

    /// The configuration it was made with.
    pub fn configuration(&self) -> &Configuration {
        &self.0.dispatch.configuration
    }

    /// Invokes the function in an idle environment or in a new one, or waits for one if there are as many as there may
    /// be. An environment that did not survive the invocation is not used again. Cancelling kills the environment.
    pub async fn invoke(&self, payload: Bytes) -> Result<Bytes, InvokeError> {
        self.call(Call { request_id: uuid(), number: None, payload }).await
    }

    /// The same for an invocation that has a number, by which a [`FunctionHappening`] names it.
    pub async fn invoke_numbered(&self, number: u64, payload: Bytes) -> Result<Bytes, InvokeError> {
        self.call(Call { request_id: uuid(), number: Some(number), payload }).await
    }

    /// The same under this request id.
    pub(crate) async fn invoke_as(&self, request_id: String, payload: Bytes) -> Result<Bytes, InvokeError> {
        self.call(Call { request_id, number: None, payload }).await
    }

    async fn call(&self, call: Call) -> Result<Bytes, InvokeError> {
        let _permit = self.0.concurrency.acquire().await.map_err(|_| InvokeError::ShutDown)?;
        let slot = self.0.dispatch.slot().await?;
        let result = slot.invoke(call).await;
        self.0.dispatch.end(slot, &result);
        result
    }

    /// Kills the process of an environment now, whatever it is doing. Returns whether it was running.
    ///
    /// Environments are numbered from 0, in the order in which they were started.
    pub fn kill_environment(&self, id: u32) -> bool {
        self.0.dispatch.pool().process(id).is_some_and(KillSwitch::kill)
    }

    /// Makes the process of an environment stand still for good, whatever it is doing: the invocation in flight, or the next
    /// one that it is handed, runs into its time-out, and the process is killed then. Returns whether it was running; never
    /// where processes cannot be stopped, as on Windows.
    pub fn hang_environment(&self, id: u32) -> bool {
        let hangs = self.0.dispatch.pool().process(id).is_some_and(KillSwitch::hang);
        if hangs {
            self.0.dispatch.watcher.tell(FunctionHappening::Hung { environment: id });
        }
        hangs
    }

    /// Waits for the invocations in flight, then ends all environments, each once its telemetry is out.
    pub async fn shutdown(&self) {
        let everything = slots(self.configuration());
        if let Ok(permits) = self.0.concurrency.acquire_many(everything).await {
            self.0.concurrency.close();
            drop(permits);
        }
        self.0.dispatch.shutdown().await;
    }
}

impl Invoke for Function {
    type Error = InvokeError;

    async fn invoke(&self, event: Bytes) -> Result<Bytes, InvokeError> {
        Function::invoke(self, event).await
    }

    async fn invoke_numbered(&self, invocation: u64, event: Bytes) -> Result<Bytes, InvokeError> {
        Function::invoke_numbered(self, invocation, event).await
    }
}

/// How many invocations may be in flight.
fn slots(configuration: &Configuration) -> u32 {
    u32::from(configuration.max_concurrency.max(1)) * u32::from(configuration.environment_concurrency.max(1))
}
