//! The embedded Kinesis as a process of its own, so that what it holds and does is not counted as a producer's.

use std::fs;
use std::io::{self, Write as _};
use std::time::Duration;

use axum::Router;
use axum::extract::Request;
use axum::middleware::{Next, from_fn};
use kinetrace_testbed::kinesis::Kinesis;
use kinetrace_testbed::kinesis::faults::{Decision, EntryFault, Faults};

use crate::failure::Failure;
use crate::{authority, tls};

/// The first argument of a process that is to be the Kinesis; after it the file for the certificate of its authority, and
/// [`THROTTLED`] or [`UNTROUBLED`].
pub(crate) const ROLE: &str = "--kinesis";
pub(crate) const THROTTLED: &str = "throttled";
pub(crate) const UNTROUBLED: &str = "untroubled";

/// What each call takes in addition to the emulator's own work. No lock is held meanwhile: calls wait side by side.
const SERVICE_TIME: Duration = Duration::from_millis(10);

/// More puts than any case makes, and the most entries that one has.
const PUTS: usize = 20_000;
const ENTRIES: usize = 500;

/// In a thousand entries.
const REFUSED: u16 = 50;

/// Says where it listens, without TLS and with it, and serves until nobody holds the other end of standard input.
pub(crate) async fn run(certificate: &str, faults: &str) -> Result<(), Failure> {
    let kinesis = match faults {
        THROTTLED => Kinesis::start_behind(|service| take_service_time(throttled().wrap(service))).await?,
        _ => Kinesis::start_behind(take_service_time).await?,
    };
    let plain = kinesis.endpoint().trim_start_matches("http://").parse()?;
    let (pem, config) = authority::server()?;
    fs::write(certificate, pem)?;
    let encrypted = tls::listen(plain, config).await?;
    writeln!(io::stdout(), "{} https://{encrypted}", kinesis.endpoint())?;
    tokio::task::spawn_blocking(|| io::copy(&mut io::stdin(), &mut io::sink())).await??;
    Ok(())
}

fn take_service_time(service: Router) -> Router {
    service.layer(from_fn(|request: Request, next: Next| async move {
        let answer = next.run(request).await;
        tokio::time::sleep(SERVICE_TIME).await;
        answer
    }))
}

/// The same refusals for all: they depend on the position of a put and of an entry in it.
fn throttled() -> Faults {
    let mut random = fastrand::Rng::with_seed(1);
    let mut entry = || (random.u16(0..1000) < REFUSED).then_some(EntryFault::Throttled);
    Faults::scripted((0..PUTS).map(|_| {
        let entries = (0..ENTRIES).map(|_| entry()).collect();
        Decision { entries, ..Decision::default() }
    }))
}
