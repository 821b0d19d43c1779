//! Being told to end: Ctrl-C, SIGTERM, or a terminal that hangs up.

use tokio::sync::watch;

use crate::outcome::Failure;

/// How often it was told so.
#[derive(Debug, Clone)]
pub(super) struct Interrupts(watch::Receiver<u32>);

impl Interrupts {
    /// From now on, none of them ends the process by itself. A hangup that is ignored, as below `nohup`, stays so.
    pub(super) fn listen() -> Result<Self, Failure> {
        let (told, times) = watch::channel(0);
        #[cfg(unix)]
        {
            use tokio::signal::unix::{SignalKind, signal};
            let (mut interrupt, mut terminate) = (signal(SignalKind::interrupt())?, signal(SignalKind::terminate())?);
            let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
            let mut hangup = (!ignores_hangup(&status)).then(|| signal(SignalKind::hangup())).transpose()?;
            tokio::spawn(async move {
                loop {
                    tokio::select! {
                        _ = interrupt.recv() => {}
                        _ = terminate.recv() => {}
                        () = received(&mut hangup) => {}
                    }
                    told.send_modify(|times| *times += 1);
                }
            });
        }
        #[cfg(not(unix))]
        tokio::spawn(async move {
            while tokio::signal::ctrl_c().await.is_ok() {
                told.send_modify(|times| *times += 1);
            }
        });
        Ok(Self(times))
    }

    /// Waits until it was told so as often, since the start.
    pub(super) async fn reach(&mut self, times: u32) {
        if self.0.wait_for(|told| *told >= times).await.is_err() {
            // Nothing tells any more.
            std::future::pending().await
        }
    }
}

/// Waits for the next one; for ever, if it is not listened for.
#[cfg(unix)]
async fn received(signal: &mut Option<tokio::signal::unix::Signal>) {
    match signal {
        Some(signal) => drop(signal.recv().await),
        None => std::future::pending().await,
    }
}

/// By the kernel's word on the process (`proc_pid_status(5)`): `SigIgn` is a mask in hex, in which SIGHUP has the lowest bit.
/// Where there is none, as on macOS, it is listened for.
#[cfg(unix)]
fn ignores_hangup(status: &str) -> bool {
    let mask = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    mask.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok()).is_some_and(|mask| mask & 1 == 1)
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    #[test]
    fn below_nohup_a_terminal_that_hangs_up_ends_nothing() {
        for (status, ignores) in [
            ("SigBlk:\t0000000000000001\nSigIgn:\t0000000000001000\n", false),
            ("SigBlk:\t0000000000000000\nSigIgn:\t0000000000001001\n", true),
            ("", false),
        ] {
            assert_eq!(ignores_hangup(status), ignores, "{status}");
        }
    }

    #[tokio::test]
    async fn a_terminal_that_hangs_up_is_told_as_an_interrupt_is() {
        let mut interrupts = Interrupts::listen().unwrap();
        let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
        if !ignores_hangup(&status) {
            rustix::process::kill_process(rustix::process::getpid(), rustix::process::Signal::HUP).unwrap();
            interrupts.reach(1).await;
        }
    }
}
