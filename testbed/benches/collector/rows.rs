//! The table.

use std::time::Duration;

use kinetrace_testbed::table;

use crate::collectors::Condition;
use crate::measurement::Measurement;
use crate::verdict::verdict;

/// What a flush may take, as `kinetrace::lambda` has it.
const BUDGET: Duration = Duration::from_millis(500);

/// What an invocation may take in addition: making spans, and what the machine does meanwhile.
const BESIDES: Duration = Duration::from_millis(50);

pub(crate) fn draw(measurements: &[Measurement], are_enough: bool) -> String {
    let off = measurements.iter().find(|it| it.condition == Condition::Off);
    let (answer, whole) = off.map_or_else(Default::default, |off| (median(&off.answers), median(&off.whole)));
    let row = |it: &Measurement| {
        let longest = it.whole.iter().max().copied().unwrap_or_default();
        let keeps = longest.saturating_sub(whole) <= BUDGET + BESIDES;
        [
            it.condition.name().to_owned(),
            it.whole.len().to_string(),
            format!("{}/{}", it.processed, it.records),
            it.requests.to_string(),
            added(median(&it.answers), answer),
            added(median(&it.whole), whole),
            added(longest, whole),
            (BUDGET + BESIDES).as_millis().to_string(),
            verdict(keeps, are_enough).to_owned(),
        ]
    };
    let headings =
        ["collector", "invocations", "processed", "exports", "+ to answer", "+ median", "+ max", "limit", "verdict"];
    let table = table::draw(headings, 1, measurements.iter().map(row).collect());
    format!("{table}\n\nin milliseconds, above the median without telemetry: {} ms", millis(whole))
}

fn median(times: &[Duration]) -> Duration {
    let mut times = times.to_vec();
    times.sort_unstable();
    times.get(times.len() / 2).copied().unwrap_or_default()
}

fn added(time: Duration, base: Duration) -> String {
    format!("{:.1}", (time.as_secs_f64() - base.as_secs_f64()) * 1000.0)
}

fn millis(time: Duration) -> String {
    format!("{:.1}", time.as_secs_f64() * 1000.0)
}
