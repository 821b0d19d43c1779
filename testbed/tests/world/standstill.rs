//! Whether a process stands still, as the system tells.

use std::fs;
use std::time::Duration;

use kinetrace_testbed::environment::Environment;
use tokio::time::{interval, timeout};

const LIMIT: Duration = Duration::from_secs(10);

/// Waits until the environment's process is stopped.
pub(crate) async fn of(environment: &Environment) {
    // Nobody is told; it can only be asked.
    let mut again = interval(Duration::from_millis(1));
    let stopped = async {
        while !is_stopped(environment) {
            again.tick().await;
        }
    };
    timeout(LIMIT, stopped).await.unwrap();
}

/// `123 (name) T …`
pub(crate) fn is_stopped(environment: &Environment) -> bool {
    let path = format!("/proc/{}/stat", environment.process_id().unwrap());
    let stat = fs::read_to_string(path).unwrap();
    stat.rsplit_once(") ").unwrap().1.starts_with('T')
}
