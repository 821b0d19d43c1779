//! Calls, their time and what they allocate.

use std::hint::black_box;
use std::time::{Duration, Instant};

/// How many samples there are of each case.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Calls {
    Few,
    Many,
}

/// Something to be measured. Each call of `prepare` gives what one call takes, and none of its time counts.
pub(crate) struct Case<'a> {
    name: &'static str,
    sample: Box<dyn Fn(usize) -> Duration + 'a>,
    allocations: u64,
}

#[derive(Debug)]
pub(crate) struct Figure {
    pub(crate) name: &'static str,
    pub(crate) nanoseconds: f64,
    pub(crate) allocations: u64,
}

impl<'a> Case<'a> {
    pub(crate) fn new<T, R>(name: &'static str, prepare: impl Fn() -> T + 'a, call: impl Fn(T) -> R + 'a) -> Self {
        let mut prepared = Some(prepare());
        let allocations = allocation_counter::measure(|| drop(black_box(prepared.take().map(&call)))).count_total;
        let sample = Box::new(move |calls| {
            let prepared: Vec<_> = (0..calls).map(|_| prepare()).collect();
            let mut results = Vec::with_capacity(calls);
            let start = Instant::now();
            for it in prepared {
                results.push(black_box(call(black_box(it))));
            }
            start.elapsed()
        });
        Self { name, sample, allocations }
    }
}

/// The cases take turns, so that what slows the machine down slows all of them.
pub(crate) fn figures(cases: Vec<Case<'_>>, bytes: usize, calls: Calls) -> Vec<Figure> {
    // Long enough for the clock, short enough to be left alone now and then.
    let batch = (16_384 / bytes).max(1);
    let rounds = if calls == Calls::Few { 1 } else { (200_000_000 / (bytes * batch)).clamp(200, 4_000) };
    let mut samples = vec![Vec::with_capacity(rounds); cases.len()];
    for _ in 0..rounds {
        for (case, samples) in cases.iter().zip(&mut samples) {
            samples.push((case.sample)(batch));
        }
    }
    let figure = |(case, mut samples): (Case<'_>, Vec<Duration>)| {
        samples.sort();
        let nanoseconds = samples[samples.len() / 50].as_secs_f64() * 1e9 / batch as f64;
        Figure { name: case.name, nanoseconds, allocations: case.allocations }
    };
    cases.into_iter().zip(samples).map(figure).collect()
}

pub(crate) fn of<'a>(figures: &'a [Figure], name: &str) -> &'a Figure {
    figures.iter().find(|it| it.name == name).unwrap_or(&figures[0])
}

/// A ratio and what it should be.
pub(crate) fn goal(what: &str, ratio: f64, goal: &str) {
    println!("{what:<60} {ratio:>7.2}  goal {goal}");
}
