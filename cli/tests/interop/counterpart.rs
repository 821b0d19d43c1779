//! The programs in `interop/`, each of which calls one library: what they are given, and what they print.

use std::fmt::Debug;
use std::io::{BufRead as _, BufReader, Write as _, read_to_string};
use std::process::{Child, Command};
use std::time::Duration;

use serde::Serialize;
use serde::de::DeserializeOwned;
use tokio::task::spawn_blocking;
use tokio::time::timeout;

use crate::program::program;

/// One that waits for an agent, or for anything else that is not here, would never end.
const LIMIT: Duration = Duration::from_secs(120);

/// The executable that is tested.
pub(crate) fn kinetrace() -> Command {
    program(env!("CARGO_BIN_EXE_kinetrace"))
}

/// A program that serves until its standard input is closed, and how it says that it can be asked: a line of JSON.
pub(crate) fn serve<T: DeserializeOwned>(mut command: Command) -> (Child, T) {
    let mut child = spawn(&mut command);
    let mut ready = String::new();
    BufReader::new(child.stdout.take().unwrap()).read_line(&mut ready).unwrap();
    (child, serde_json::from_str(&ready).unwrap_or_else(|_| panic!("{command:?} is not ready: {ready:?}")))
}

/// What it prints when it gets `input`, both as lines of JSON.
pub(crate) async fn run<T: DeserializeOwned>(command: Command, input: &[impl Serialize + Debug]) -> Vec<T> {
    let input: String = input.iter().map(|line| serde_json::to_string(line).unwrap() + "\n").collect();
    finish(command, &input).await.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// What it prints until it has succeeded.
pub(crate) async fn finish(mut command: Command, input: &str) -> String {
    let mut child = spawn(&mut command);
    child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
    let stdout = child.stdout.take().unwrap();
    let printed = spawn_blocking(|| read_to_string(stdout).unwrap());
    let Ok(printed) = timeout(LIMIT, printed).await else {
        child.kill().unwrap();
        panic!("{command:?} does not end");
    };
    let status = child.wait().unwrap();
    assert!(status.success(), "{command:?}: {status}; what it said is above");
    printed.unwrap()
}

fn spawn(command: &mut Command) -> Child {
    let spawned = command.spawn();
    spawned.unwrap_or_else(|error| panic!("{command:?}: {error}; install it with interop/run"))
}
