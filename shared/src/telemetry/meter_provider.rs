//! The meter provider that the variables describe, made at the first measurement.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

use opentelemetry::metrics::MeterProvider as _;
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::metrics::{PeriodicReader, SdkMeterProvider};
use tokio::runtime::{Handle, RuntimeFlavor};

#[cfg(feature = "otlp")]
use super::export::MetricExport;
#[cfg(feature = "otlp")]
use super::settings::Settings;
use crate::contained::contained;
use crate::context::propagators::Propagators;
use crate::semantic_conventions::scope;

/// A provider's reader has a thread of its own, which a program that measures nothing need not have.
#[derive(Debug)]
pub(super) struct LazyMeterProvider(Mutex<State>);

#[derive(Debug)]
enum State {
    Off,
    #[cfg(feature = "otlp")]
    Planned(Box<Plan>),
    /// By its plan.
    #[cfg(feature = "otlp")]
    Made(SdkMeterProvider),
    /// By the program, and exporting wherever it likes.
    Given(SdkMeterProvider),
}

/// All that may be wrong with the variables has come out by now.
#[cfg(feature = "otlp")]
#[derive(Debug)]
struct Plan {
    exporter: MetricExport,
    interval: Duration,
    resource: Resource,
    propagators: Propagators,
}

impl LazyMeterProvider {
    pub(super) fn off() -> Self {
        Self(Mutex::new(State::Off))
    }

    #[cfg(feature = "otlp")]
    pub(super) fn of(settings: &Settings, resource: Resource, exporter: MetricExport) -> Self {
        let plan = Plan {
            exporter,
            interval: settings.metric_export_interval,
            resource,
            propagators: settings.propagators.clone(),
        };
        Self(Mutex::new(State::Planned(Box::new(plan))))
    }

    /// Makes it, if it is not made yet.
    pub(super) fn get(&self) -> Option<SdkMeterProvider> {
        let mut state = self.state();
        *state = match std::mem::replace(&mut *state, State::Off) {
            #[cfg(feature = "otlp")]
            State::Planned(plan) => State::Made(plan.carry_out()),
            other => other,
        };
        drop(state);
        self.made()
    }

    /// Nothing is measured, for any caller.
    pub(super) fn is_off(&self) -> bool {
        matches!(*self.state(), State::Off)
    }

    /// If a caller has asked for it.
    pub(super) fn made(&self) -> Option<SdkMeterProvider> {
        match &*self.state() {
            #[cfg(feature = "otlp")]
            State::Made(provider) => Some(provider.clone()),
            State::Given(provider) => Some(provider.clone()),
            #[cfg(feature = "otlp")]
            State::Planned(_) => None,
            State::Off => None,
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl From<SdkMeterProvider> for LazyMeterProvider {
    fn from(provider: SdkMeterProvider) -> Self {
        Self(Mutex::new(State::Given(provider)))
    }
}

impl Drop for LazyMeterProvider {
    /// With its last clone a provider exports once more, and waits for that.
    fn drop(&mut self) {
        let state = std::mem::replace(&mut *self.state(), State::Off);
        let State::Given(provider) = state else {
            contained(|| drop(state));
            return;
        };
        // Its exporter may need the current runtime, and one with a single thread cannot export while that waits.
        match Handle::try_current().map(|runtime| runtime.runtime_flavor()) {
            Ok(RuntimeFlavor::CurrentThread) => _ = thread::Builder::new().spawn(move || drop(provider)),
            // It may be its only worker.
            Ok(_) => _ = contained(|| tokio::task::block_in_place(|| drop(provider))),
            Err(_) => _ = contained(|| drop(provider)),
        }
    }
}

#[cfg(feature = "otlp")]
impl Plan {
    fn carry_out(self) -> SdkMeterProvider {
        let reader = PeriodicReader::builder(self.exporter).with_interval(self.interval).build();
        let provider = SdkMeterProvider::builder().with_resource(self.resource).with_reader(reader).build();
        contained(|| self.propagators.observe(&provider.meter_with_scope(scope())));
        provider
    }
}

#[cfg(test)]
#[cfg(feature = "otlp")]
mod tests {
    use std::sync::Arc;

    use super::super::export::{Exports, Losses, Signal, Tell};
    use super::super::settings::Variables;
    use super::*;

    fn lazy() -> LazyMeterProvider {
        let (settings, _) = Settings::read(&Variables::default());
        let tell = Tell(Arc::new(|_| ()));
        let losses = Arc::new(Losses::new(Signal::Metrics, tell.clone()));
        let exporter = Exports::start(&tell).unwrap().of_metrics(&settings, &losses).unwrap();
        LazyMeterProvider::of(&settings, Resource::builder_empty().build(), exporter)
    }

    #[test]
    fn the_provider_is_made_once_at_the_first_measurement() {
        let lazy = lazy();
        assert!(lazy.made().is_none());
        let made = lazy.get().unwrap();
        made.shutdown().unwrap();
        // It is the same, because it is shut down already.
        lazy.get().unwrap().shutdown().unwrap_err();
    }

    #[test]
    fn nothing_is_made_if_no_metrics_are_wanted() {
        assert!(LazyMeterProvider::off().get().is_none());
    }
}
