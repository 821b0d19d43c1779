//! The processes of one environment, and the signals that they get.

use tokio::process::Child;

/// What processes are told.
#[derive(Debug, Clone, Copy)]
pub(super) enum Signal {
    StandStill,
    GoOn,
    Terminate,
}

/// A child that leads a process group of its own, and those that it has started. Signals that cannot be sent are not: then
/// the processes have ended. Without such signals, as on Windows, none is.
#[derive(Debug, Clone, Copy)]
pub(super) struct Group {
    #[cfg(unix)]
    leader: Option<rustix::process::Pid>,
}

#[cfg(unix)]
impl Group {
    pub(super) fn of(child: &Child) -> Self {
        let id = child.id().and_then(|id| i32::try_from(id).ok());
        Self { leader: id.and_then(rustix::process::Pid::from_raw) }
    }

    pub(super) fn tell(self, signals: &[Signal]) {
        use rustix::process::Signal as Unix;

        for signal in signals {
            self.send(match signal {
                Signal::StandStill => Unix::STOP,
                Signal::GoOn => Unix::CONT,
                Signal::Terminate => Unix::TERM,
            });
        }
    }

    /// Kills those that are left. The number of a group is not given to another one as long as it has a member.
    pub(super) fn kill(self) {
        self.send(rustix::process::Signal::KILL);
    }

    fn send(self, signal: rustix::process::Signal) {
        if let Some(leader) = self.leader {
            let _ended = rustix::process::kill_process_group(leader, signal);
        }
    }
}

#[cfg(not(unix))]
impl Group {
    pub(super) fn of(_: &Child) -> Self {
        Self {}
    }

    pub(super) fn tell(self, _: &[Signal]) {}

    pub(super) fn kill(self) {}
}
