//! The meter provider that the variables describe, made when somebody measures.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

use opentelemetry::metrics::MeterProvider as _;
use opentelemetry_otlp::{MetricExporter, Protocol, RetryPolicy, WithExportConfig, WithHttpConfig};
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::metrics::{PeriodicReader, SdkMeterProvider, Temporality};
use tokio::runtime::{Handle, RuntimeFlavor};

use super::http_client::OnRuntime;
use super::settings::{Exporter, Settings};
use super::{TelemetryError, contained};
use crate::propagators::Propagators;
use crate::semantic_conventions::scope;

/// A provider's reader has a thread of its own, which a program that measures nothing need not have.
#[derive(Debug)]
pub(super) struct LazyMeterProvider(Mutex<State>);

#[derive(Debug)]
enum State {
    Off,
    Planned(Box<Plan>),
    Made(SdkMeterProvider),
}

/// All that may be wrong with the variables has come out by now.
#[derive(Debug)]
struct Plan {
    exporter: MetricExporter,
    interval: Duration,
    resource: Resource,
    propagators: Propagators,
}

impl LazyMeterProvider {
    pub(super) fn off() -> Self {
        Self(Mutex::new(State::Off))
    }

    pub(super) fn of(settings: &Settings, resource: Resource, client: &OnRuntime) -> Result<Self, TelemetryError> {
        if settings.metrics.exporter == Exporter::None {
            return Ok(Self::off());
        }
        let plan = Plan {
            exporter: exporter(settings, client)?,
            interval: settings.metric_export_interval,
            resource,
            propagators: settings.propagators.clone(),
        };
        Ok(Self(Mutex::new(State::Planned(Box::new(plan)))))
    }

    /// Makes it, if it is not made yet.
    pub(super) fn get(&self) -> Option<SdkMeterProvider> {
        let mut state = self.state();
        *state = match std::mem::replace(&mut *state, State::Off) {
            State::Planned(plan) => State::Made(plan.carry_out()),
            other => other,
        };
        drop(state);
        self.made()
    }

    /// Nothing is measured, whoever asks.
    pub(super) fn is_off(&self) -> bool {
        matches!(*self.state(), State::Off)
    }

    /// If somebody has asked for it.
    pub(super) fn made(&self) -> Option<SdkMeterProvider> {
        match &*self.state() {
            State::Made(provider) => Some(provider.clone()),
            State::Off | State::Planned(_) => None,
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl From<SdkMeterProvider> for LazyMeterProvider {
    fn from(provider: SdkMeterProvider) -> Self {
        Self(Mutex::new(State::Made(provider)))
    }
}

impl Drop for LazyMeterProvider {
    /// With its last clone a provider exports once more, and waits for that. A runtime with one thread cannot do the one
    /// during the other.
    fn drop(&mut self) {
        let Some(provider) = self.made() else { return };
        *self.state() = State::Off;
        match Handle::try_current().map(|runtime| runtime.runtime_flavor()) {
            Ok(RuntimeFlavor::CurrentThread) => _ = thread::Builder::new().spawn(move || drop(provider)),
            // It may be its only worker.
            Ok(_) => _ = contained(|| tokio::task::block_in_place(|| drop(provider))),
            Err(_) => _ = contained(|| drop(provider)),
        }
    }
}

impl Plan {
    fn carry_out(self) -> SdkMeterProvider {
        let reader = PeriodicReader::builder(self.exporter).with_interval(self.interval).build();
        let provider = SdkMeterProvider::builder().with_resource(self.resource).with_reader(reader).build();
        contained(|| self.propagators.observe(&provider.meter_with_scope(scope())));
        provider
    }
}

fn exporter(settings: &Settings, client: &OnRuntime) -> Result<MetricExporter, TelemetryError> {
    let retries = match settings.temporality {
        // The next export says all that this one could not. So nobody has to wait for a collector that takes no metrics.
        Temporality::Cumulative => RetryPolicy::disabled(),
        _ => RetryPolicy::default(),
    };
    let mut exporter = MetricExporter::builder()
        .with_temporality(settings.temporality)
        .with_http()
        .with_http_client(client.with_timeout(settings.metrics.timeout))
        .with_protocol(Protocol::HttpBinary)
        .with_timeout(settings.metrics.timeout)
        .with_retry_policy(retries);
    if let Some(endpoint) = &settings.metrics.endpoint {
        exporter = exporter.with_endpoint(endpoint);
    }
    Ok(exporter.build()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(variables: &[(&str, &str)]) -> LazyMeterProvider {
        let find = |name: &str| variables.iter().find(|(n, _)| *n == name).map(|(_, value)| (*value).to_owned());
        let settings = Settings::read(find).unwrap();
        let client = OnRuntime::new(settings.metrics.timeout).unwrap();
        LazyMeterProvider::of(&settings, Resource::builder_empty().build(), &client).unwrap()
    }

    #[tokio::test]
    async fn the_provider_is_made_when_somebody_measures_and_once() {
        let lazy = of(&[]);
        assert!(lazy.made().is_none());
        let made = lazy.get().unwrap();
        made.shutdown().unwrap();
        // It is the same, for it is shut down already.
        lazy.get().unwrap().shutdown().unwrap_err();
    }

    #[tokio::test]
    async fn nothing_is_made_if_no_metrics_are_wanted() {
        assert!(of(&[("OTEL_METRICS_EXPORTER", "none")]).get().is_none());
    }
}
