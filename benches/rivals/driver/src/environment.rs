//! An execution environment: a function's process, with a Runtime API and a collector of its own.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::serve::ListenerExt as _;
use bytes::Bytes;
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use tokio::io::{AsyncBufReadExt as _, BufReader};
use tokio::net::TcpListener;
use tokio::process::{Child, Command};

use crate::collector::{self, Collector};
use crate::error::Error;
use crate::exchange::{Driver, Exchange, Happening, Who, exchange};
use crate::function::Function;
use crate::process::{Memory, memory, processor_time};
use crate::runtime_api;

/// Interpreters start slowly on a machine that has other work.
const PATIENCE: Duration = Duration::from_secs(120);

#[derive(Debug)]
pub(crate) struct Environment {
    name: String,
    log: PathBuf,
    process: Child,
    pid: Pid,
    driver: Driver,
    exchange: Arc<Exchange>,
    pub(crate) collector: Arc<Collector>,
    /// From the start of the process to its first request for an invocation.
    pub(crate) start: Duration,
}

/// From the event's first byte: until the answer was there, and until Lambda would stop billing.
#[derive(Debug)]
pub(crate) struct Invocation {
    pub(crate) answer: Duration,
    pub(crate) next: Duration,
}

impl Environment {
    /// `before` is a program that runs the function's, and its arguments.
    pub(crate) async fn start(root: &Path, function: &Function, before: &[String]) -> Result<Self, Error> {
        let failed = |what: &str| {
            let what = format!("{}: {what}", function.name);
            move |error| Error::System(what, error)
        };
        let (exchange, driver) = exchange();
        let (exchange, collector) = (Arc::new(exchange), Arc::new(Collector::default()));
        let listener = TcpListener::bind("127.0.0.1:0").await.map_err(failed("no port"))?;
        let address = listener.local_addr().map_err(failed("no port"))?.to_string();
        let router = runtime_api::router(exchange.clone()).merge(collector::router(collector.clone()));
        let listener = listener.tap_io(|connection| drop(connection.set_nodelay(true)));
        tokio::spawn(async move { axum::serve(listener, router).await });

        let log = root.join("logs").join(format!("{}.log", function.name));
        let stderr = File::create(&log).map_err(failed("its log"))?;
        let command = [before, &function.command].concat();
        let began = Instant::now();
        let mut process = Command::new(&command[0])
            .args(&command[1..])
            .env_clear()
            .envs(function.variables(&address))
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(stderr)
            .kill_on_drop(true)
            .spawn()
            .map_err(failed(&command[0]))?;
        read_lines(&mut process, collector.clone());
        let pid = Pid::from_raw(process.id().and_then(|id| id.try_into().ok()).unwrap_or(0));
        let name = function.name.to_owned();
        let start = Duration::ZERO;
        let mut environment = Self { name, log, process, pid, driver, exchange, collector, start };
        environment.start = environment.idle().await?.0 - began;
        Ok(environment)
    }

    pub(crate) async fn invoke(&mut self, event: Bytes) -> Result<Invocation, Error> {
        self.driver.hand_out(event, self.exchange.has_extension());
        let (asked, answered) = self.idle().await?;
        let (Some(answered), Some(began)) = (answered, self.exchange.handed_out()) else {
            return Err(self.error("asked for another invocation before it answered"));
        };
        Ok(Invocation { answer: answered - began, next: asked - began })
    }

    /// When everything within has asked for the next invocation, and when it answered the one before.
    async fn idle(&mut self) -> Result<(Instant, Option<Instant>), Error> {
        let (mut runtime, mut extension, mut answered) = (None, None, None);
        loop {
            match self.happening().await? {
                Happening::Asked(Who::Runtime, at) => runtime = Some(at),
                Happening::Asked(Who::Extension, at) => extension = Some(at),
                Happening::Answered(at, body) if is_success(&body) => answered = Some(at),
                Happening::Answered(_, body) | Happening::Failed(body) => {
                    return Err(self.error(&format!("answered {}", String::from_utf8_lossy(&body))));
                }
            }
            if let Some(at) = runtime
                && (extension.is_some() || !self.exchange.has_extension())
            {
                return Ok((extension.map_or(at, |other| at.max(other)), answered));
            }
        }
    }

    async fn happening(&mut self) -> Result<Happening, Error> {
        tokio::select! {
            happening = self.driver.happenings.recv() => happening.ok_or_else(|| self.error("cannot be reached")),
            status = self.process.wait() => {
                let status = status.map_or_else(|error| error.to_string(), |status| status.to_string());
                Err(self.error(&format!("ended ({status})")))
            }
            () = tokio::time::sleep(PATIENCE) => Err(self.error(&format!("did nothing for {PATIENCE:?}"))),
        }
    }

    pub(crate) fn processor_time(&self) -> Result<Duration, Error> {
        processor_time(self.pid).ok_or_else(|| self.error("has no clock"))
    }

    pub(crate) fn memory(&self) -> Result<Memory, Error> {
        memory(self.pid).ok_or_else(|| self.error("has no memory to read"))
    }

    /// As Lambda ends it. Some take the signal as a reason to work on.
    pub(crate) async fn stop(mut self) {
        let asked = kill(self.pid, Signal::SIGTERM);
        if asked.is_err() || tokio::time::timeout(Duration::from_secs(10), self.process.wait()).await.is_err() {
            drop(self.process.kill().await);
        }
    }

    fn error(&self, what: &str) -> Error {
        Error::Function { name: self.name.clone(), what: what.to_owned(), log: self.log.clone() }
    }
}

/// No record failed.
fn is_success(body: &[u8]) -> bool {
    let answer: Option<serde_json::Value> = serde_json::from_slice(body).ok();
    answer.is_some_and(|answer| answer == serde_json::json!({ "batchItemFailures": [] }))
}

/// As Lambda reads them, so that the process never waits for room.
fn read_lines(process: &mut Child, collector: Arc<Collector>) {
    if let Some(stdout) = process.stdout.take() {
        tokio::spawn(async move {
            let mut lines = BufReader::new(stdout).lines();
            while let Ok(Some(line)) = lines.next_line().await {
                collector.read_line(&line);
            }
        });
    }
}
