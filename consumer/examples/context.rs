//! The current trace, for a log line and the headers of a request, without a crate of OpenTelemetry.
//!
//! ```sh
//! cargo lambda build --release --arm64 -p kinetrace-consumer --example context
//! ```

use kinetrace_consumer::{Error, Failure, Record, TraceContext};

#[tokio::main]
async fn main() -> Result<(), Error> {
    kinetrace_consumer::run(handle).await
}

async fn handle(trace: TraceContext, record: Record) -> Result<(), Failure> {
    println!("trace {}, span {}: {} bytes", trace.trace_id(), trace.span_id(), record.payload.len());
    for (name, value) in trace.headers() {
        println!("{name}: {value}"); // request.header(name, value)
    }
    Ok(())
}
