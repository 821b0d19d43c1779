//! What waits to be sent leaves before Lambda ends the process.

use std::future::Future;

use tokio::sync::oneshot;

use crate::lines::warn;
use crate::telemetry::Telemetry;

/// Has Lambda announce the end of this process, and flushes then, if the telemetry's
/// [`FlushPolicy`](crate::FlushPolicy) leaves spans that wait. To be awaited before the runtime asks for its first invocation,
/// which is to run within [`LastFlush::run`].
///
/// Lambda announces its end, by `SIGTERM`, only to functions with an extension. So one is registered, which takes a
/// round trip of the cold start; with a flush after every invocation nothing is to be gained by it, and nothing is done, as
/// where neither spans nor metrics are exported.
/// Where there is no Extensions API (some local emulators), a warning says so; spans that wait at the end are
/// lost then, unless the emulator sends `SIGTERM` anyway. There is the same warning if the API does not answer within a
/// second; if it does later, all is well.
///
/// Upon `SIGTERM` or `SIGINT` telemetry is flushed, for 300 milliseconds at most, of the half second that Lambda gives. From
/// the registration on, neither signal ends the process by itself: that it ends is up to `main`.
pub async fn register_last_flush(telemetry: &Telemetry) -> LastFlush {
    if !needs_last_flush(telemetry) {
        return LastFlush(None);
    }
    let (ends, ended) = oneshot::channel();
    if let Err(error) = announced::arrange(telemetry, ends).await {
        warn(format_args!(
            "could not register for Lambda's shutdown notice, so spans that wait at shutdown may be lost: {}",
            crate::causes::Causes(error.as_ref())
        ));
    }
    LastFlush(Some(ended))
}

/// Whether there may be something to flush when Lambda ends the process.
pub fn needs_last_flush(telemetry: &Telemetry) -> bool {
    !telemetry.is_off() && telemetry.flush_policy().keeps_spans_after_an_answer()
}

/// The last flush of a process, as [`register_last_flush`] has arranged it.
#[derive(Debug)]
#[must_use = "signals do not end the process any more, so the runtime has to run within `LastFlush::run`"]
pub struct LastFlush(Option<oneshot::Receiver<()>>);

impl LastFlush {
    /// Runs a function's runtime, until it ends by itself, or until the end of the process was announced and telemetry is
    /// flushed. That is not an error: `main` returns, and the process ends.
    ///
    /// On classic Lambda the end never comes during an invocation; elsewhere, an invocation in flight has no answer then, and
    /// its records come again.
    ///
    /// ```no_run
    /// use kinetrace::lambda::{Error, register_last_flush};
    ///
    /// # async fn runtime() -> Result<(), Error> { Ok(()) }
    /// # async fn main_(telemetry: kinetrace::Telemetry) -> Result<(), Error> {
    /// let last_flush = register_last_flush(&telemetry).await;
    /// last_flush.run(runtime()).await
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// Those of the runtime.
    pub async fn run<E>(self, runtime: impl Future<Output = Result<(), E>>) -> Result<(), E> {
        let Some(ended) = self.0 else { return runtime.await };
        tokio::select! {
            result = runtime => result,
            // Otherwise nothing listens for signals.
            Ok(()) = ended => Ok(()),
        }
    }
}

#[cfg(unix)]
mod announced {
    use std::error::Error;
    use std::thread;
    use std::time::Duration;

    use tokio::runtime;
    use tokio::signal::unix::{SignalKind, signal};
    use tokio::sync::oneshot;

    use super::super::environment::RUNTIME_API;
    use super::super::extension;
    use crate::telemetry::Telemetry;

    /// Lambda kills the process 500 milliseconds after `SIGTERM`.
    const BUDGET: Duration = Duration::from_millis(300);

    pub(super) async fn arrange(
        telemetry: &Telemetry,
        ends: oneshot::Sender<()>,
    ) -> Result<(), Box<dyn Error + Send + Sync>> {
        // In this order: a signal ends the process at once as long as nobody listens.
        let (mut terminate, mut interrupt) = (signal(SignalKind::terminate())?, signal(SignalKind::interrupt())?);
        let telemetry = telemetry.clone();
        // By itself, because the business code may keep the thread of the runtime busy.
        tokio::spawn(async move {
            tokio::select! {
                _ = terminate.recv() => {}
                _ = interrupt.recv() => {}
            }
            let flush = move || {
                flush(telemetry);
                let _ = ends.send(());
            };
            // Where no thread can be started, Lambda still ends the process.
            let _ = thread::Builder::new().name("kinetrace-last-flush".to_owned()).spawn(flush);
        });
        extension::register(&std::env::var(RUNTIME_API)?).await?;
        Ok(())
    }

    /// On a runtime of its own: the end of the program's would wait for a flush that has begun there, however long the
    /// collector takes. For the same reason nothing is dropped here, for the end of the last clone flushes again.
    fn flush(telemetry: Telemetry) {
        if let Ok(runtime) = runtime::Builder::new_current_thread().enable_time().build() {
            runtime.block_on(telemetry.last_flush(BUDGET));
            runtime.shutdown_background();
        }
        std::mem::forget(telemetry);
    }
}

#[cfg(not(unix))]
mod announced {
    use tokio::sync::oneshot;

    use crate::telemetry::Telemetry;

    pub(super) async fn arrange(
        _: &Telemetry,
        _: oneshot::Sender<()>,
    ) -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
        Err("there are no signals on this system".into())
    }
}

#[cfg(test)]
mod tests {
    use std::future::{pending, ready};

    use super::*;

    #[tokio::test]
    async fn a_runtime_runs_until_it_ends_by_itself_or_telemetry_was_flushed_for_the_last_time() {
        assert_eq!(LastFlush(None).run(ready(Err("the runtime"))).await, Err("the runtime"));

        let (_ends, ended) = oneshot::channel();
        assert_eq!(LastFlush(Some(ended)).run(ready(Err("the runtime"))).await, Err("the runtime"));

        let (ends, ended) = oneshot::channel();
        ends.send(()).unwrap();
        assert_eq!(LastFlush(Some(ended)).run(pending::<Result<(), &str>>()).await, Ok(()));
    }

    #[tokio::test]
    async fn where_no_signal_can_be_heard_a_runtime_goes_on() {
        let (ends, ended) = oneshot::channel();
        drop(ends);
        let runtime = async {
            tokio::task::yield_now().await;
            Err::<(), _>("the runtime")
        };
        assert_eq!(LastFlush(Some(ended)).run(runtime).await, Err("the runtime"));
    }
}
