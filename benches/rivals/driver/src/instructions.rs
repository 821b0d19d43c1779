//! Instructions of a record, by callgrind: nothing else on the machine changes them. A function is run for few invocations and
//! for many, so that the difference has no start in it.

use std::path::Path;

use crate::environment::Environment;
use crate::error::Error;
use crate::event::events;
use crate::function::Function;

#[derive(Debug)]
pub(crate) struct Instructions {
    pub(crate) function: &'static str,
    pub(crate) batch: usize,
    pub(crate) record: f64,
}

/// Few and many.
fn invocations(batch: usize) -> [usize; 2] {
    match batch {
        1 => [50, 250],
        100 => [5, 25],
        _ => [2, 6],
    }
}

pub(crate) async fn count(root: &Path, functions: &[Function], batches: &[usize]) -> Result<Vec<Instructions>, Error> {
    let mut counted = Vec::new();
    for batch in batches {
        let [few, many] = invocations(*batch);
        for function in functions {
            let begun = total(root, function, *batch, few).await?;
            let all = total(root, function, *batch, many).await?;
            // Far below where integers no longer fit.
            #[expect(clippy::cast_precision_loss)]
            let record = all.saturating_sub(begun) as f64 / ((many - few) * batch) as f64;
            counted.push(Instructions { function: function.name, batch: *batch, record });
        }
    }
    Ok(counted)
}

/// Of a whole run.
async fn total(root: &Path, function: &Function, batch: usize, invocations: usize) -> Result<u64, Error> {
    let out = root.join("callgrind").join(format!("{}-{batch}-{invocations}.out", function.name));
    let out_file = format!("--callgrind-out-file={}", out.display());
    let before = ["valgrind", "--tool=callgrind", "--quiet", &out_file].map(str::to_owned);
    let mut environment = Environment::start(root, function, &before).await?;
    let events = events(batch);
    for number in 0..invocations {
        environment.invoke(events[number % events.len()].clone()).await?;
    }
    environment.stop().await;
    let system = |error| Error::System(format!("what callgrind has written for {}", function.name), error);
    let written = std::fs::read_to_string(&out).map_err(system)?;
    let total = written.lines().rev().find_map(|line| line.strip_prefix("totals:")?.trim().parse().ok());
    total.ok_or_else(|| system(std::io::Error::other(format!("{} has no total", out.display()))))
}
