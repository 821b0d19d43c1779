//! What waits to be sent leaves before Lambda ends the process.

use crate::lines::warn;
use crate::telemetry::Telemetry;

/// Has Lambda announce the end of this process, and flushes then, if the telemetry's
/// [`FlushPolicy`](crate::FlushPolicy) leaves spans behind. To be awaited before the runtime asks for its first invocation.
///
/// Lambda announces its end, by `SIGTERM`, only to functions with an extension. So one is registered, which takes a
/// round trip of the cold start; with a flush after every invocation nothing is to be gained by it, and nothing is done, as
/// where neither spans nor metrics are exported.
/// Where there is no Extensions API (some local emulators), a warning says so; spans that wait at the end are
/// lost then, unless the emulator sends `SIGTERM` anyway. There is the same warning if the API does not answer within a
/// second; if it does later, all is well.
///
/// Upon `SIGTERM` or `SIGINT` the process flushes for 300 milliseconds at most, of the half second that Lambda gives, and
/// exits with code 0. On classic Lambda that is never during an invocation; elsewhere, an invocation under way has no answer
/// then, and its records come again.
pub async fn register_last_flush(telemetry: &Telemetry) {
    if telemetry.is_off() || !telemetry.flush_policy().leaves_spans_behind() {
        return;
    }
    if let Err(error) = announced::arrange(telemetry).await {
        warn(format_args!(
            "spans that wait when Lambda ends this process are lost, unless it is told, which could not be made sure of: {}",
            crate::causes::Causes(error.as_ref())
        ));
    }
}

#[cfg(unix)]
mod announced {
    use std::error::Error;
    use std::time::Duration;

    use tokio::signal::unix::{SignalKind, signal};

    use super::super::environment::RUNTIME_API;
    use super::super::extension;
    use crate::telemetry::Telemetry;

    /// Lambda kills the process 500 milliseconds after `SIGTERM`.
    const BUDGET: Duration = Duration::from_millis(300);

    pub(super) async fn arrange(telemetry: &Telemetry) -> Result<(), Box<dyn Error + Send + Sync>> {
        // In this order: a signal ends the process at once as long as nobody listens.
        let (mut terminate, mut interrupt) = (signal(SignalKind::terminate())?, signal(SignalKind::interrupt())?);
        let telemetry = telemetry.clone();
        tokio::spawn(async move {
            tokio::select! {
                _ = terminate.recv() => {}
                _ = interrupt.recv() => {}
            }
            telemetry.last_flush(BUDGET).await;
            std::process::exit(0);
        });
        extension::register(&std::env::var(RUNTIME_API)?).await?;
        Ok(())
    }
}

#[cfg(not(unix))]
mod announced {
    use crate::telemetry::Telemetry;

    pub(super) async fn arrange(_: &Telemetry) -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
        Err("there are no signals on this system".into())
    }
}
