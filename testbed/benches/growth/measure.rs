//! What work takes: time, and memory in addition to its input.

use std::hint::black_box;
use std::time::{Duration, Instant};

use allocation_counter::measure as counted;

use crate::Failure;

/// What was measured of work on so many items.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Point {
    pub(crate) items: usize,
    pub(crate) nanoseconds_per_item: f64,
    /// The most that was allocated at one moment by the work.
    pub(crate) peak_bytes: u64,
}

/// Runs are repeated as long as this, and so often at most.
const ENOUGH: Duration = Duration::from_millis(500);
const MOST_RUNS: usize = 200;

/// What takes long is still repeated, unless it takes as long as this.
const LEAST_RUNS: usize = 3;
const TOO_LONG: Duration = Duration::from_secs(5);

/// Of several runs of `work` on the same input, the shortest counts: the others had more of the machine's other work.
pub(crate) fn measure<T>(items: usize, mut work: impl FnMut() -> Result<T, Failure>) -> Result<Point, Failure> {
    let mut outcome = Ok(());
    let allocated = counted(|| outcome = work().map(drop));
    outcome?;
    let (begin, mut best) = (Instant::now(), Duration::MAX);
    for run in 1..=MOST_RUNS {
        let start = processor_time();
        black_box(work()?);
        best = best.min(processor_time() - start);
        let limit = if run < LEAST_RUNS { TOO_LONG } else { ENOUGH };
        if begin.elapsed() >= limit {
            break;
        }
    }
    let nanoseconds_per_item = best.as_secs_f64() * 1e9 / items as f64;
    Ok(Point { items, nanoseconds_per_item, peak_bytes: allocated.bytes_max })
}

/// What this thread has used of a processor: what else the machine does is not in it.
#[cfg(unix)]
fn processor_time() -> Duration {
    use rustix::time::{ClockId, clock_gettime};
    clock_gettime(ClockId::ThreadCPUTime).try_into().unwrap_or_default()
}

#[cfg(not(unix))]
fn processor_time() -> Duration {
    use std::time::{SystemTime, UNIX_EPOCH};
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default()
}
