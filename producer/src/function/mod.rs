//! The Lambda function `producer`: events in, by HTTP or directly, one result per event out.
//!
//! `configuration` says where to, `request` reads and checks everything before anything is published, `caller` decides what
//! of the caller's context is continued, `response` says what became of each event.

mod caller;
mod configuration;
mod request;
mod response;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, SystemTime};

use aws_sdk_kinesis::Client;
use aws_smithy_http_client::tls;
use kinetrace::history::Event;
use kinetrace::lambda::{FlushLayer, Invocation, check_environment, deadline, read_variables, register_last_flush};
use kinetrace::semantic_conventions as names;
use kinetrace::telemetry::contained;
use kinetrace::{Record, Telemetry};
use lambda_runtime::{Diagnostic, LambdaEvent, LambdaInvocation, Runtime, service_fn};
use opentelemetry::Context;
use opentelemetry::global::BoxedTracer;
use opentelemetry::trace::{FutureExt as _, Status, TraceContextExt as _};
use serde_json::value::RawValue;
use tokio::time::Instant;

use crate::delivery::{Ack, SendError};
use crate::publisher::{AutoDistribution, GiveUp, Publisher};
use crate::record_log::Handed;
use caller::Caller;
use configuration::Configuration;
use request::{Channel, Request};

pub use kinetrace::lambda::Error;

/// What is left of an invocation's time for the answer once the last record was given up.
const ANSWER_MARGIN: Duration = Duration::from_secs(1);

/// Runs the function until Lambda ends the process.
///
/// # Errors
///
/// The process does not run in Lambda, or a variable is missing or malformed.
pub async fn run() -> Result<(), Error> {
    check_environment()?;
    let configuration = read_variables(|get| Configuration::read(get))?;
    let telemetry = Telemetry::from_env()?;
    register_last_flush(&telemetry).await;
    let function = Arc::new(Function {
        client: client().await,
        configuration,
        tracer: telemetry.tracer(),
        telemetry: telemetry.clone(),
        warm: AtomicBool::new(false),
        has_published: AtomicBool::new(false),
    });
    let flush = FlushLayer::new(telemetry, |invocation: &LambdaInvocation| invocation.context.deadline());
    let service = service_fn(move |event: LambdaEvent<Box<RawValue>>| {
        let function = Arc::clone(&function);
        async move { function.invoke(event).await }
    });
    Runtime::new(service).layer(flush).run_concurrent().await?;
    Ok(())
}

/// What an invocation asks to be published, or why it is refused: for the fuzz target, which gets at nothing private.
#[doc(hidden)]
pub fn requested(invocation: &str, group_field: &str) -> Result<Vec<Record>, String> {
    Request::read(invocation, group_field).events.map_err(|bad| bad.to_string())
}

async fn client() -> Client {
    // The SDK's default client brings a second cryptography library, which takes minutes to build.
    let http = aws_smithy_http_client::Builder::new()
        .tls_provider(tls::Provider::Rustls(tls::rustls_provider::CryptoMode::Ring));
    let defaults = aws_config::defaults(aws_config::BehaviorVersion::latest()).http_client(http.build_https());
    Client::new(&defaults.load().await)
}

struct Function {
    client: Client,
    configuration: Configuration,
    telemetry: Telemetry,
    tracer: BoxedTracer,
    warm: AtomicBool,
    /// A publisher of this environment asked the stream how it distributes records, and went on.
    has_published: AtomicBool,
}

impl Function {
    async fn invoke(&self, event: LambdaEvent<Box<RawValue>>) -> Result<Box<RawValue>, Diagnostic> {
        let (event, lambda) = event.into_parts();
        let request = Request::read(event.get(), &self.configuration.group_field);
        let invocation = self.start_span(&lambda, &request);
        let answer = match request.events {
            Ok(records) => {
                let deadline = deadline(lambda.deadline());
                let results = self.publish(records, deadline).with_context(invocation.clone()).await;
                response::results(request.channel, &results)
            }
            Err(bad) => {
                contained(|| invocation.span().set_status(Status::error(bad.to_string())));
                response::refusal(request.channel, &bad)
            }
        };
        contained(|| invocation.span().end());
        answer
    }

    fn start_span(&self, lambda: &lambda_runtime::Context, request: &Request) -> Context {
        let invocation = Invocation {
            function_name: &lambda.env_config.function_name,
            invoked_arn: &lambda.invoked_function_arn,
            request_id: &lambda.request_id,
            trigger: match request.channel {
                Channel::Http => names::TRIGGER_HTTP,
                Channel::Direct => names::TRIGGER_OTHER,
            },
            cold_start: !self.warm.swap(true, Ordering::Relaxed),
            xray_trace_id: lambda.xray_trace_id.as_deref(),
        };
        let is_public = self.configuration.public_endpoint;
        let caller = Caller::read(&request.fields, self.telemetry.propagators(), is_public);
        let context = invocation.start(&self.tracer, &caller.parent);
        if let Some(link) = caller.link {
            contained(|| context.span().add_link(link, Vec::new()));
        }
        context
    }

    /// Each invocation has a publisher of its own: a group that one had to halt is not halted for the next.
    async fn publish(&self, records: Vec<Record>, deadline: SystemTime) -> Vec<Result<Ack, Box<SendError>>> {
        let time = deadline.duration_since(SystemTime::now()).unwrap_or_default().saturating_sub(ANSWER_MARGIN);
        let attempt = (time / 2).min(Duration::from_secs(5));
        let stream = &self.configuration.stream;
        let publisher = Publisher::builder(self.client.clone(), stream)
            .telemetry(&self.telemetry)
            .carrier(self.configuration.carrier)
            .max_record_bytes(self.configuration.max_record_bytes)
            .auto_distribution(self.auto_distribution())
            .key_names(self.configuration.key_names.clone())
            // A record of this request must not pass another one that failed, whenever that is noticed.
            .give_up(GiveUp::HaltGroup)
            .attempt_timeout(attempt)
            // The stream may have been asked for as long as one attempt, and the records' errors have to come in time.
            .delivery_timeout(time - attempt)
            .build();
        let answer_by = Instant::now() + time;
        let mut enqueued = Vec::with_capacity(records.len());
        for record in records {
            let key = self.configuration.key_names.name(&record.partition_key);
            let handed = Handed::now(stream, &key, &record.data);
            let delivery = match Instant::now() < answer_by {
                true => tokio::time::timeout_at(answer_by, publisher.enqueue(record)).await.ok(),
                // Room for it would be too late: one of its group may have had none.
                false => None,
            };
            enqueued.push((handed, delivery.unwrap_or_else(|| Err(Box::new(SendError::abandoned(None))))));
        }
        // Nothing may outlive the invocation: a put that went on would run beside those of the next.
        publisher.close_within(answer_by.saturating_duration_since(Instant::now())).await;
        let mut results = Vec::with_capacity(enqueued.len());
        for (handed, delivery) in enqueued {
            let result = match delivery {
                Ok(delivery) => delivery.await,
                Err(refused) => Err(refused),
            };
            if let Some(line) = handed.settled(&result) {
                Event::Produce(line).log();
            }
            results.push(result);
        }
        self.has_published.fetch_or(results.iter().any(Result::is_ok), Ordering::Relaxed);
        results
    }

    /// The stream is asked once in each environment, not in each invocation: an account may do so 20 times a second
    /// (<https://docs.aws.amazon.com/kinesis/latest/APIReference/API_DescribeStreamSummary.html>).
    fn auto_distribution(&self) -> AutoDistribution {
        let is_known = self.has_published.load(Ordering::Relaxed);
        if is_known { AutoDistribution::Allow } else { self.configuration.auto_distribution }
    }
}

#[cfg(test)]
mod tests;
