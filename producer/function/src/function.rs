//! One invocation of the function: its span, its request, what is published of it, and the answer.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, SystemTime};

use aws_sdk_kinesis::Client;
use kinetrace::__private::contained;
use kinetrace::__private::semantic_conventions as names;
use kinetrace::__private::{MAX_TEXT, one_line};
use kinetrace::Telemetry;
use kinetrace::lambda::{Invocation, deadline};
use kinetrace_producer::{AutoDistribution, FailurePolicy, Publisher};
use lambda_runtime::{Diagnostic, LambdaEvent};
use opentelemetry::Context;
use opentelemetry::global::BoxedTracer;
use opentelemetry::trace::{FutureExt as _, Status, TraceContextExt as _};
use serde_json::value::RawValue;
use tokio::time::Instant;

use crate::caller::Caller;
use crate::channel::Channel;
use crate::configuration::Configuration;
use crate::event_result::{EventResult, NotPublishedError};
use crate::margin::margin;
use crate::publication;
use crate::request::{Events, Request};
use crate::response;

/// The function in this environment.
pub(crate) struct Function {
    client: Client,
    configuration: Configuration,
    telemetry: Telemetry,
    tracer: BoxedTracer,
    warm: AtomicBool,
    /// A publisher of this environment asked the stream how it distributes records, and went on.
    has_published: AtomicBool,
}

impl Function {
    pub(crate) fn new(client: Client, configuration: Configuration, telemetry: Telemetry) -> Self {
        Self {
            client,
            configuration,
            tracer: telemetry.tracer(),
            telemetry,
            warm: AtomicBool::new(false),
            has_published: AtomicBool::new(false),
        }
    }

    pub(crate) async fn invoke(&self, event: LambdaEvent<Box<RawValue>>) -> Result<Box<RawValue>, Diagnostic> {
        let (event, lambda) = event.into_parts();
        let request = Request::read(event.get(), &self.configuration.group_field);
        let invocation = self.start_span(&lambda, &request);
        let answer = match request.events {
            Ok(events) => {
                let left = deadline(lambda.deadline()).duration_since(SystemTime::now()).unwrap_or_default();
                let time = left - margin(events.records.len(), lambda.env_config.memory, left);
                let results = self.publish(events, time).with_context(invocation.clone()).await;
                match NotPublishedError::of(&results).filter(|_| request.asynchronous) {
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
            .failure_policy(FailurePolicy::Halt)
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
