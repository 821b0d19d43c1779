//! Everything that an invocation leaves behind.

use std::fmt;

use kinetrace::__private::semantic_conventions::{MESSAGING_KAFKA_OFFSET, MESSAGING_MESSAGE_ID};
use kinetrace::history::Process;
use kinetrace_consumer::kafka;
use kinetrace_consumer::kinesis::{BatchError, BatchResponse};
use opentelemetry::trace::SpanKind;
use opentelemetry_sdk::trace::SpanData;

use crate::answer::Answer;
use crate::series::Series;
use crate::spans::{panic_of, span};

/// What an invocation has left behind.
pub struct Invocation {
    pub(crate) answer: Answer,
    pub(crate) spans: Vec<SpanData>,
    /// Each series with the name of its metric.
    pub(crate) metrics: Vec<(String, Series)>,
    pub(crate) log_lines: Vec<String>,
    pub(crate) record_lines: Vec<Process>,
}

impl Invocation {
    /// The answer about records of Kinesis: which record is the first that is not done, or why the batch fails as a whole.
    ///
    /// # Panics
    ///
    /// The event was of Kafka; see [`kafka_answer`](Self::kafka_answer).
    #[track_caller]
    pub fn answer(&self) -> &Result<BatchResponse, BatchError> {
        self.answer.kinesis().0
    }

    /// The place of the Kinesis record at which Lambda starts again, from 0; `None` if all are done.
    ///
    /// # Panics
    ///
    /// The batch failed as a whole, so that Lambda halves it or sends all of it again; see [`answer`](Self::answer). Or the event
    /// was of Kafka; see [`unfinished`](Self::unfinished).
    #[track_caller]
    pub fn stopped_at(&self) -> Option<usize> {
        let (answer, sequence_numbers) = self.answer.kinesis();
        let response = match answer {
            Ok(response) => response,
            Err(error) => panic_of(&format_args!("the batch failed as a whole: {error}")),
        };
        let stop = response.stop()?;
        let Some(place) = sequence_numbers.iter().position(|number| number == stop.as_str()) else {
            panic_of(&format_args!("the event has no record {stop}, where Lambda is to go on"));
        };
        Some(place)
    }

    /// The answer about records of Kafka: that all is done; which records are left, with
    /// [`Answer::Items`](kafka::Answer::Items); or why the batch fails as a whole, and comes again.
    ///
    /// # Panics
    ///
    /// The event was of Kinesis; see [`answer`](Self::answer).
    #[track_caller]
    pub fn kafka_answer(&self) -> &Result<kafka::BatchResponse, kafka::BatchError> {
        self.answer.kafka()
    }

    /// Of each partition that is not done, its name in the event and the offset of its first record that is not done; whichever
    /// of the two answers Lambda gets. Empty if all are done.
    ///
    /// ```
    /// # use kinetrace_consumer::{Failure, Record};
    /// # use kinetrace_testing::{KafkaEvent, invoke};
    /// async fn handle(record: Record) -> Result<(), Failure> {
    ///     if record.is_tombstone() { Err(Failure::retry("not yet")) } else { Ok(()) }
    /// }
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// let event = KafkaEvent::new("flights").traced("N14228", "1").tombstone("N14228").partition(1).traced("N24211", "2");
    /// let invocation = invoke(handle, &event).await;
    /// assert_eq!(invocation.unfinished(), [("flights-0", 1)]);
    /// // Unless it is told otherwise, the function fails, and the whole batch comes again.
    /// assert!(invocation.kafka_answer().is_err());
    /// # }
    /// ```
    ///
    /// # Panics
    ///
    /// A record is not done that has no readable offset; see [`kafka_answer`](Self::kafka_answer). Or the event was of Kinesis;
    /// see [`stopped_at`](Self::stopped_at).
    #[track_caller]
    pub fn unfinished(&self) -> Vec<(&str, i64)> {
        self.answer.unfinished()
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
    /// one. Of Kafka, unless several are processed at once, the partitions come one after another, in the order of the event.
    ///
    /// # Panics
    ///
    /// Fewer records were processed.
    #[track_caller]
    pub fn process_span(&self, place: usize) -> &SpanData {
        // What names a record of Kinesis, and one of Kafka: the span of records that are handed over as one has neither.
        let names = [MESSAGING_MESSAGE_ID, MESSAGING_KAFKA_OFFSET];
        let is_of_record = |span: &&SpanData| span.attributes.iter().any(|it| names.contains(&it.key.as_str()));
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
        f.debug_struct("Invocation").field("answer", &self.answer.text()).field("spans", &names).finish_non_exhaustive()
    }
}
