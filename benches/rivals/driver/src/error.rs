//! Why there is no comparison.

use std::fmt;
use std::path::PathBuf;

#[derive(Debug)]
pub(crate) enum Error {
    /// No function is called so.
    Unknown(String),
    /// Something of this machine, and the function that it was for.
    System(String, std::io::Error),
    /// There are none, or there should be none.
    Spans { name: &'static str, are_expected: bool },
    /// The function did not do what a function does; its log may say why.
    Function { name: String, what: String, log: PathBuf },
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unknown(name) => write!(f, "no function's name begins with {name:?}; --help says how to name them"),
            Self::System(what, error) => write!(f, "{what}: {error}"),
            Self::Spans { name, are_expected: true } => {
                write!(f, "the collector has no span of {name}, so its rows say nothing")
            }
            Self::Spans { name, are_expected: false } => {
                write!(f, "{name} should trace nothing, and the collector has spans of it")
            }
            Self::Function { name, what, log } => write!(f, "{name} {what}; what it wrote is in {}", log.display()),
        }
    }
}

impl std::error::Error for Error {}
