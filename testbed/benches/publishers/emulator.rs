//! The embedded Kinesis in a process of its own, so that what it holds is not counted as the publisher's, and what it
//! does waits for no thread of the publisher's runtime.

use std::io::{self, BufRead as _, BufReader, Write as _};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use aws_sdk_kinesis::Client;
use axum::Router;
use axum::extract::Request;
use axum::middleware::{Next, from_fn};
use kinetrace_testbed::kinesis::{self, Kinesis};
use tokio::runtime::Runtime;

use crate::Failure;

/// The first argument of a process that is to be the emulator.
pub(crate) const ROLE: &str = "--emulator";

/// What each call takes in addition to the emulator's own work. No lock is held meanwhile: calls wait side by side.
const SERVICE_TIME: Duration = Duration::from_millis(10);

/// Ends when it is dropped, or with this process.
#[derive(Debug)]
pub(crate) struct Emulator {
    process: Child,
    endpoint: String,
}

impl Emulator {
    pub(crate) fn start() -> Result<Self, Failure> {
        let mut command = Command::new(std::env::current_exe()?);
        let mut process = command.arg(ROLE).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn()?;
        let mut endpoint = String::new();
        if let Some(output) = process.stdout.take() {
            BufReader::new(output).read_line(&mut endpoint)?;
        }
        if endpoint.is_empty() {
            return Err("the process with the embedded Kinesis ended at once: its standard error says why".into());
        }
        Ok(Self { process, endpoint: endpoint.trim_end().to_owned() })
    }

    pub(crate) fn endpoint(&self) -> &str {
        &self.endpoint
    }

    pub(crate) fn client(&self) -> Client {
        kinesis::client(&self.endpoint)
    }
}

impl Drop for Emulator {
    fn drop(&mut self) {
        // It fails only if the process has ended.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// Says where it listens, and serves until nobody holds the other end of standard input.
pub(crate) fn run() -> Result<(), Failure> {
    let runtime = Runtime::new()?;
    let kinesis = runtime.block_on(Kinesis::start_behind(flush_outside_service_time))?;
    writeln!(io::stdout(), "{}", kinesis.endpoint())?;
    io::copy(&mut io::stdin(), &mut io::sink())?;
    Ok(())
}

fn flush_outside_service_time(service: Router) -> Router {
    service.layer(from_fn(|request: Request, next: Next| async move {
        let answer = next.run(request).await;
        tokio::time::sleep(SERVICE_TIME).await;
        answer
    }))
}
