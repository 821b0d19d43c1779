//! Telemetry runs other people's code: samplers, span processors, instruments, propagators. Its panics end here.

use std::panic::{AssertUnwindSafe, catch_unwind};

use opentelemetry::Context;
use opentelemetry::trace::TraceContextExt;

/// Does `work`, which makes, ends or reads a span, or measures; `None` if it panicked.
///
/// Telemetry may cost spans, never a record, so every call that can reach a sampler, a span processor, a meter provider or
/// a propagator is made through this, and its caller goes on with what it had before. The panic is not silent: the panic
/// hook has reported it by then. `work` must not change anything else that is used afterwards, because it may stop half-way.
///
/// Dropping the last clone of a `Context` ends its span, and so is such a call, too.
///
/// Three panics cannot be contained here: in a program built with `panic = "abort"`; in a span processor whose `on_end`
/// panics while its panic in `on_start` unwinds, upon which Rust aborts; and below a span that the business code makes
/// by itself, which unwinds through the business code.
///
/// ```
/// use kinetrace::__private::contained;
///
/// assert_eq!(contained(|| 1), Some(1));
/// assert_eq!(contained(|| -> u8 { panic!("a span processor's bug") }), None);
/// ```
pub fn contained<T>(work: impl FnOnce() -> T) -> Option<T> {
    catch_unwind(AssertUnwindSafe(work)).ok()
}

/// What takes the place of a context whose span could not be made: `context`, below the current span of `above`.
///
/// That span is named by its ids only, so that what is done to the one that could not be made is not done to it.
pub fn stand_in(context: &Context, above: &Context) -> Context {
    let span = above.span().span_context().clone();
    // Samplers take a current span that is invalid for one that was not sampled.
    if span.is_valid() { context.with_remote_span_context(span) } else { context.clone() }
}
