//! Everything that an invocation leaves behind.

use std::fmt;

use kinetrace::__private::semantic_conventions::MESSAGING_MESSAGE_ID;
use kinetrace::history::Process;
use kinetrace_consumer::kinesis::{BatchError, BatchResponse};
use opentelemetry::trace::SpanKind;
use opentelemetry_sdk::trace::SpanData;

use crate::series::Series;
use crate::spans::{panic_of, span};

/// What an invocation has left behind.
pub struct Invocation {
    pub(crate) sequence_numbers: Vec<String>,
    pub(crate) answer: Result<BatchResponse, BatchError>,
    pub(crate) spans: Vec<SpanData>,
    /// Each series with the name of its metric.
    pub(crate) metrics: Vec<(String, Series)>,
    pub(crate) log_lines: Vec<String>,
    pub(crate) record_lines: Vec<Process>,
}

impl Invocation {
    /// What Lambda is told: which record is the first that is not done, or why the batch fails as a whole.
    pub fn answer(&self) -> &Result<BatchResponse, BatchError> {
        &self.answer
    }

    /// The place of the Kinesis record at which Lambda starts again, from 0; `None` if all are done.
    ///
    /// # Panics
    ///
    /// The batch failed as a whole, so that Lambda halves it or sends all of it again; see [`answer`](Self::answer).
    #[track_caller]
    pub fn stopped_at(&self) -> Option<usize> {
        let response = match &self.answer {
            Ok(response) => response,
            Err(error) => panic_of(&format_args!("the batch failed as a whole: {error}")),
        };
        let stop = response.stop()?;
        let Some(place) = self.sequence_numbers.iter().position(|number| number == stop.as_str()) else {
            panic_of(&format_args!("the event has no record {stop}, where Lambda is to go on"));
        };
        Some(place)
    }

    /// All spans that ended: the records', the invocation's, and those that the handler opened, by `tracing` or by
    /// OpenTelemetry below the current span.
    pub fn spans(&self) -> &[SpanData] {
        &self.spans
    }

    /// The first span of this name.
    ///
    /// # Panics
    ///
    /// There is none; the message names those that there are.
    #[track_caller]
    pub fn span(&self, name: &str) -> &SpanData {
        span(&self.spans, name)
    }

    /// The span of the record that was processed at this place, from 0. The records of an aggregate, and of a batch, count one by
    /// one.
    ///
    /// # Panics
    ///
    /// Fewer records were processed.
    #[track_caller]
    pub fn process_span(&self, place: usize) -> &SpanData {
        let is_of_record = |span: &&SpanData| span.attributes.iter().any(|it| it.key.as_str() == MESSAGING_MESSAGE_ID);
        let mut spans = self.spans.iter().filter(|span| span.span_kind == SpanKind::Consumer).filter(is_of_record);
        let Some(span) = spans.nth(place) else {
            panic_of(&format_args!("no record was processed at place {place}"));
        };
        span
    }

    /// What a metric stands at, for each set of attributes; empty if nothing of this name was measured. `docs/reference/metrics.md` of
    /// the repository has the names.
    ///
    /// ```
    /// # use kinetrace_consumer::{Failure, Record};
    /// # use kinetrace_testing::{Event, invoke};
    /// async fn handle(_: Record) -> Result<(), Failure> {
    ///     Err(Failure::skip("not a flight"))
    /// }
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// let invocation = invoke(handle, &Event::new("flights").untraced("N14228", "1")).await;
    /// let processed = &invocation.metric("messaging.process.duration")[0];
    /// assert_eq!((processed.count, processed.attribute("error.type")), (Some(1), Some("skipped")));
    /// # }
    /// ```
    pub fn metric(&self, name: &str) -> Vec<Series> {
        self.metrics.iter().filter(|(of, _)| of == name).map(|(_, series)| series.clone()).collect()
    }

    /// What the handler logged by `tracing` from level `INFO` up, as JSON.
    pub fn log_lines(&self) -> &[String] {
        &self.log_lines
    }

    /// The line about each record that was handed to the handler, as `KINETRACE_RECORD_LOG=all` writes them.
    pub fn record_lines(&self) -> &[Process] {
        &self.record_lines
    }
}

impl fmt::Debug for Invocation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<_> = self.spans.iter().map(|span| span.name.as_ref()).collect();
        let answer = self.answer.as_ref().map_err(ToString::to_string);
        f.debug_struct("Invocation").field("answer", &answer).field("spans", &names).finish_non_exhaustive()
    }
}
