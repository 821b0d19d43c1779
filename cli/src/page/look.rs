//! Looks at a model that others fill.

use std::sync::{Arc, Mutex, PoisonError};

use tokio::task::{JoinError, spawn_blocking};

use super::model::Model;

/// Looks at the model on a thread that may wait. While a document is made of it, nothing else can have it, and a thread of the run
/// would stand still for as long.
///
/// # Errors
///
/// If the program ends meanwhile.
pub(super) async fn look<T: Send + 'static>(
    model: &Arc<Mutex<Model>>,
    look: impl FnOnce(&mut Model) -> T + Send + 'static,
) -> Result<T, JoinError> {
    let model = Arc::clone(model);
    spawn_blocking(move || look(&mut model.lock().unwrap_or_else(PoisonError::into_inner))).await
}
