//! A child process, with those that it starts, which is watched from its first moment to its last line.

use std::io;
use std::process::Stdio;
use std::time::Duration;

use tokio::process::{Child, Command};
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio::time::timeout;

use super::log::{Lines, LogStream, forward};
use super::process_group::{Group, Signal};

/// How long to wait for the last lines of a dead process: a grandchild may keep its pipes open.
const LAST_LINES_LIMIT: Duration = Duration::from_secs(1);

/// What is to happen to a process. Each order outdoes those before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Order {
    Run,
    /// By `SIGSTOP`, after which nothing but its end is sent.
    Hang,
    /// By `SIGTERM`.
    Terminate,
    /// By `SIGKILL`.
    Kill,
}

/// Kills the process of one environment, or makes it hang, from anywhere and at any time.
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

    /// Makes the process stand still for good, as one does that waits for what never comes. It is still killed like any
    /// other. Returns whether it went until now; never where there are no such signals.
    pub fn hang(&self) -> bool {
        let was_running = cfg!(unix) && self.is_running();
        self.give(Order::Hang) && was_running
    }

    /// Waits for the end, and says what it was like. May be cancelled and called again.
    pub(crate) async fn exited(&self) -> String {
        let unknown = || "unknown exit status".to_owned();
        match self.exit.clone().wait_for(Option::is_some).await {
            Ok(status) => status.clone().unwrap_or_else(unknown),
            Err(_) => unknown(),
        }
    }

    /// Whether that is news.
    fn give(&self, order: Order) -> bool {
        self.order.send_if_modified(|given| std::mem::replace(given, order.max(*given)) < order)
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

impl Process {
    /// It stands still while it `rests`.
    pub(super) fn spawn(
        mut command: Command,
        id: u32,
        lines: &Lines,
        rests: watch::Receiver<bool>,
    ) -> io::Result<Self> {
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).kill_on_drop(true);
        // A command may start others, as `npx` does: they are told what it is told, and end with it.
        #[cfg(unix)]
        command.process_group(0);
        let mut child = command.spawn()?;
        let mut readers = JoinSet::new();
        if let Some(pipe) = child.stdout.take() {
            readers.spawn(forward(id, LogStream::Stdout, pipe, lines.clone()));
        }
        if let Some(pipe) = child.stderr.take() {
            readers.spawn(forward(id, LogStream::Stderr, pipe, lines.clone()));
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

    pub(super) async fn exited(&self) -> String {
        self.kill_switch.exited().await
    }

    /// Whether its end has been ordered, though it may not have come yet.
    pub(super) fn is_doomed(&self) -> bool {
        *self.kill_switch.order.borrow() >= Order::Terminate
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
    let group = Group::of(&child);
    let mut order = Order::Run;
    let status = loop {
        tokio::select! {
            // A process that hangs must not be woken for an instant.
            biased;
            status = child.wait() => break status,
            Ok(()) = ordered.changed() => {
                let hangs = order == Order::Hang;
                order = *ordered.borrow_and_update();
                match order {
                    Order::Terminate if !hangs => group.tell(&[Signal::Terminate, Signal::GoOn]),
                    Order::Hang => group.tell(&[Signal::StandStill]),
                    _ => kill(&mut child, group),
                }
            }
            Ok(()) = rests.changed(), if order == Order::Run => {
                let is_at_rest = *rests.borrow_and_update();
                group.tell(&[if is_at_rest { Signal::StandStill } else { Signal::GoOn }]);
            }
        }
    };
    // What it has started and left goes with the environment.
    group.kill();
    let last_lines = async { while readers.join_next().await.is_some() {} };
    drop(timeout(LAST_LINES_LIMIT, last_lines).await);
    readers.detach_all();
    exited.send_replace(Some(match status {
        Ok(status) => status.to_string(),
        Err(error) => format!("unknown exit status: {error}"),
    }));
}

/// It fails only if the process has ended, which the caller waits for anyway.
fn kill(child: &mut Child, group: Group) {
    drop(child.start_kill());
    group.kill();
}
