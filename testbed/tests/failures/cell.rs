//! One cell of the matrix: a stream or a topic, a mapping, a consumer that fails, and how it ended.

use std::collections::HashSet;
use std::fmt;
use std::time::{Duration, Instant};

use kinetrace::history::Event;
use kinetrace_testbed::checker::{Verdict, check};

use crate::failure::{Kind, Plan};
use crate::function::Endings;
use crate::mapping::Mapping;
use crate::process::{Remains, process};
use crate::row::Row;
use crate::skips;
use crate::spans::Spans;

/// Far more than a cell takes.
const LIMIT: Duration = Duration::from_secs(120);

#[derive(Debug, Clone, Copy)]
pub(crate) struct Cell {
    pub(crate) kind: Kind,
    /// Whether the handler is one of batches.
    pub(crate) by_batch: bool,
    pub(crate) mapping: Mapping,
    /// Decides which records fail, and what the mapping does where AWS does not say.
    pub(crate) seed: u64,
}

impl fmt::Display for Cell {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let by_batch = if self.by_batch { " by batch" } else { "" };
        write!(f, "failure {}{by_batch}, {:?}, seed {}", self.kind.name(), self.mapping, self.seed)
    }
}

impl Cell {
    pub(crate) async fn run(self) -> Row {
        let begin = Instant::now();
        let marks = tempfile::tempdir().unwrap();
        let plan = Plan::new(self.kind, self.by_batch, self.mapping.records, self.seed, marks.path());
        let remains = tokio::time::timeout(LIMIT, process(self, plan)).await;
        let remains = remains.unwrap_or_else(|_| panic!("not done within {LIMIT:?}: {self}"));
        self.judge(&remains, begin.elapsed())
    }

    fn judge(self, remains: &Remains, time: Duration) -> Row {
        let Remains { plan, produced, events, complaints, endings, collector } = remains;
        let verdict = check(events);
        let spans = collector.spans();
        let spans = Spans::new(&spans);
        let traced = produced.iter().filter(|line| spans.trace(line)).count();
        let failures = self.failures(events, endings);
        let mut faults = endings.others.clone();
        // With a collector that is well, nothing else has a reason to complain.
        let is_asked_for = |line: &str| self.kind == Kind::Panic && line.ends_with(": as asked");
        let complaints = complaints.iter().filter(|line| line.contains("kinetrace:") && !is_asked_for(line));
        faults.extend(complaints.cloned());
        let skipped = if self.kind.is_skip() { plan.records.len() } else { 0 };
        faults.extend(faults_of(&verdict, self.mapping.records, skipped));
        faults.extend(self.kind.is_skip().then(|| skips::faults(plan, produced, events)).into_iter().flatten());
        faults.extend((traced < produced.len()).then(|| format!("{traced} of {} records are traced", produced.len())));
        faults.extend(self.fault_of_failures(plan, failures, endings));
        faults.extend(self.fault_of_spans(&spans, events, failures, endings));
        Row {
            cell: self,
            invocations: endings.all(),
            of_several: endings.of_several,
            failures,
            duplicates: verdict.totals.duplicates,
            lost: verdict.no_loss.violations,
            inversions: verdict.stream_order.violations + verdict.process_order.violations,
            overlaps: verdict.no_overlap.violations,
            traced,
            time,
            faults,
        }
    }

    /// How many failures left a sign of themselves: a record's line, or an invocation without an answer.
    fn failures(self, events: &[Event], endings: &Endings) -> usize {
        let failed = |event: &Event| match event {
            Event::Process(line) if line.error.as_deref() == self.kind.complaint() => (line.outcome
                == self.kind.outcome())
            // A batch may fail at its first record for one record after another.
            .then(|| {
                let place = (line.shard.clone(), line.sequence_number.clone(), line.sub_sequence_number);
                (place, self.by_batch.then_some(line.start))
            }),
            _ => None,
        };
        match self.kind {
            Kind::Block => endings.timed_out,
            Kind::Kill => endings.killed,
            _ => events.iter().filter_map(failed).collect::<HashSet<_>>().len(),
        }
    }

    /// A test of failures in which nothing fails proves nothing.
    fn fault_of_failures(self, plan: &Plan, failures: usize, endings: &Endings) -> Option<String> {
        let planned = plan.records.len();
        // One process may be killed for several of its records.
        let least = if self.kind == Kind::Kill && self.mapping.at_once > 1 { 1 } else { planned };
        let casualties = if matches!(self.kind, Kind::Block | Kind::Kill) { failures } else { 0 };
        let is_as_planned = planned > 0 && plan.failed() == planned && failures >= least;
        let are_others_well = endings.timed_out + endings.killed == casualties;
        (!is_as_planned || !are_others_well).then(|| {
            format!("of {planned} records that were to fail {} did, {failures} as planned: {endings:?}", plan.failed())
        })
    }

    /// Spans are lost with a process that is killed, and only then: an invocation that ended by itself has all of its own.
    /// One that was cut off has no time to flush if the machine is slow, and may be the last of its process.
    fn fault_of_spans(self, spans: &Spans<'_>, events: &[Event], failures: usize, endings: &Endings) -> Option<String> {
        let incomplete = spans.incomplete(events);
        let ended = incomplete.iter().filter(|(_, ended)| **ended).count();
        let cut_off = if self.kind == Kind::Hang { failures } else { 0 };
        let excused = endings.timed_out + endings.killed + cut_off;
        (ended > 0 || incomplete.len() > excused).then(|| {
            format!("{} invocations lack spans, {ended} of them have their own; {excused} may", incomplete.len())
        })
    }
}

fn faults_of(verdict: &Verdict, records: usize, skipped: usize) -> Vec<String> {
    let mut faults: Vec<_> = verdict
        .properties()
        .into_iter()
        .filter(|property| property.checked == 0 || !property.holds())
        .map(|it| format!("{}: {} of {}, {:?}", it.name, it.violations, it.checked, it.examples))
        .collect();
    let totals = &verdict.totals;
    let counts = [totals.acknowledged, totals.processed, totals.skipped_by_handler, totals.foreign];
    if counts != [records, records - skipped, skipped, 0] {
        faults.push(totals.to_string());
    }
    faults.extend((!verdict.completeness.is_complete()).then(|| verdict.completeness.to_string()));
    faults
}
