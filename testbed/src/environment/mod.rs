//! One execution environment: a Runtime API and the child process that talks to it, which stands still while it waits for
//! an invocation, unless it may have several at once.
//!
//! <https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html>

mod invoke_error;
mod launch;
mod log;
mod process;
mod process_group;
mod program;
mod room;
mod variables;

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use tokio::sync::mpsc::UnboundedSender;
use tokio::sync::oneshot;
use tokio::time::{Instant, sleep_until, timeout};

pub use invoke_error::InvokeError;
use launch::launch;
pub use log::{LogLine, LogStream};
pub use process::KillSwitch;
use process::Process;
pub use program::ProgramError;
pub use room::Room;

use crate::configuration::Configuration;
use crate::runtime_api::{FunctionError, RuntimeApi, uuid};

/// How long an environment that is being shut down may still work.
const SHUTDOWN_LIMIT: Duration = Duration::from_secs(5);

/// Between `SIGTERM` and `SIGKILL`, where an internal extension is registered; without one, Lambda kills at once
/// (<https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html#runtimes-lifecycle-shutdown>).
const TERMINATION_LIMIT: Duration = Duration::from_millis(500);

/// One execution environment. Its process is killed when it is dropped.
///
/// It takes as many invocations at once as [`Configuration::environment_concurrency`] says; a caller with one too many waits
/// until the process asks for it. When one of them runs out of time, the process is killed, and they all end.
#[derive(Debug)]
pub struct Environment {
    id: u32,
    api: RuntimeApi,
    process: Process,
    init_timeout: Duration,
    timeout: Duration,
    /// Since when, if ever, the invocation that was last handed out has been running.
    handed_out: Mutex<Option<Instant>>,
    started: Instant,
}

impl Environment {
    /// Starts the process; it initialises while this returns. Whatever it writes goes to `logs`, line by line.
    pub async fn start(
        id: u32,
        configuration: &Configuration,
        logs: UnboundedSender<LogLine>,
    ) -> Result<Self, InvokeError> {
        let Configuration { bootstrap, init_timeout, timeout, .. } = configuration;
        let api = RuntimeApi::start(configuration).await?;
        let process = launch(id, configuration, api.authority(), &logs, &api.rests()).await;
        let process = process.map_err(|reason| InvokeError::Spawn { bootstrap: bootstrap.clone(), reason })?;
        let (init_timeout, timeout, started) = (*init_timeout, *timeout, Instant::now());
        Ok(Self { id, api, process, init_timeout, timeout, handed_out: Mutex::new(None), started })
    }

    /// The number it was started with.
    pub fn id(&self) -> u32 {
        self.id
    }

    /// That of its process, as long as it runs.
    pub fn process_id(&self) -> Option<u32> {
        self.process.id()
    }

    /// A way to kill the process while an invocation is in flight.
    pub fn kill_switch(&self) -> KillSwitch {
        self.process.kill_switch()
    }

    /// Waits until the process asks for an invocation: until it is initialised, or has done what it does after a
    /// response. Kills it if that takes too long.
    pub async fn ready(&self) -> Result<(), InvokeError> {
        if self.process.is_doomed() {
            return Err(InvokeError::Exited { status: self.process.exited().await });
        }
        let handed_out = *self.handed_out();
        let ask_by = match handed_out {
            None => self.started + self.init_timeout,
            Some(handed_out) => handed_out + self.timeout,
        };
        tokio::select! {
            biased;
            asked = self.api.asked() => asked.map_err(InvokeError::init),
            status = self.process.exited() => Err(InvokeError::Exited { status }),
            () = sleep_until(ask_by) => {
                self.process.kill().await;
                Err(match handed_out {
                    None => InvokeError::InitTimeout { limit: self.init_timeout },
                    Some(_) => InvokeError::Timeout { limit: self.timeout },
                })
            }
        }
    }

    /// Hands out one invocation once the process is [`ready`](Self::ready), and returns when its response is there,
    /// though the process may still be at work. After any error but [`InvokeError::Function`] the environment is of no
    /// more use.
    pub async fn invoke(&self, payload: Bytes) -> Result<Bytes, InvokeError> {
        self.begin(uuid(), payload).await?.answer().await
    }

    /// The first half of [`invoke`](Self::invoke): returns once the process has been handed the invocation, under this
    /// request id.
    pub(crate) async fn begin(&self, request_id: String, payload: Bytes) -> Result<InFlight<'_>, InvokeError> {
        self.ready().await?;
        let began = Instant::now();
        *self.handed_out() = Some(began);
        let end_by = began + self.timeout;
        let answer = self.unless_ended(end_by, self.api.begin(request_id, payload, self.timeout)).await?;
        Ok(InFlight { environment: self, answer, end_by })
    }

    /// The work's result, unless the process ends first, or has to be killed because the time is over.
    async fn unless_ended<T>(
        &self,
        end_by: Instant,
        work: impl Future<Output = Result<T, FunctionError>>,
    ) -> Result<T, InvokeError> {
        tokio::select! {
            biased;
            done = work => done.map_err(InvokeError::function),
            status = self.process.exited() => Err(InvokeError::Exited { status }),
            () = sleep_until(end_by) => {
                self.process.kill().await;
                Err(InvokeError::Timeout { limit: self.timeout })
            }
        }
    }

    /// Waits until the process asks for all the invocations that it may have, so that its telemetry is out, but for 5
    /// seconds at most. Then ends it as Lambda does, which announces that only if an extension is registered. Returns what
    /// the end was like (for instance `exit status: 0` or `signal: 9 (SIGKILL)`), when all log lines have been forwarded.
    pub async fn shutdown(self) -> String {
        // However the wait ends, what follows is the same.
        drop(timeout(SHUTDOWN_LIMIT, self.idle()).await);
        if self.api.has_extensions() {
            self.process.terminate();
            drop(timeout(TERMINATION_LIMIT, self.process.exited()).await);
        }
        self.process.kill().await
    }

    async fn idle(&self) {
        tokio::select! {
            _ = self.api.idle() => {}
            _ = self.process.exited() => {}
        }
    }

    /// Whether its end was ordered, rather than come of itself.
    pub(crate) fn is_doomed(&self) -> bool {
        self.process.is_doomed()
    }

    /// Kills the process, without waiting for its end.
    pub(crate) fn kill(&self) {
        self.process.kill_switch().kill();
    }

    fn handed_out(&self) -> MutexGuard<'_, Option<Instant>> {
        self.handed_out.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// An invocation that an environment has been handed. A caller that drops it must end the environment, which is at work on it.
#[derive(Debug)]
pub(crate) struct InFlight<'a> {
    environment: &'a Environment,
    answer: oneshot::Receiver<Result<Bytes, FunctionError>>,
    end_by: Instant,
}

impl InFlight<'_> {
    /// Waits for the response, or for the end of the invocation's time.
    pub(crate) async fn answer(self) -> Result<Bytes, InvokeError> {
        let answer = async { self.answer.await.unwrap_or_else(|_| Err(FunctionError::gone())) };
        self.environment.unless_ended(self.end_by, answer).await
    }
}
