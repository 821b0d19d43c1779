//! From a configuration to a process that runs.

use std::io::ErrorKind;
use std::time::Duration;

use tokio::process::Command;
use tokio::sync::{mpsc::UnboundedSender, watch};
use tokio::time::{Instant, sleep};

use super::log::{Lines, LogLine};
use super::process::Process;
use super::program::{self, ProgramError};
use super::variables;
use crate::configuration::Configuration;

/// How long a program may be open for writing, as it is while a linker or a copy is at work on it: the system does not start
/// it then ("text file busy").
const BUSY_LIMIT: Duration = Duration::from_secs(10);

/// Between two attempts.
const PAUSE: Duration = Duration::from_millis(20);

/// Starts the process, which stands still while it `rests`.
pub(super) async fn launch(
    id: u32,
    configuration: &Configuration,
    runtime_api: &str,
    logs: &UnboundedSender<LogLine>,
    rests: &watch::Receiver<bool>,
) -> Result<Process, ProgramError> {
    let until = Instant::now() + BUSY_LIMIT;
    let lines = Lines { to: logs.clone(), room: configuration.room.clone() };
    loop {
        match Process::spawn(command(configuration, runtime_api)?, id, &lines, rests.clone()) {
            Ok(process) => return Ok(process),
            Err(error) if error.kind() == ErrorKind::ExecutableFileBusy && Instant::now() < until => sleep(PAUSE).await,
            // The program itself was there a moment ago.
            Err(error) if error.kind() == ErrorKind::NotFound => return Err(ProgramError::NoLoader(error)),
            Err(error) => return Err(ProgramError::Other(error)),
        }
    }
}

fn command(configuration: &Configuration, runtime_api: &str) -> Result<Command, ProgramError> {
    let Configuration { bootstrap, args, directory, .. } = configuration;
    let variables = variables::of(configuration, runtime_api, |name| std::env::var_os(name));
    let path = variables.get("PATH").cloned().unwrap_or_default();
    let mut command = Command::new(program::find(bootstrap, &path, directory.as_deref())?);
    command.args(args).env_clear().envs(variables);
    if let Some(directory) = directory {
        command.current_dir(directory);
    }
    Ok(command)
}
