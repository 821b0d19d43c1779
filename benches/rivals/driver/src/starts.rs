//! From the start of a process to its first request for an invocation, again and again.

use std::path::Path;

use crate::environment::Environment;
use crate::error::Error;
use crate::function::Function;
use crate::sample::Sample;

/// Of one function: in ms, KiB and bytes.
#[derive(Debug, Default)]
pub(crate) struct Starts {
    pub(crate) function: &'static str,
    pub(crate) bytes: Option<u64>,
    pub(crate) wall: Sample,
    pub(crate) processor: Sample,
    pub(crate) resident: Sample,
}

pub(crate) async fn measure(root: &Path, functions: &[Function], rounds: usize) -> Result<Vec<Starts>, Error> {
    let mut starts: Vec<Starts> = functions
        .iter()
        .map(|function| Starts { function: function.name, bytes: function.bytes(root), ..Starts::default() })
        .collect();
    // The first start reads the program from the disk.
    for round in 0..=rounds {
        for (function, starts) in functions.iter().zip(&mut starts) {
            let environment = Environment::start(root, function, &[]).await?;
            if round > 0 {
                starts.wall.add(environment.start.as_secs_f64() * 1e3);
                starts.processor.add(environment.processor_time()?.as_secs_f64() * 1e3);
                // A process has fewer pages than an integer has bits that count here.
                #[expect(clippy::cast_precision_loss)]
                starts.resident.add(environment.memory()?.now as f64);
            }
            environment.stop().await;
        }
    }
    Ok(starts)
}
