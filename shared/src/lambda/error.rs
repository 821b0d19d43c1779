//! Why a function cannot start.

use std::error::Error as StdError;
use std::fmt;

use super::environment::EnvironmentError;
use crate::causes::Causes;
use crate::key_names::KeyNamesError;
#[cfg(feature = "otlp")]
use crate::telemetry::TelemetryError;

/// Why a function cannot start, or go on.
///
/// Its `Debug` text is a sentence with its causes, for that is what Rust prints when `main` returns an error, also one that
/// has become a `Box<dyn Error>` or an error of `lambda_runtime`.
pub struct Error(Box<dyn StdError + Send + Sync>);

impl Error {
    /// An error that this one stands for.
    pub fn new(error: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        Self(error.into())
    }

    /// The error itself.
    pub fn into_inner(self) -> Box<dyn StdError + Send + Sync> {
        self.0
    }
}

impl From<Box<dyn StdError + Send + Sync>> for Error {
    fn from(error: Box<dyn StdError + Send + Sync>) -> Self {
        Self(error)
    }
}

impl From<EnvironmentError> for Error {
    fn from(error: EnvironmentError) -> Self {
        Self::new(error)
    }
}

impl From<KeyNamesError> for Error {
    fn from(error: KeyNamesError) -> Self {
        Self::new(error)
    }
}

#[cfg(feature = "otlp")]
impl From<TelemetryError> for Error {
    fn from(error: TelemetryError) -> Self {
        Self::new(error)
    }
}

impl StdError for Error {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.0.source()
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&Causes(self.0.as_ref()), f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, thiserror::Error)]
    #[error("the stream cannot be read")]
    struct Unreadable(#[source] fmt::Error);

    #[test]
    fn what_main_prints_is_a_sentence_with_its_causes_however_the_error_is_boxed() {
        let cause = fmt::Error.to_string();
        let error = Error::new(Unreadable(fmt::Error));
        assert_eq!(error.to_string(), "the stream cannot be read");
        assert_eq!(error.source().unwrap().to_string(), cause);
        let boxed: Box<dyn StdError + Send + Sync> = error.into();
        assert_eq!(format!("{boxed:?}"), format!("the stream cannot be read: {cause}"));
        assert_eq!(format!("{:?}", Error::from(boxed)), format!("the stream cannot be read: {cause}"));
    }
}
