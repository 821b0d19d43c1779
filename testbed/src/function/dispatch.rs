//! Gives each invocation a slot of an environment: an idle one of the current build, or a new one.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime};

use futures_util::future::join_all;
use tokio::sync::mpsc::UnboundedSender;
use tokio::time::{Instant, sleep, sleep_until};

use super::build::{Build, Look, SETTLED};
use super::deployed::Deployed;
use super::happening::FunctionHappening;
use super::pool::Pool;
use super::slot::Slot;
use super::watcher::Watcher;
use crate::configuration::Configuration;
use crate::environment::{InvokeError, LogLine};

/// How long an invocation waits for a build to be whole if there are environments with the one before, and if there are none.
const PATIENCE: [Duration; 2] = [Duration::from_secs(1), Duration::from_secs(10)];

#[derive(Debug)]
pub(super) struct Dispatch {
    pub(super) configuration: Configuration,
    pub(super) watcher: Watcher,
    logs: UnboundedSender<LogLine>,
    /// One environment is started at a time, so that those who would start the next one find its slots instead.
    starting: tokio::sync::Mutex<()>,
    pool: Mutex<Pool>,
}

impl Dispatch {
    pub(super) fn new(configuration: Configuration, logs: UnboundedSender<LogLine>, watcher: Watcher) -> Self {
        let pool = Mutex::new(Pool::new(Look::at(&configuration.watched)));
        Self { configuration, watcher, logs, starting: tokio::sync::Mutex::default(), pool }
    }

    /// A slot of an environment that asks for an invocation, or of a new one.
    pub(super) async fn slot(&self) -> Result<Slot, InvokeError> {
        self.notice_a_new_build().await;
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
            let slot = Slot::of(self.pool().take()?);
            if slot.ready().await.is_ok() {
                return Some(slot);
            }
        }
    }

    async fn start(&self) -> Result<Slot, InvokeError> {
        let until = self.pool().crashes.until();
        if let Some(until) = until {
            sleep_until(until).await;
        }
        let place = self.pool().next();
        let started = Deployed::start(place, &self.configuration, self.logs.clone(), self.watcher.clone()).await;
        let environment = Arc::new(started.inspect_err(|_| self.pool().crashes.count(Instant::now()))?);
        self.pool().add(&environment, self.configuration.environment_concurrency.max(1) - 1);
        Ok(Slot::of(environment))
    }

    /// The result of an invocation says whether its environment is used again.
    pub(super) fn end<T>(&self, slot: Slot, result: &Result<T, InvokeError>) {
        let mut pool = self.pool();
        match result {
            Ok(_) | Err(InvokeError::Function { .. }) => {
                pool.crashes.forget();
                slot.free().into_iter().for_each(|environment| pool.free(environment));
            }
            Err(InvokeError::Exited { .. } | InvokeError::Init { .. }) if slot.has_crashed() => {
                pool.crashes.count(Instant::now());
            }
            Err(_) => {}
        }
    }

    /// Ends the idle environments of the build before, if there is a new one. One that is not whole yet is waited for, but not
    /// for long: an environment that is there goes on serving.
    async fn notice_a_new_build(&self) {
        let Configuration { watched, .. } = &self.configuration;
        let began = Instant::now();
        while !watched.is_empty() {
            let look = Look::at(watched);
            {
                let mut pool = self.pool();
                let has_time = |patience: Duration| began.elapsed() < patience;
                match (look.judge(&pool.look, SystemTime::now()), pool.has_idle()) {
                    (Build::Current, _) | (Build::Missing, true) => return,
                    (Build::Unsettled, true) if !has_time(PATIENCE[0]) => return,
                    (Build::Unsettled, true) => {}
                    (Build::Missing | Build::Unsettled, false) if has_time(PATIENCE[1]) => {}
                    // What is not there after that is said when it is started.
                    _ => {
                        if pool.renew(look) {
                            self.watcher.tell(FunctionHappening::NewBuild);
                        }
                        return;
                    }
                }
            }
            sleep(SETTLED / 6).await;
        }
    }

    /// Ends all environments, of which nothing is in flight any more.
    pub(super) async fn shutdown(&self) {
        let (idle, mut retiring) = self.pool().clear();
        join_all(idle.into_iter().map(Deployed::shutdown)).await;
        while retiring.join_next().await.is_some() {}
    }

    pub(super) fn pool(&self) -> MutexGuard<'_, Pool> {
        self.pool.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
