//! Which operations are called.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, PoisonError};

use axum::Router;
use axum::extract::{Request, State};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::Response;

use super::operation::operation;

/// The operations that clients call, by name; clones share them.
#[derive(Debug, Clone, Default)]
pub struct Calls(Arc<Mutex<BTreeSet<String>>>);

impl Calls {
    /// The service, whose calls are noted.
    pub fn wrap(&self, service: Router) -> Router {
        service.layer(from_fn_with_state(self.clone(), note))
    }

    /// Those that were called since they were last asked for.
    pub fn take(&self) -> BTreeSet<String> {
        std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

async fn note(State(calls): State<Calls>, request: Request, next: Next) -> Response {
    calls.0.lock().unwrap_or_else(PoisonError::into_inner).insert(operation(&request).to_owned());
    next.run(request).await
}
