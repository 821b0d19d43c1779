//! The entry point, as short as it can be.

use crate::any_handler::AnyHandler;
use crate::consumer::Consumer;
use crate::handler::IntoHandler;

pub use kinetrace::lambda::Error;

/// Runs a Lambda function that hands every record to `handler`, until Lambda ends the process:
/// `Consumer::builder(handler).run()`, with nothing chosen.
///
/// It serves events of Amazon Kinesis and of Apache Kafka, told apart by what they hold ([`Event`](crate::Event)).
///
/// On Lambda Managed Instances, where `AWS_LAMBDA_MAX_CONCURRENCY` is above 1, as many invocations are processed at once as
/// it says, each of another shard or of other partition keys; otherwise one after another.
///
/// How records are read is set by `KINETRACE_STRIP_FOREIGN` and `KINETRACE_READ_PARTITION_KEY` (`true` or `false`), how
/// their spans relate to their contexts by `KINETRACE_RELATION` (`auto`, `parent` or `link`), and how many are processed
/// at once by `KINETRACE_MAX_CONCURRENCY`: see [`ConsumerBuilder`](crate::ConsumerBuilder). `KINETRACE_KAFKA_ANSWER` (`error` or `items`) says how records of Kafka that are not done
/// are reported, and `KINETRACE_READ_KAFKA_VALUES` (`true` or `false`) whether their values are read for a context. With `KINETRACE_HASH_KEYS=true`, lines name partition
/// keys by their hashes, which `KINETRACE_HASH_KEYS_SECRET` makes hard to guess: see [`KeyNames`](kinetrace::KeyNames). So do spans, unless
/// `KINETRACE_KEY_ATTRIBUTE=false` keeps keys out of them.
///
/// `KINETRACE_RECORD_LOG` says which records have a line on standard output: `all`, `failures` or `none`, which is the default:
/// see [`RecordLog`](crate::RecordLog).
///
/// Telemetry is set up from the `OTEL_*` variables, and leaves as `KINETRACE_FLUSH_INVOCATIONS` and
/// `KINETRACE_FLUSH_SECONDS` say: see [`FlushPolicy`](kinetrace::FlushPolicy). If that is not after every
/// invocation, what waits leaves upon `SIGTERM`, and this returns: see [`register_last_flush`](kinetrace::lambda::register_last_flush).
///
/// The provider and the propagators also become OpenTelemetry's global ones, by which layers around the clients of other
/// services open spans and send contexts. A `tracing` subscriber is installed unless there is one
/// already, so that whatever the handler opens lands below its record's span: of `tracing` spans, those from `INFO` up.
/// `RUST_LOG`, or else `AWS_LAMBDA_LOG_LEVEL`, filters what is logged, not what is traced. Lines go to standard error, as
/// JSON with the `request_id` of the invocation and the `trace_id` and `span_id` of the current span. A task that the handler
/// spawns is part of no invocation, nor of a span: its lines have none of the three.
/// [`ConsumerBuilder::set_up_process`](crate::ConsumerBuilder::set_up_process) switches all of this off.
///
/// # Errors
///
/// The process does not run in Lambda, or a variable of the business is malformed: those of reading records, of
/// concurrency and of keys. One of telemetry or of the log is reported on standard error, and stops nothing.
pub async fn run<M>(handler: impl IntoHandler<M, Handler: AnyHandler>) -> Result<(), Error> {
    Consumer::builder(handler).run().await
}
