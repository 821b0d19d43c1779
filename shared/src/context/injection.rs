//! How it went to send a context with a record.

use std::fmt;

/// How the attempt to send a context with a record ended. None of these fails a put.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Injection {
    /// The context travels with the record.
    Injected,
    /// There was no valid span to tell about.
    NoContext,
    /// The record carries a context already, and keeps it: on Kinesis always, on Kafka where that is asked for.
    AlreadyPresent,
    /// With the context, the record would be larger than the stream or the topic allows. The record is as it was.
    TooLarge,
    /// This carrier cannot carry these fields on this record. The record is as it was.
    Unsupported,
}

impl fmt::Display for Injection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Injection::Injected => "injected",
            Injection::NoContext => "no_context",
            Injection::AlreadyPresent => "already_present",
            Injection::TooLarge => "too_large",
            Injection::Unsupported => "unsupported",
        })
    }
}
