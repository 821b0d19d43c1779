//! One invocation of the function: its span, its request, what is published of it, and the answer.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, SystemTime};

use aws_sdk_kinesis::Client;
use kinetrace::__private::contained;
use kinetrace::__private::semantic_conventions as names;
use kinetrace::__private::{MAX_TEXT, one_line};
use kinetrace::Telemetry;
use kinetrace::lambda::{Invocation, deadline};
use kinetrace_producer::Publisher;
use lambda_runtime::{Diagnostic, LambdaEvent};
use opentelemetry::Context;
use opentelemetry::global::BoxedTracer;
use opentelemetry::trace::{FutureExt as _, Status, TraceContextExt as _};
use serde_json::value::RawValue;

use crate::caller::Caller;
use crate::channel::Channel;
use crate::configuration::Configuration;
use crate::event_result::{EventResult, NotPublishedError};
use crate::margin::margin;
use crate::publication::{self, Publication};
use crate::record_log::RecordLog;
use crate::request::{Events, Request};
use crate::response;

/// The function in this environment.
pub(crate) struct Function {
    client: Client,
    configuration: Configuration,
    telemetry: Telemetry,
    tracer: BoxedTracer,
    warm: AtomicBool,
    /// Of all invocations of this environment, as of the first.
    publisher: Mutex<Option<Arc<Publisher>>>,
}

impl Function {
    pub(crate) fn new(client: Client, configuration: Configuration, telemetry: Telemetry) -> Self {
        Self {
            client,
            configuration,
            tracer: telemetry.tracer(),
            telemetry,
            warm: AtomicBool::new(false),
            publisher: Mutex::new(None),
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

    /// Within `time`.
    async fn publish(&self, Events { records, room }: Events, time: Duration) -> Vec<EventResult> {
        let publisher = self.publisher(time);
        let Configuration { record_log: filter, stream, key_names, .. } = &self.configuration;
        let log = RecordLog { filter: *filter, stream, key_names };
        let Publication { results, is_stopped } = publication::publish(&publisher, log, records, room, time).await;
        if is_stopped {
            self.forget(&publisher);
        }
        results
    }

    /// One for all invocations: counts go on, what a shard took is known, and where several invocations run at once, their
    /// records of one key are one after another. `time` is what this invocation has, and others have much the same.
    fn publisher(&self, time: Duration) -> Arc<Publisher> {
        let mut publisher = self.publisher.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(publisher.get_or_insert_with(|| Arc::new(self.build(time))))
    }

    fn build(&self, time: Duration) -> Publisher {
        Publisher::builder(self.client.clone(), &self.configuration.stream)
            .telemetry(&self.telemetry)
            .carrier(self.configuration.carrier)
            .max_record_bytes(self.configuration.max_record_bytes)
            .auto_distribution(self.configuration.auto_distribution)
            .key_names(self.configuration.key_names.clone())
            .key_attribute(self.configuration.key_attribute)
            // The stream is asked for as long as one attempt may take, and records have to go after that.
            .attempt_timeout((time / 2).min(LONGEST_ATTEMPT))
            // How long a record is tried is up to its invocation.
            .delivery_timeout(LONGEST_INVOCATION)
            .build()
    }

    /// It refuses the stream, which may be set right by the next invocation.
    fn forget(&self, stopped: &Arc<Publisher>) {
        let mut publisher = self.publisher.lock().unwrap_or_else(PoisonError::into_inner);
        publisher.take_if(|publisher| Arc::ptr_eq(publisher, stopped));
    }
}

const LONGEST_ATTEMPT: Duration = Duration::from_secs(5);

/// The largest timeout that a function may have (<https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html>).
const LONGEST_INVOCATION: Duration = Duration::from_secs(15 * 60);

#[cfg(test)]
mod tests;
