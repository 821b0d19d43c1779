//! Telemetry of a process, and its end.

use std::env;
use std::time::Duration;

use kinetrace::{Telemetry, TelemetryError};
use opentelemetry::global;
use tokio::signal::unix::{SignalKind, signal};

/// Spans leave as the `OTEL_*` variables say, also those of layers that ask OpenTelemetry's global provider.
pub fn start_telemetry() -> Result<Telemetry, TelemetryError> {
    let telemetry = Telemetry::from_env()?;
    if let Some(provider) = telemetry.provider() {
        global::set_tracer_provider(provider.clone());
    }
    global::set_text_map_propagator(telemetry.propagators().clone());
    Ok(telemetry)
}

/// Sends the last spans.
pub async fn flush(telemetry: &Telemetry) {
    telemetry.flush(Duration::from_secs(5)).await;
}

/// A variable of the environment, or its default.
pub fn variable(name: &str, default: &str) -> String {
    env::var(name).ok().filter(|value| !value.is_empty()).unwrap_or_else(|| default.to_owned())
}

/// Returns at Ctrl-C, or at SIGTERM, if it comes after this call.
pub fn asked_to_stop() -> impl Future<Output = ()> {
    let signals = [SignalKind::interrupt(), SignalKind::terminate()].map(signal);
    async {
        let [Ok(mut interrupt), Ok(mut terminate)] = signals else { return };
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
    }
}
