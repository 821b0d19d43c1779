//! The thread that exports, with a runtime of its own.
//!
//! A program's own runtime may have a single thread, which waits at the end for the last export: if that ran there, neither
//! would ever be over. And whatever a collector does to its connection, it takes no time of the threads that business code
//! runs on.

use std::future::Future;
use std::io;
use std::thread;

use opentelemetry::Context;
use tokio::runtime::{Builder, Handle};
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

/// Runs until it is dropped; what has not ended by then does not.
#[derive(Debug)]
pub(super) struct ExportThread {
    runtime: Handle,
    /// Dropped, it ends the thread.
    _running: oneshot::Sender<()>,
}

impl ExportThread {
    pub(super) fn start() -> io::Result<Self> {
        let runtime = Builder::new_current_thread().enable_all().build()?;
        let (handle, (running, ended)) = (runtime.handle().clone(), oneshot::channel::<()>());
        thread::Builder::new().name("kinetrace-export".to_owned()).spawn(move || {
            // Or what traces HTTP clients would make spans of exports, which have to be exported.
            let _suppressed = Context::enter_telemetry_suppressed_scope();
            let _ = runtime.block_on(ended);
        })?;
        Ok(Self { runtime: handle, _running: running })
    }

    pub(super) fn spawn<F>(&self, work: F) -> JoinHandle<F::Output>
    where
        F: Future<Output: Send> + Send + 'static,
    {
        self.runtime.spawn(work)
    }
}
