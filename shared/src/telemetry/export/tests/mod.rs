//! What happens to spans and metrics between their end and a collector, on real connections.

mod authority;
mod certificates;
mod collector;
mod compression;
mod ending;
mod errors;
mod forward_proxy;
mod gate;
mod losing;
mod proxies;
mod room;

use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::time::Duration;

use opentelemetry::trace::Tracer as _;

use super::super::Telemetry;
use super::super::settings::Settings;
use super::losses::Tell;

/// What should happen does so long before.
const PATIENCE: Duration = Duration::from_secs(60);

/// What was told.
#[derive(Debug, Clone, Default)]
struct Lines(Arc<(Mutex<Vec<String>>, Condvar)>);

impl Lines {
    fn tell(&self) -> Tell {
        let lines = self.clone();
        Tell(Arc::new(move |line| {
            lines.0.0.lock().unwrap_or_else(PoisonError::into_inner).push(line.to_owned());
            lines.0.1.notify_all();
        }))
    }

    fn take(&self) -> Vec<String> {
        std::mem::take(&mut *self.0.0.lock().unwrap())
    }

    /// The first one.
    fn wait(&self) -> String {
        let (lines, told) = &*self.0;
        let waited = told.wait_timeout_while(lines.lock().unwrap(), PATIENCE, |lines| lines.is_empty());
        waited.unwrap().0.remove(0)
    }
}

/// With a collector at `base`, whatever stands there. Spans are sent by flushes and full batches only.
fn telemetry(base: &str, variables: &[(&str, &str)]) -> (Telemetry, Lines) {
    let base = base.to_owned();
    exporting_to([format!("{base}/v1/traces"), format!("{base}/v1/metrics")], variables)
}

fn exporting_to([traces, metrics]: [String; 2], variables: &[(&str, &str)]) -> (Telemetry, Lines) {
    let never = ("OTEL_BSP_SCHEDULE_DELAY", "3600000");
    let (mut settings, _) = Settings::read(&variables.iter().copied().chain([never]).collect());
    settings.traces.endpoint = traces;
    settings.metrics.endpoint = metrics;
    let lines = Lines::default();
    (Telemetry::telling(&settings, &lines.tell()), lines)
}

/// As these variables say, all of them. What is reported about them is among the lines.
fn configured(variables: &[(&str, &str)]) -> (Telemetry, Lines) {
    let never = ("OTEL_BSP_SCHEDULE_DELAY", "3600000");
    let (settings, warnings) = Settings::read(&variables.iter().copied().chain([never]).collect());
    let lines = Lines::default();
    warnings.iter().for_each(|warning| lines.tell().line(warning));
    (Telemetry::telling(&settings, &lines.tell()), lines)
}

/// So many spans begin and end.
fn end_spans(telemetry: &Telemetry, number: usize) {
    let tracer = telemetry.tracer();
    (0..number).for_each(|_| drop(tracer.start("span")));
}
