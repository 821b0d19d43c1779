//! Why an invocation has no response.

use std::path::PathBuf;
use std::time::Duration;

use super::program::ProgramError;
#[cfg(doc)]
use crate::configuration::Configuration;
use crate::runtime_api::FunctionError;
use crate::server::StartError;

/// An invocation without a response.
#[derive(Debug, thiserror::Error)]
pub enum InvokeError {
    /// The function said so; its environment is still good.
    #[error("the function failed with {error_type}: {message}")]
    Function {
        /// For instance a Rust type.
        error_type: String,
        /// The text.
        message: String,
    },
    /// The initialisation said so, before any invocation.
    #[error("the function's initialisation failed with {error_type}: {message}")]
    Init {
        /// For instance a Rust type.
        error_type: String,
        /// The text.
        message: String,
    },
    /// The environment did not ask for its first invocation in time, and was killed.
    #[error("the bootstrap did not ask for an invocation within {limit:?}: does it run the Lambda runtime?")]
    InitTimeout {
        /// [`Configuration::init_timeout`].
        limit: Duration,
    },
    /// The invocation was not over in time, and the environment was killed.
    #[error("the invocation was not over after {limit:?}: raise the function's timeout or lower the batch size")]
    Timeout {
        /// [`Configuration::timeout`].
        limit: Duration,
    },
    /// The process ended without an answer.
    #[error("the execution environment ended without an answer ({status}): its last log lines may say why")]
    Exited {
        /// For instance `exit status: 3` or `signal: 9 (SIGKILL)`.
        status: String,
    },
    /// There is no process.
    #[error("cannot start {}: {reason}", .bootstrap.display())]
    Spawn {
        /// [`Configuration::bootstrap`].
        bootstrap: PathBuf,
        /// Why, and what to do.
        reason: ProgramError,
    },
    /// There is no Runtime API.
    #[error("cannot start a Runtime API")]
    RuntimeApi(#[from] StartError),
    /// The function takes no more invocations.
    #[error("the function has been shut down: start another one")]
    ShutDown,
}

impl InvokeError {
    pub(super) fn function(FunctionError { error_type, message }: FunctionError) -> Self {
        Self::Function { error_type, message }
    }

    pub(super) fn init(FunctionError { error_type, message }: FunctionError) -> Self {
        Self::Init { error_type, message }
    }
}
