//! An environment of a function, which tells what happens in it.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use bytes::Bytes;
use tokio::sync::RwLock;
use tokio::sync::mpsc::UnboundedSender;

use super::happening::FunctionHappening;
use super::watcher::{Underway, Watcher};
use crate::configuration::Configuration;
use crate::environment::{Environment, InvokeError, KillSwitch, LogLine};

/// One invocation of a function.
#[derive(Debug)]
pub(super) struct Call {
    pub(super) request_id: String,
    /// The caller's own name for it.
    pub(super) number: Option<u64>,
    pub(super) payload: Bytes,
}

#[derive(Debug)]
pub(super) struct Deployed {
    environment: Environment,
    build: u64,
    watcher: Watcher,
    has_asked: AtomicBool,
    has_answered: AtomicBool,
    /// Read as long as an invocation is in flight, and written once the process is gone: how the invocation ended is told
    /// before that.
    in_flight: Arc<RwLock<()>>,
}

impl Deployed {
    /// As [`Environment::start`], with this number and build.
    pub(super) async fn start(
        (id, build): (u32, u64),
        configuration: &Configuration,
        logs: UnboundedSender<LogLine>,
        watcher: Watcher,
    ) -> Result<Self, InvokeError> {
        let environment = Environment::start(id, configuration, logs).await?;
        watcher.tell(FunctionHappening::Started { environment: id, process: environment.process_id() });
        let in_flight = Arc::default();
        if watcher.is_there() {
            let end = tell_the_end(id, environment.kill_switch(), Arc::clone(&in_flight), watcher.clone());
            tokio::spawn(end);
        }
        let (has_asked, has_answered) = (AtomicBool::new(false), AtomicBool::new(false));
        Ok(Self { environment, build, watcher, has_asked, has_answered, in_flight })
    }

    pub(super) fn id(&self) -> u32 {
        self.environment.id()
    }

    pub(super) fn build(&self) -> u64 {
        self.build
    }

    /// Whether it has answered nothing, and was not killed from outside.
    pub(super) fn has_crashed(&self) -> bool {
        !self.has_answered.load(Ordering::Relaxed) && !self.environment.is_doomed()
    }

    pub(super) fn kill_switch(&self) -> KillSwitch {
        self.environment.kill_switch()
    }

    /// As [`Environment::ready`].
    pub(super) async fn ready(&self) -> Result<(), InvokeError> {
        self.environment.ready().await?;
        if !self.has_asked.swap(true, Ordering::Relaxed) {
            self.watcher.tell(FunctionHappening::Ready { environment: self.environment.id() });
        }
        Ok(())
    }

    /// As [`Environment::invoke`].
    pub(super) async fn invoke(&self, call: Call) -> Result<Bytes, InvokeError> {
        let _in_flight = self.in_flight.read().await;
        self.ready().await?;
        let Call { request_id, number, payload } = call;
        let in_flight = self.environment.begin(request_id.clone(), payload).await?;
        let underway = Underway::begin(&self.watcher, self.environment.id(), request_id, number);
        let answer = in_flight.answer().await;
        underway.end(answer.as_ref().err());
        if matches!(answer, Ok(_) | Err(InvokeError::Function { .. })) {
            self.has_answered.store(true, Ordering::Relaxed);
        }
        answer
    }

    pub(super) async fn shutdown(self) {
        self.environment.shutdown().await;
    }

    /// Kills the process, without waiting for its end.
    pub(super) fn kill(&self) {
        self.environment.kill();
    }
}

async fn tell_the_end(environment: u32, process: KillSwitch, in_flight: Arc<RwLock<()>>, watcher: Watcher) {
    let status = process.exited().await;
    let _none = in_flight.write().await;
    watcher.tell(FunctionHappening::Gone { environment, status });
}
