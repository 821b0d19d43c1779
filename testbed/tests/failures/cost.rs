//! How a stream with bad records ended, as a line of the table.

use std::collections::BTreeSet;
use std::time::Duration;

use kinetrace::history::{Event, ProcessOutcome};
use kinetrace_testbed::checker::check;
use kinetrace_testbed::event_source_mapping::{Report, Settings};

use crate::bad_records::Filled;
use crate::function::Endings;

/// How a stream ended.
pub(crate) struct Run {
    pub(crate) events: Vec<Event>,
    pub(crate) complaints: Vec<String>,
    pub(crate) endings: Endings,
    pub(crate) report: Report,
    pub(crate) time: Duration,
}

impl Run {
    pub(crate) fn heading() -> String {
        " batch  PF  at once  records  bad  skipped  discarded  per bad  invocations  halved  per bad  duplicates  seconds"
            .to_owned()
    }

    pub(crate) fn row(&self, stream: &Filled, settings: &Settings, at_once: usize) -> String {
        let Settings { batch_size, parallelization_factor: factor, .. } = settings;
        let (records, bad, all) = (stream.produced.len(), stream.discarded(), self.endings.all());
        let skipped = stream.bad.len() - bad;
        let discarded: usize = self.report.discards.iter().map(|discard| discard.batch_size).sum();
        let per_bad = |count: usize| count as f64 / bad as f64;
        let (lost, cost) = (per_bad(discarded), per_bad(all.saturating_sub(records.div_ceil(*batch_size))));
        let done = self.ended(ProcessOutcome::Succeeded);
        let duplicates = done.len() - done.iter().collect::<BTreeSet<_>>().len();
        let (halved, seconds) = (self.endings.halved, self.time.as_secs_f64());
        format!(
            "{batch_size:>6} {factor:>3} {at_once:>8} {records:>8} {bad:>4} {skipped:>8} {discarded:>10} {lost:>8.1} {all:>12} \
             {halved:>7} {cost:>8.1} {duplicates:>11} {seconds:>8.1}"
        )
    }

    /// The sequence numbers of the records of which this became, each as often as it did.
    fn ended(&self, outcome: ProcessOutcome) -> Vec<String> {
        let line = |event: &Event| match event {
            Event::Process(line) if line.outcome == outcome => Some(line.sequence_number.to_string()),
            _ => None,
        };
        self.events.iter().filter_map(line).collect()
    }

    fn discarded(&self) -> BTreeSet<String> {
        let records = self.report.discards.iter().flat_map(|discard| &discard.records);
        records.map(|record| record.sequence_number.to_string()).collect()
    }

    pub(crate) fn faults(&self, stream: &Filled, settings: &Settings) -> Vec<String> {
        let is_expected = |other: &&String| other.contains("kinetrace.UnidentifiedRecord");
        let mut faults: Vec<_> = self.endings.others.iter().filter(|other| !is_expected(other)).cloned().collect();
        let (bad, good): (BTreeSet<_>, BTreeSet<_>) =
            (0..stream.produced.len()).partition(|number| stream.bad.contains_key(number));
        let (lost, skipped): (BTreeSet<_>, BTreeSet<_>) =
            bad.iter().partition(|number| stream.bad[*number].is_discarded());
        let discards = &self.report.discards;
        if stream.numbers(lost) != self.discarded() || discards.iter().any(|discard| discard.batch_size != 1) {
            faults.push(format!("discarded: {discards:?}"));
        }
        let all_skipped: BTreeSet<_> = self.ended(ProcessOutcome::SkippedByHandler).into_iter().collect();
        if stream.numbers(skipped) != all_skipped {
            faults.push(format!("skipped: {all_skipped:?}"));
        }
        let processed: BTreeSet<_> = self.ended(ProcessOutcome::Succeeded).into_iter().collect();
        let (done, all) = (processed.len(), good.len());
        faults.extend((processed != stream.numbers(&good)).then(|| format!("{done} processed, of {all} good ones")));
        // One line says so each time, the runtime's.
        let told = self.complaints.iter().filter(|line| line.contains("kinetrace.FirstRecord")).count();
        let halved = self.endings.halved;
        faults.extend((told != halved).then(|| format!("{told} lines about {halved} batches that were halved")));
        faults.extend(self.fault_of_cost(stream, settings));
        faults.extend(self.faults_of_order(stream));
        faults
    }

    /// The bad records are lost, as they are to be, which `faults` looks into. All else holds.
    fn faults_of_order(&self, stream: &Filled) -> Vec<String> {
        let history = stream.shards.iter().cloned().chain(stream.produced.iter().cloned().map(Event::Produce));
        let verdict = check(&history.chain(self.events.iter().cloned()).collect::<Vec<_>>());
        let others = verdict.properties().into_iter().filter(|property| property.name != "no loss");
        let broken = others.filter(|property| property.checked == 0 || !property.holds());
        broken.map(|property| format!("{}: {:?}", property.name, property.examples)).collect()
    }

    /// Up to the bad record, down to it, its attempts, and the rests of what was halved.
    fn fault_of_cost(&self, stream: &Filled, settings: &Settings) -> Option<String> {
        let halvings = settings.batch_size.next_power_of_two().ilog2() as usize;
        let each = 1 + 2 * halvings + settings.maximum_retry_attempts.unwrap() as usize + 1;
        // Above a factor of one, how many batches there are is the mapping's affair.
        let most = stream.produced.len().div_ceil(settings.batch_size) + stream.discarded() * each;
        let all = self.endings.all();
        (settings.parallelization_factor == 1 && all > most).then(|| format!("{all} invocations, not {most} at most"))
    }
}
