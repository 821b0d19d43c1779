//! What an invocation takes: all functions wait at once, and get the same events in turn, so that other work on the machine
//! hits all alike.

use std::path::Path;
use std::time::Duration;

use bytes::Bytes;

use crate::environment::Environment;
use crate::error::Error;
use crate::event::events;
use crate::function::Function;
use crate::sample::Sample;

/// Of one function, for batches of one size, in µs.
#[derive(Debug, Default)]
pub(crate) struct Costs {
    pub(crate) function: &'static str,
    pub(crate) batch: usize,
    /// From the event to its answer.
    pub(crate) answer: Sample,
    /// From the event to the request for the next.
    pub(crate) next: Sample,
    /// Processor time for each record.
    pub(crate) record: Sample,
    pub(crate) invocations: usize,
    pub(crate) spans: usize,
}

/// A function's resident memory in KiB, at most.
#[derive(Debug)]
pub(crate) struct Peak {
    pub(crate) function: &'static str,
    pub(crate) kib: u64,
}

/// In a row, so that what is done late is counted with the next.
fn in_a_row(batch: usize) -> usize {
    match batch {
        1 => 20,
        100 => 6,
        _ => 2,
    }
}

pub(crate) async fn measure(
    root: &Path,
    functions: &[Function],
    batches: &[usize],
    rounds: usize,
) -> Result<(Vec<Costs>, Vec<Peak>), Error> {
    let mut environments = Vec::new();
    for function in functions {
        environments.push(Environment::start(root, function, &[]).await?);
    }
    let events: Vec<Vec<Bytes>> = batches.iter().map(|batch| events(*batch)).collect();
    let of_batch = |batch: &usize| functions.iter().map(|function| (function.name, *batch)).collect::<Vec<_>>();
    let mut costs: Vec<Costs> = batches
        .iter()
        .flat_map(of_batch)
        .map(|(function, batch)| Costs { function, batch, ..Costs::default() })
        .collect();
    // The first round is not counted: interpreters and pools get warm by it.
    for round in 0..=rounds {
        for (row, costs) in costs.iter_mut().enumerate() {
            let environment = &mut environments[row % functions.len()];
            let mut counted = Costs { function: costs.function, batch: costs.batch, ..Costs::default() };
            let into = if round == 0 { &mut counted } else { costs };
            block(environment, &events[row / functions.len()], into).await?;
        }
    }
    let mut peaks = Vec::new();
    for (function, environment) in functions.iter().zip(environments) {
        peaks.push(Peak { function: function.name, kib: environment.memory()?.peak });
        environment.stop().await;
    }
    Ok((costs, peaks))
}

async fn block(environment: &mut Environment, events: &[Bytes], costs: &mut Costs) -> Result<(), Error> {
    let count = in_a_row(costs.batch);
    let mut used = environment.processor_time()?;
    for number in 0..count {
        let invocation = environment.invoke(events[number % events.len()].clone()).await?;
        if number + 1 == count {
            // Lambda would have the process stand still now; what it has begun is seen to its end.
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
        let now = environment.processor_time()?;
        costs.answer.add(micros(invocation.answer));
        costs.next.add(micros(invocation.next));
        costs.record.add(micros(now - used) / f64::from(u32::try_from(costs.batch).unwrap_or(u32::MAX)));
        used = now;
    }
    costs.invocations += count;
    costs.spans += environment.collector.take();
    Ok(())
}

fn micros(duration: Duration) -> f64 {
    duration.as_secs_f64() * 1e6
}
