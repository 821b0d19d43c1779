//! A child process that is watched from its first moment to its last line.

use std::io;
use std::process::{ExitStatus, Stdio};
use std::time::Duration;

use tokio::process::{Child, Command};
use tokio::sync::{mpsc::UnboundedSender, watch};
use tokio::task::JoinSet;
use tokio::time::timeout;

use super::log::{LogLine, LogStream, forward};

/// How long to wait for the last lines of a dead process: a grandchild may keep its pipes open.
const LAST_LINES_LIMIT: Duration = Duration::from_secs(1);

/// What is to happen to a process. Each order outdoes those before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Order {
    Run,
    /// By `SIGTERM`.
    Terminate,
    /// By `SIGKILL`.
    Kill,
}

/// Kills the process of one environment, from anywhere and at any time.
#[derive(Debug, Clone)]
pub struct KillSwitch {
    order: watch::Sender<Order>,
    exit: watch::Receiver<Option<String>>,
}

impl KillSwitch {
    /// Kills the process, without waiting for its end. Returns whether it was still running.
    pub fn kill(&self) -> bool {
        let was_running = self.is_running();
        self.give(Order::Kill);
        was_running
    }

    fn give(&self, order: Order) {
        self.order.send_if_modified(|given| std::mem::replace(given, order.max(*given)) < order);
    }

    /// Whether the process has not ended yet.
    pub fn is_running(&self) -> bool {
        self.exit.borrow().is_none()
    }
}

/// A child process, killed when this is dropped.
#[derive(Debug)]
pub(super) struct Process {
    kill_switch: KillSwitch,
    id: Option<u32>,
}

/// What a process is told.
#[derive(Debug, Clone, Copy)]
enum Signal {
    StandStill,
    GoOn,
    Terminate,
}

impl Process {
    /// It stands still while it `rests`.
    pub(super) fn spawn(
        mut command: Command,
        id: u32,
        logs: &UnboundedSender<LogLine>,
        rests: watch::Receiver<bool>,
    ) -> io::Result<Self> {
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).kill_on_drop(true);
        let mut child = command.spawn()?;
        let mut readers = JoinSet::new();
        if let Some(pipe) = child.stdout.take() {
            readers.spawn(forward(id, LogStream::Stdout, pipe, logs.clone()));
        }
        if let Some(pipe) = child.stderr.take() {
            readers.spawn(forward(id, LogStream::Stderr, pipe, logs.clone()));
        }
        let (order, ordered) = watch::channel(Order::Run);
        let (exited, exit) = watch::channel(None);
        let process = Self { kill_switch: KillSwitch { order, exit }, id: child.id() };
        tokio::spawn(supervise(child, ordered, rests, readers, exited));
        Ok(process)
    }

    pub(super) fn kill_switch(&self) -> KillSwitch {
        self.kill_switch.clone()
    }

    pub(super) fn id(&self) -> Option<u32> {
        self.id.filter(|_| self.kill_switch.is_running())
    }

    /// Waits for the end, and says what it was like. May be cancelled and called again.
    pub(super) async fn exited(&self) -> String {
        let unknown = || "unknown exit status".to_owned();
        match self.kill_switch.exit.clone().wait_for(Option::is_some).await {
            Ok(status) => status.clone().unwrap_or_else(unknown),
            Err(_) => unknown(),
        }
    }

    /// Whether its end has been ordered, though it may not have come yet.
    pub(super) fn is_doomed(&self) -> bool {
        *self.kill_switch.order.borrow() > Order::Run
    }

    /// Asks the process to end.
    pub(super) fn terminate(&self) {
        self.kill_switch.give(Order::Terminate);
    }

    /// Kills the process, waits for its end, and says what that was like.
    pub(super) async fn kill(&self) -> String {
        self.kill_switch.kill();
        self.exited().await
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.kill_switch.kill();
    }
}

async fn supervise(
    mut child: Child,
    mut ordered: watch::Receiver<Order>,
    mut rests: watch::Receiver<bool>,
    mut readers: JoinSet<()>,
    exited: watch::Sender<Option<String>>,
) {
    let status = loop {
        tokio::select! {
            status = child.wait() => break status,
            () = async { drop(ordered.wait_for(|order| *order > Order::Run).await) } => {
                break end(&mut child, ordered).await;
            }
            Ok(()) = rests.changed() => {
                let is_at_rest = *rests.borrow_and_update();
                tell(&child, if is_at_rest { Signal::StandStill } else { Signal::GoOn });
            }
        }
    };
    let last_lines = async { while readers.join_next().await.is_some() {} };
    drop(timeout(LAST_LINES_LIMIT, last_lines).await);
    readers.detach_all();
    exited.send_replace(Some(match status {
        Ok(status) => status.to_string(),
        Err(error) => format!("unknown exit status: {error}"),
    }));
}

async fn end(child: &mut Child, mut ordered: watch::Receiver<Order>) -> io::Result<ExitStatus> {
    if *ordered.borrow() == Order::Terminate && tell(child, Signal::Terminate) && tell(child, Signal::GoOn) {
        tokio::select! {
            status = child.wait() => return status,
            () = async { drop(ordered.wait_for(|order| *order == Order::Kill).await) } => {}
        }
    }
    kill(child).await
}

/// Whether the signal was sent.
#[cfg(unix)]
fn tell(child: &Child, signal: Signal) -> bool {
    use rustix::process::{Pid, Signal as Unix, kill_process};

    let signal = match signal {
        Signal::StandStill => Unix::STOP,
        Signal::GoOn => Unix::CONT,
        Signal::Terminate => Unix::TERM,
    };
    let pid = child.id().and_then(|id| i32::try_from(id).ok()).and_then(Pid::from_raw);
    pid.is_some_and(|pid| kill_process(pid, signal).is_ok())
}

#[cfg(not(unix))]
fn tell(_: &Child, _: Signal) -> bool {
    false
}

async fn kill(child: &mut Child) -> io::Result<ExitStatus> {
    child.start_kill()?;
    child.wait().await
}
