//! Contexts that came, and that the propagators in use do not read.

use std::sync::atomic::{AtomicBool, Ordering};

use crate::context::fields::Fields;
use crate::context::notation::Notation;

#[derive(Debug, Default)]
pub(super) struct Unread {
    is_told: AtomicBool,
}

impl Unread {
    pub(super) fn is_told(&self) -> bool {
        self.is_told.load(Ordering::Relaxed)
    }

    /// A line about fields that none of the propagators in use reads, if they name a trace and it is the first time.
    pub(super) fn first(&self, fields: &Fields, in_use: impl Iterator<Item = &'static str>) -> Option<String> {
        let unread: Vec<_> = Notation::all_of(fields).collect();
        if unread.is_empty() || self.is_told.swap(true, Ordering::Relaxed) {
            return None;
        }
        let named: Vec<_> = unread.iter().map(|notation| format!("`{}`", notation.field())).collect();
        let mut list: Vec<_> = in_use.collect();
        let in_use = list.join(",");
        list.extend(unread.first().map(|notation| notation.propagator()));
        Some(format!(
            "a record names its trace by {}, which none of the propagators in use ({in_use}) reads, so its trace ends at \
             the producer. OTEL_PROPAGATORS={} would read it. Further ones are not reported",
            named.join(" and "),
            list.join(",")
        ))
    }
}
