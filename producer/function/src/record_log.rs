//! What CloudWatch, and the checker, are told: a JSON line for each event, for those that were not published, or for none.

use std::io::{self, Write as _};

use kinetrace::__private::RecordLogFilter;
use kinetrace::history::{Event, Produce, Timestamp};
use kinetrace::{KeyNames, Record};
use kinetrace_producer::{Ack, ProduceStart, SendError};

/// Which events have a line, and what the lines have in common: the stream, and how they name keys.
#[derive(Debug, Clone, Copy)]
pub(crate) struct RecordLog<'a> {
    pub(crate) filter: RecordLogFilter,
    pub(crate) stream: &'a str,
    pub(crate) key_names: &'a KeyNames,
}

/// What has to be kept of an event for its line until its outcome is known.
#[derive(Debug)]
pub(crate) enum LineStart {
    Nothing,
    /// When it was handed over. One that was not published comes back, so the rest is made of it then, if at all.
    Time(Timestamp),
    Whole(ProduceStart),
}

impl RecordLog<'_> {
    /// The event is handed over now.
    pub(crate) fn start(&self, record: &Record) -> LineStart {
        match self.filter {
            RecordLogFilter::None => LineStart::Nothing,
            RecordLogFilter::Failures => LineStart::Time(Timestamp::now()),
            RecordLogFilter::All => LineStart::Whole(self.whole(record)),
        }
    }

    /// The line about an event, if it has one.
    pub(crate) fn line(&self, start: LineStart, settled: &Result<Ack, Box<SendError>>) -> Option<Produce> {
        let start = match start {
            LineStart::Nothing => return None,
            LineStart::Whole(start) => start,
            // One that was published has no error, and no line.
            LineStart::Time(time) => {
                // It does not come back where the runtime was shut down, with which the log ends as well.
                let mut start = self.whole(settled.as_ref().err()?.record.as_ref()?);
                start.start = time;
                start
            }
        };
        Some(start.settled(settled))
    }

    fn whole(&self, record: &Record) -> ProduceStart {
        ProduceStart::now(self.stream, &self.key_names.name(&record.partition_key), &record.data)
    }
}

/// To standard output, which Lambda sends to CloudWatch, in one go. A log that cannot be written must not fail a record, so
/// nothing is said of it.
pub(crate) fn write(lines: impl IntoIterator<Item = Produce>) {
    let mut text = Vec::new();
    lines.into_iter().for_each(|line| Event::Produce(line).append_to(&mut text));
    if !text.is_empty() {
        let _ = io::stdout().lock().write_all(&text);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn log(filter: RecordLogFilter) -> RecordLog<'static> {
        RecordLog { filter, stream: "flights", key_names: Box::leak(Box::new(KeyNames::default())) }
    }

    #[test]
    fn a_line_is_begun_as_far_as_it_may_be_wanted() {
        let record = Record::new("N14228", "{}");
        let begun = [RecordLogFilter::None, RecordLogFilter::Failures, RecordLogFilter::All]
            .map(|filter| log(filter).start(&record));
        assert!(
            matches!(begun, [LineStart::Nothing, LineStart::Time(_), LineStart::Whole(_)]),
            "a checksum is computed for nobody: {begun:?}"
        );
    }
}
