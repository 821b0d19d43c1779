//! What is seen of a function's environments, for those who watch it.

/// Something that happened to an environment, or in it.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum FunctionHappening {
    /// Its process was started.
    Started {
        /// Environments are numbered from 0.
        environment: u32,
        /// The process, if it still runs.
        process: Option<u32>,
    },
    /// It asked for its first invocation.
    Ready {
        /// The environment.
        environment: u32,
    },
    /// It was handed an invocation.
    Began {
        /// The environment.
        environment: u32,
        /// `Lambda-Runtime-Aws-Request-Id`.
        request_id: String,
        /// The number that the caller gave it, if any: a mapping's, as in
        /// [`Happening::Began`](crate::event_source_mapping::Happening::Began).
        number: Option<u64>,
    },
    /// It has answered, or the invocation has ended without an answer.
    Ended {
        /// The environment.
        environment: u32,
        /// The invocation.
        request_id: String,
        /// Why there is no answer.
        error: Option<String>,
    },
    /// It was made to stand still on demand, whatever it was doing.
    Hung {
        /// The environment.
        environment: u32,
    },
    /// Its process has ended.
    Gone {
        /// The environment.
        environment: u32,
        /// For instance `exit status: 0` or `signal: 9 (SIGKILL)`.
        status: String,
    },
    /// The program has changed, so the next invocation takes a new environment.
    NewBuild,
}
