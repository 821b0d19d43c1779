//! A collector that answers when a test lets it.

use std::sync::{Arc, Condvar, Mutex};

use super::collector::{Collector, ok};

/// Holds answers back until it is opened.
#[derive(Clone, Default)]
pub(super) struct Gate(Arc<(Mutex<bool>, Condvar)>);

impl Gate {
    pub(super) fn pass(&self) {
        let (is_open, opens) = &*self.0;
        drop(opens.wait_while(is_open.lock().unwrap(), |is_open| !*is_open).unwrap());
    }

    pub(super) fn open(&self) {
        *self.0.0.lock().unwrap() = true;
        self.0.1.notify_all();
    }
}

/// A healthy one that answers nothing before that.
pub(super) fn gated() -> (Gate, Collector) {
    let gate = Gate::default();
    let held = gate.clone();
    let collector = Collector::start(move |_, _| {
        held.pass();
        ok()
    });
    (gate, collector)
}
