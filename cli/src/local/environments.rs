//! Which environments run.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use kinetrace_testbed::function::FunctionHappening;

/// The numbers of the environments that run, by the place of their function. Clones are the same.
#[derive(Debug, Clone, Default)]
pub(super) struct Environments(Arc<Mutex<BTreeMap<usize, BTreeSet<u32>>>>);

impl Environments {
    /// Something happened to an environment of a function.
    pub(super) fn take(&self, function: usize, happening: &FunctionHappening) {
        match happening {
            FunctionHappening::Started { environment, .. } => {
                self.all().entry(function).or_default().insert(*environment);
            }
            FunctionHappening::Gone { environment, .. } => {
                self.all().entry(function).or_default().remove(environment);
            }
            _ => {}
        }
    }

    /// Those of a function that run, for people.
    pub(super) fn list(&self, function: usize) -> String {
        let numbers: Vec<_> = self.all().get(&function).into_iter().flatten().map(u32::to_string).collect();
        if numbers.is_empty() { "none".to_owned() } else { numbers.join(", ") }
    }

    fn all(&self) -> MutexGuard<'_, BTreeMap<usize, BTreeSet<u32>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
