//! The embedded Kinesis in a process of its own, so that what it holds is not counted as the publisher's, and what it
//! does waits for no thread of the publisher's runtime.

use std::time::Duration;

use axum::Router;
use axum::extract::Request;
use axum::middleware::{Next, from_fn};
use kinetrace_testbed::kinesis::Kinesis;
use tokio::runtime::Runtime;

use crate::Failure;
use crate::own_process::{OwnProcess, serve_at};

/// The first argument of a process that is to be the emulator.
pub(crate) const ROLE: &str = "--emulator";

/// What each call takes in addition to the emulator's own work. No lock is held meanwhile: calls wait side by side.
const SERVICE_TIME: Duration = Duration::from_millis(10);

pub(crate) fn start() -> Result<OwnProcess, Failure> {
    OwnProcess::start(ROLE)
}

/// Says where it listens, and serves until nobody holds the other end of standard input.
pub(crate) fn run() -> Result<(), Failure> {
    let runtime = Runtime::new()?;
    let kinesis = runtime.block_on(Kinesis::start_behind(flush_outside_service_time))?;
    serve_at(kinesis.endpoint())
}

fn flush_outside_service_time(service: Router) -> Router {
    service.layer(from_fn(|request: Request, next: Next| async move {
        let answer = next.run(request).await;
        tokio::time::sleep(SERVICE_TIME).await;
        answer
    }))
}
