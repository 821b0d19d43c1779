//! A port on which a server cannot listen.

use std::error::Error;

/// A server cannot listen.
#[derive(Debug, thiserror::Error)]
#[error(
    "{what} cannot listen on 127.0.0.1:{port}: end the program that does, or choose another port by `{flag}` (0: a free one)"
)]
pub(crate) struct PortError {
    what: &'static str,
    flag: &'static str,
    port: u16,
    source: Box<dyn Error + Send + Sync>,
}

impl PortError {
    /// Which server it is, and which flag chooses its port.
    pub(crate) fn of<E: Into<Box<dyn Error + Send + Sync>>>(
        what: &'static str,
        flag: &'static str,
        port: u16,
    ) -> impl Fn(E) -> Self {
        move |source| Self { what, flag, port, source: source.into() }
    }
}
