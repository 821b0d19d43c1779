//! Contexts that came, and that the propagators in use do not read.

use std::sync::atomic::{AtomicBool, Ordering};

use super::{Notation, Propagators};
use crate::fields::Fields;

#[derive(Debug, Default)]
pub(super) struct Unread {
    is_told: AtomicBool,
}

impl Propagators {
    /// A line about the first fields that name a trace which none of the propagators in use reads, once: clones count
    /// together. It names fields and never their values. Where no propagator is in use, that was somebody's decision.
    pub fn first_unread(&self, fields: &Fields) -> Option<String> {
        if self.list.is_empty() || self.unread.is_told.load(Ordering::Relaxed) || self.read_by(fields).is_some() {
            return None;
        }
        let unread: Vec<_> = Notation::all_of(fields).collect();
        if unread.is_empty() || self.unread.is_told.swap(true, Ordering::Relaxed) {
            return None;
        }
        let named: Vec<_> = unread.iter().map(|notation| format!("`{}`", notation.field())).collect();
        let mut list: Vec<_> = self.names().collect();
        let in_use = list.join(",");
        list.extend(unread.first().map(|notation| notation.propagator()));
        Some(format!(
            "a record names its trace by {}, which none of the propagators in use ({in_use}) reads, so its trace ends at \
             the producer. OTEL_PROPAGATORS={} would read it. Further ones are not told of",
            named.join(" and "),
            list.join(",")
        ))
    }
}
