//! One execution environment: a Runtime API and the child process that talks to it, which stands still while it waits for
//! an invocation, unless it may have several at once.
//!
//! <https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html>

mod invoke_error;
mod log;
mod process;
mod variables;

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use tokio::process::Command;
use tokio::sync::mpsc::UnboundedSender;
use tokio::time::{Instant, sleep, sleep_until, timeout};

pub use invoke_error::InvokeError;
pub use log::{LogLine, LogStream};
pub use process::KillSwitch;
use process::Process;

use crate::configuration::Configuration;
use crate::runtime_api::RuntimeApi;

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
        let Configuration { bootstrap, args, init_timeout, timeout, .. } = configuration;
        let api = RuntimeApi::start(configuration).await?;
        let mut command = Command::new(bootstrap);
        command.args(args).env_clear().envs(variables::of(configuration, api.authority()));
        let process = Process::spawn(command, id, &logs, api.rests())
            .map_err(|source| InvokeError::Spawn { bootstrap: bootstrap.clone(), source })?;
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
        self.ready().await?;
        *self.handed_out() = Some(Instant::now());
        tokio::select! {
            biased;
            answer = self.api.invoke(payload, self.timeout) => answer.map_err(InvokeError::function),
            status = self.process.exited() => Err(InvokeError::Exited { status }),
            () = sleep(self.timeout) => {
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

    /// Kills the process, without waiting for its end.
    pub(crate) fn kill(&self) {
        self.process.kill_switch().kill();
    }

    fn handed_out(&self) -> MutexGuard<'_, Option<Instant>> {
        self.handed_out.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
