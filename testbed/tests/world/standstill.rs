//! Whether a process stands still, as the system tells.

use std::fs;
use std::time::Duration;

use kinetrace_testbed::environment::Environment;
use tokio::time::{interval, timeout};

const LIMIT: Duration = Duration::from_secs(10);

/// Waits until the environment's process is stopped.
pub(crate) async fn of(environment: &Environment) {
    of_process(environment.process_id().unwrap()).await;
}

/// Waits until the process is stopped.
pub(crate) async fn of_process(id: u32) {
    // Nobody is told; it can only be asked.
    let mut again = interval(Duration::from_millis(1));
    let stopped = async {
        while !is_process_stopped(id) {
            again.tick().await;
        }
    };
    timeout(LIMIT, stopped).await.unwrap();
}

pub(crate) fn is_stopped(environment: &Environment) -> bool {
    is_process_stopped(environment.process_id().unwrap())
}

/// `123 (name) T …`
fn is_process_stopped(id: u32) -> bool {
    let stat = fs::read_to_string(format!("/proc/{id}/stat")).unwrap();
    stat.rsplit_once(") ").unwrap().1.starts_with('T')
}
