//! A span by its name, or a failed test.

use std::fmt;

use opentelemetry_sdk::trace::SpanData;

#[track_caller]
pub(crate) fn span<'a>(spans: &'a [SpanData], name: &str) -> &'a SpanData {
    // A closure would have the panic name this place, and not the test's.
    let Some(span) = spans.iter().find(|span| span.name == name) else {
        let names: Vec<_> = spans.iter().map(|span| span.name.as_ref()).collect();
        panic_of(&format_args!("no span has the name {name:?}; there are {names:?}"));
    };
    span
}

#[track_caller]
#[expect(clippy::panic, reason = "a test that asks for what is not there has failed")]
pub(crate) fn panic_of(message: &fmt::Arguments<'_>) -> ! {
    panic!("{message}")
}
