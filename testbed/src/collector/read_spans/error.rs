//! Files that cannot be read.

use std::io;

/// A file has something else than spans in it.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ReadSpansError {
    /// It begins as gzip, and cannot be unpacked.
    #[error("the file is gzip, and broken: was it copied, or its writer ended, before it was whole?")]
    Packed(#[source] io::Error),
    /// It is gzip, and there is more in it than is unpacked.
    #[error(
        "the file unpacks to more than {mib} MiB, which is the most that is read of one: divide its lines among several files"
    )]
    TooLarge {
        /// How much may be in it, in MiB.
        mib: u64,
    },
    /// It is not JSON there, or not such JSON; as a rule because it was cut off.
    #[error("line {line}: not JSON of spans (OTLP or Jaeger)")]
    Json {
        /// The line, from 1.
        line: usize,
        /// What is wrong with it.
        #[source]
        source: serde_json::Error,
    },
    /// It is JSON, and nothing is known of spans in it.
    #[error(
        "line {line}: neither OTLP (`resourceSpans`) nor Jaeger (`data`): take the file of a collector's `file` exporter, the log \
         of a function that has OTEL_TRACES_EXPORTER=otlp/stdout, or Jaeger's `/api/traces`"
    )]
    Foreign {
        /// The line at which it ends, from 1.
        line: usize,
    },
}
