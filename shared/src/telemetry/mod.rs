//! Telemetry as the `OTEL_*` variables describe it: providers that export over OTLP/HTTP, and the propagators.
//!
//! The variables are read here, and the SDK and its exporters are told what they say: they ignore some of them, and fall back
//! in silence where others are malformed. One that does not do what it says gets a warning, and none stops a program. `docs/reference/telemetry.md` has a row for each.

mod flush;
mod flush_policy;
mod flushing;
mod lazy_instruments;
#[cfg(feature = "otlp-logs")]
mod logs;
mod meter_provider;
mod providers;
mod record_tracer;

#[cfg(feature = "otlp")]
mod export;
#[cfg(feature = "otlp")]
mod from_env;
#[cfg(feature = "otlp")]
mod settings;
#[cfg(feature = "otlp")]
mod tracer_provider;
#[cfg(feature = "otlp")]
mod weight;

#[cfg(feature = "otlp")]
pub use export::MAX_QUEUE_BYTES;
pub use flush_policy::FlushPolicy;
#[cfg(feature = "lambda")]
pub(crate) use flush_policy::{Backlog as Unflushed, VARIABLES as FLUSH_VARIABLES};
pub(crate) use flushing::BUDGET;
#[cfg(feature = "otlp")]
pub use from_env::TelemetryError;
pub use lazy_instruments::LazyInstruments;
pub use providers::Telemetry;
pub use record_tracer::RecordTracer;
#[cfg(feature = "otlp")]
pub use settings::MAX_LINKS_PER_SPAN;
