//! A place for one invocation in an environment.

use std::sync::Arc;

use bytes::Bytes;

use super::deployed::{Call, Deployed};
use crate::environment::InvokeError;

/// A slot that is taken. Its environment is killed unless it is freed: the process may still be at work.
pub(super) struct Slot(Option<Arc<Deployed>>);

impl Slot {
    pub(super) fn of(environment: Arc<Deployed>) -> Self {
        Self(Some(environment))
    }

    pub(super) async fn ready(&self) -> Result<(), InvokeError> {
        match &self.0 {
            Some(environment) => environment.ready().await,
            None => Err(InvokeError::ShutDown),
        }
    }

    pub(super) async fn invoke(&self, call: Call) -> Result<Bytes, InvokeError> {
        match &self.0 {
            Some(environment) => environment.invoke(call).await,
            None => Err(InvokeError::ShutDown),
        }
    }

    /// As [`Deployed::has_crashed`].
    pub(super) fn has_crashed(&self) -> bool {
        self.0.as_ref().is_some_and(|environment| environment.has_crashed())
    }

    pub(super) fn free(mut self) -> Option<Arc<Deployed>> {
        self.0.take()
    }
}

impl Drop for Slot {
    fn drop(&mut self) {
        if let Some(environment) = &self.0 {
            environment.kill();
        }
    }
}
