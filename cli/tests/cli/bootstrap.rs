//! The program as the bootstrap of a function, in real execution environments.

use std::time::Duration;

use kinetrace_testbed::configuration::Configuration;
use kinetrace_testbed::environment::LogLine;
use kinetrace_testbed::function::Function;
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};

use crate::program;

/// A function that runs `kinetrace bootstrap <args>` with these variables, and what it logs.
pub(crate) fn deploy(
    args: &[&str],
    variables: &[(&str, &str)],
    timeout: Duration,
) -> (Function, UnboundedReceiver<LogLine>) {
    let mut configuration = Configuration::new(args[0], program::PATH);
    configuration.args = ["bootstrap"].iter().chain(args).map(|arg| (*arg).to_owned()).collect();
    configuration.env = variables.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    configuration.timeout = timeout;
    configuration.max_concurrency = 20;
    let (sender, logs) = unbounded_channel();
    (Function::new(configuration, sender), logs)
}
