//! The Lambda function `producer`: events in, by HTTP or directly, one result per event out.
//!
//! * `configuration`: where to.
//! * `object`: the members of an invocation, as they stand.
//! * `channel`, `http`: how it was called, and what an HTTP request holds: `headers` and `body`.
//! * `request`: what it asks for; everything is read and checked before anything is published.
//! * `caller`: what of the caller's context is continued.
//! * `answer_room`: how many events that may be, so that the answer fits.
//! * `margin`: how much time is kept for that answer.
//! * `publication`: the events on their way, each with its line as soon as its fate is known.
//! * `event_result`, `status`, `response`: what the caller is told.

mod answer_room;
mod body;
mod caller;
mod channel;
mod configuration;
mod event_result;
mod headers;
mod http;
mod margin;
mod object;
mod publication;
mod request;
mod response;
mod status;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, SystemTime};

use aws_sdk_kinesis::Client;
use aws_smithy_http_client::tls;
use kinetrace::lambda::{
    FlushLayer, Invocation, LogControls, check_environment, deadline, read_variables, register_last_flush,
    report_panics,
};
use kinetrace::semantic_conventions as names;
use kinetrace::telemetry::contained;
use kinetrace::{MAX_TEXT, Record, StderrLines, Telemetry, complain, one_line};
use lambda_runtime::{Diagnostic, LambdaEvent, LambdaInvocation, Runtime, service_fn};
use opentelemetry::Context;
use opentelemetry::global::BoxedTracer;
use opentelemetry::trace::{FutureExt as _, Status, TraceContextExt as _};
use serde_json::value::RawValue;
use tokio::time::Instant;

use crate::publisher::{AutoDistribution, GiveUp, Publisher};
use caller::Caller;
use channel::Channel;
use configuration::Configuration;
use event_result::{EventResult, NotPublished};
use margin::margin;
use request::{Events, Request};

pub use kinetrace::lambda::Error;

/// Runs the function until Lambda ends the process.
///
/// # Errors
///
/// The process does not run in Lambda, or a variable of the business is missing or malformed. One of telemetry is told of on
/// standard error, and stops nothing.
pub async fn run() -> Result<(), Error> {
    report_panics();
    // An error means that the program has a subscriber, which stays.
    let _ = tracing::subscriber::set_global_default(StderrLines);
    check_environment()?;
    let configuration = read_variables(|get| Configuration::read(get))?;
    LogControls::read(|name| std::env::var(name).ok()).without_levels().iter().for_each(complain);
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
    let request = Request::read(invocation, group_field);
    request.events.map(|events| events.records).map_err(|bad| bad.to_string())
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
            Ok(events) => {
                let left = deadline(lambda.deadline()).duration_since(SystemTime::now()).unwrap_or_default();
                let time = left - margin(events.records.len(), lambda.env_config.memory, left);
                let results = self.publish(events, time).with_context(invocation.clone()).await;
                match NotPublished::of(&results).filter(|_| request.asynchronous) {
                    Some(failed) => {
                        let text = failed.to_string();
                        contained(|| invocation.span().set_status(Status::error(text.clone())));
                        response::failure("kinetrace.NotPublished", &text)
                    }
                    None => response::results(request.channel, &results),
                }
            }
            Err(bad) => {
                let text = one_line(&bad.to_string(), MAX_TEXT).into_owned();
                contained(|| invocation.span().set_status(Status::error(text.clone())));
                response::refusal(request.channel, bad.status(), &text)
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
                Channel::Http | Channel::LoadBalancer { .. } => names::TRIGGER_HTTP,
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

    /// Within `time`. Each invocation has a publisher of its own: a group that one had to halt is not halted for the next.
    async fn publish(&self, Events { records, room }: Events, time: Duration) -> Vec<EventResult> {
        let answer_by = Instant::now() + time;
        let attempt = (time / 2).min(Duration::from_secs(5));
        let stream = &self.configuration.stream;
        let publisher = Publisher::builder(self.client.clone(), stream)
            .telemetry(&self.telemetry)
            .carrier(self.configuration.carrier)
            .max_record_bytes(self.configuration.max_record_bytes)
            .auto_distribution(self.auto_distribution())
            .key_names(self.configuration.key_names.clone())
            .key_attribute(self.configuration.key_attribute)
            // Here a failure is known while later records are still handed over: they must not pass the failed one.
            .give_up(GiveUp::HaltGroup)
            .attempt_timeout(attempt)
            // The stream may have been asked for as long as one attempt, and the records' errors have to come in time.
            .delivery_timeout(time - attempt)
            .build();
        let key_names = &self.configuration.key_names;
        let results = publication::publish(publisher, (stream, key_names), records, room, answer_by).await;
        self.has_published.fetch_or(results.iter().any(EventResult::is_published), Ordering::Relaxed);
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
