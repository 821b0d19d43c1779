//! A handler's word, besides its result, that it did nothing.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use opentelemetry::Context;

/// Whether the record was not handed to the business code. It travels in the context, as the span does: several records
/// may be under way at once.
#[derive(Debug, Clone, Default)]
pub(crate) struct Skip(Arc<AtomicBool>);

impl Skip {
    /// Says so of the current record.
    pub(crate) fn say() {
        Context::map_current(|context| context.get::<Self>().map(|skip| skip.0.store(true, Ordering::Relaxed)));
    }

    /// Whether it was said.
    pub(crate) fn is_said(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}
