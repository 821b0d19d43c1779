//! The spans of a run, passed on to where the `OTEL_EXPORTER_OTLP_*` variables say.

use std::io::{self, Write as _};
use std::time::Duration;

use kinetrace_testbed::collector::{Destination, Forwarded, Forwarder};
use kinetrace_testbed::printable::Printable;
use tokio::time::{MissedTickBehavior, interval};

use crate::outcome::Failure;
use crate::say::say;

/// Between two lines about how far it is.
const INTERVAL: Duration = Duration::from_secs(5);

/// `None` if no variable names a receiver. Says where spans go, and which variables have no effect on that.
pub(crate) async fn start() -> Result<Option<Forwarder>, Failure> {
    let lookup = |name: &str| std::env::var(name).ok();
    let Some(destination) = Destination::read(lookup)? else { return Ok(None) };
    destination.check().await?;
    say!("   spans also go to {}", Printable(&destination.to_string()));
    for line in Destination::without_effect(lookup) {
        say!("   {line}");
    }
    Ok(Some(Forwarder::start(destination)))
}

/// Waits until the receiver has taken every span, or is given up, and reports the result. The verdict is out by then.
pub(crate) async fn finish(forwarder: Option<&Forwarder>) {
    let Some(forwarder) = forwarder else { return };
    let mut ticks = interval(INTERVAL);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    ticks.tick().await;
    let forwarded = forwarder.finish();
    tokio::pin!(forwarded);
    let forwarded = loop {
        tokio::select! {
            forwarded = &mut forwarded => break forwarded,
            _ = ticks.tick() => {
                // A terminal that is gone ends nothing.
                drop(writeln!(io::stderr(), "  forwarded {}", Printable(&forwarder.forwarded().to_string())));
            }
        }
    };
    say!("{}", Printable(&conclusion(&forwarded, &forwarder.destination().to_string())));
}

fn conclusion(forwarded: &Forwarded, destination: &str) -> String {
    if forwarded.not_taken() == 0 {
        return format!("forwarded: {forwarded} to {destination}");
    }
    format!(
        "NOT ALL FORWARDED: {destination} took {forwarded}. Traces have gaps there; the verdict is about the spans as they \
         arrived here"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_says_how_many_spans_the_receiver_has_and_that_the_verdict_is_not_about_those_that_it_lacks() {
        let url = "http://localhost:4318/v1/traces";
        let whole = Forwarded { spans: 3, taken: 3, lost: [].into() };
        assert_eq!(conclusion(&whole, url), "forwarded: 3 of 3 spans to http://localhost:4318/v1/traces");
        let lost = [("answered 401 Unauthorized".to_owned(), 2)].into();
        let said = conclusion(&Forwarded { spans: 3, taken: 1, lost }, url);
        let expected =
            "NOT ALL FORWARDED: http://localhost:4318/v1/traces took 1 of 3 spans; 2 not taken (answered 401";
        assert!(said.starts_with(expected) && said.contains("verdict"), "{said}");
    }
}
