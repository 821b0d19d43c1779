//! Instruments that are made by the first measurement, and whose panics cost measurements only.

use std::sync::OnceLock;

use opentelemetry::global;
use opentelemetry::metrics::Meter;

use super::Telemetry;
use crate::contained::contained;
use crate::semantic_conventions::scope;

/// Instruments, as one value, that do not exist before the first measurement, and not at all where nothing is measured.
///
/// They run other people's code, as tracing does, and are held to the same: a panic costs the measurement, never a
/// record.
#[derive(Debug)]
pub struct LazyInstruments<T> {
    /// It is kept, for metrics are exported as long as it lives.
    telemetry: Option<Telemetry>,
    /// `None` if nothing is measured, or they could not be made.
    made: OnceLock<Option<T>>,
}

impl<T> LazyInstruments<T> {
    /// Without telemetry of its own, those of the global meter provider as of the first measurement: what measures is
    /// often built before that provider is.
    pub fn new(telemetry: Option<Telemetry>) -> Self {
        Self { telemetry, made: OnceLock::new() }
    }

    /// Does `measure`, for the first time with what `make` made. `None` if nothing is measured, and neither was called
    /// then; or if there was a panic in them, of which [`contained`] says what remains.
    ///
    /// ```
    /// use kinetrace::__private::LazyInstruments;
    /// use kinetrace::{Propagators, Telemetry};
    /// use opentelemetry::metrics::{Counter, Meter};
    ///
    /// let off = LazyInstruments::new(Some(Telemetry::new(None, Propagators::default())));
    /// let make = |meter: &Meter| meter.u64_counter("records").build();
    /// assert_eq!(off.measure(make, |records: &Counter<u64>| records.add(1, &[])), None);
    /// ```
    pub fn measure<R>(&self, make: impl FnOnce(&Meter) -> T, measure: impl FnOnce(&T) -> R) -> Option<R> {
        let make = || match &self.telemetry {
            Some(telemetry) => telemetry.meter_if_any().as_ref().map(make),
            None => Some(make(&global::meter_with_scope(scope()))),
        };
        let made = self.made.get_or_init(|| contained(make).flatten()).as_ref()?;
        contained(|| measure(made))
    }
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use opentelemetry_sdk::metrics::SdkMeterProvider;

    use super::*;
    use crate::context::propagators::Propagators;

    fn off() -> Telemetry {
        Telemetry::new(None, Propagators::default())
    }

    fn on() -> Telemetry {
        off().with_meter_provider(SdkMeterProvider::builder().build())
    }

    #[test]
    fn they_are_made_once_by_the_first_measurement() {
        let (made, instruments) = (Cell::new(0), LazyInstruments::new(Some(on())));
        assert_eq!(made.get(), 0);
        for _ in 0..2 {
            assert_eq!(instruments.measure(|_| made.set(made.get() + 1), |()| "measured"), Some("measured"));
        }
        assert_eq!(made.get(), 1);
    }

    #[test]
    fn where_nothing_is_measured_nothing_is_made_and_nothing_is_asked() {
        let instruments = LazyInstruments::new(Some(off()));
        let asked = Cell::new(false);
        assert_eq!(instruments.measure(|_| asked.set(true), |()| asked.set(true)), None);
        assert!(!asked.get());
    }

    #[test]
    fn a_panic_costs_its_measurement_and_one_of_the_making_costs_them_all() {
        let instruments = LazyInstruments::new(Some(on()));
        assert_eq!(instruments.measure(|_| (), |()| -> u8 { panic!("an instrument's bug") }), None);
        assert_eq!(instruments.measure(|_| (), |()| 1), Some(1));
        let instruments = LazyInstruments::new(Some(on()));
        assert_eq!(instruments.measure(|_| -> u8 { panic!("a view's bug") }, |_| 1), None);
        assert_eq!(instruments.measure(|_| 0, |_| 1), None, "what could not be made is not tried for every record");
    }
}
