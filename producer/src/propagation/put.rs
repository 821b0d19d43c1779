//! One operation that puts records, from before its serialization to its answer.

use kinetrace::{Injection, InjectionCounts};
use opentelemetry::Context;

use super::entry::Entry;
use super::outcome::{Answer, outcomes};
use super::request::Request;
use crate::create_span::CreateSpan;
use crate::failure::Failure;
use crate::send_span::SendSpan;
use crate::trace_settings::TraceSettings;

#[derive(Debug)]
pub(super) struct Put {
    records: Vec<Created>,
    send: SendSpan,
}

#[derive(Debug)]
struct Created {
    span: CreateSpan,
    injection: Option<Injection>,
}

impl Put {
    /// Injects as far as there is room.
    pub(super) fn start(request: Request<'_>, settings: &TraceSettings, max_request_bytes: usize) -> Self {
        let Request { stream, entries } = request;
        let parent = Context::current();
        let mut room = max_request_bytes.saturating_sub(entries.iter().map(Entry::bytes).sum());
        let mut records = Vec::with_capacity(entries.len());
        for mut entry in entries {
            let span = CreateSpan::start(parent.clone(), (stream, entry.partition_key.as_deref()), settings);
            let before = entry.bytes();
            let max_bytes = settings.max_record_bytes.min(before + room);
            let injection = settings.carrier.map(|carrier| entry.inject(carrier, &span.fields(settings), max_bytes));
            room = (room + before).saturating_sub(entry.bytes());
            records.push(Created { span, injection });
        }
        let created: Vec<_> = records.iter().map(|record| &record.span).collect();
        let send = SendSpan::start(stream, &created, settings);
        Self { records, send }
    }

    pub(super) fn end(self, answer: Answer<'_>, counts: &InjectionCounts) {
        let (outcomes, whole) = outcomes(answer, self.records.len());
        let failed = outcomes.iter().filter(|outcome| outcome.is_err()).count();
        for (Created { mut span, injection }, outcome) in self.records.into_iter().zip(&outcomes) {
            match outcome {
                Ok(stored) => {
                    injection.into_iter().for_each(|injection| counts.add(injection));
                    span.arrive(stored, injection);
                }
                Err(failure) => span.fail(failure, injection),
            }
        }
        self.send.end(whole.or_else(|| Failure::of_records(failed, outcomes.len())).as_ref());
    }
}
