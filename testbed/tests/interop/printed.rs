//! What a program prints, run to its end.

use std::process::Command;
use std::time::Duration;

use serde::de::DeserializeOwned;
use tokio::time::timeout;

/// One that waits for an answer that does not come would never end.
const LIMIT: Duration = Duration::from_secs(120);

/// What it prints until it has succeeded, as lines of JSON.
pub(crate) async fn run<T: DeserializeOwned>(command: Command) -> Vec<T> {
    let mut command = tokio::process::Command::from(command);
    command.kill_on_drop(true);
    let running = timeout(LIMIT, command.output()).await.unwrap_or_else(|_| panic!("{command:?} does not end"));
    let output = running.unwrap_or_else(|error| panic!("{command:?}: {error}; install it with interop/run"));
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{command:?}: {}\n{said}", output.status);
    String::from_utf8(output.stdout).unwrap().lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}
