//! A server in a process of its own, which is this same executable in another role.

use std::io::{self, BufRead as _, BufReader, Write as _};
use std::process::{Child, Command, Stdio};

use crate::Failure;

/// Ends when it is dropped, or with this process.
#[derive(Debug)]
pub(crate) struct OwnProcess {
    process: Child,
    endpoint: String,
}

impl OwnProcess {
    /// `role` is the first argument of a process that is to be the server.
    pub(crate) fn start(role: &str) -> Result<Self, Failure> {
        let mut command = Command::new(std::env::current_exe()?);
        let mut process = command.arg(role).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn()?;
        let mut endpoint = String::new();
        if let Some(output) = process.stdout.take() {
            BufReader::new(output).read_line(&mut endpoint)?;
        }
        if endpoint.is_empty() {
            return Err(format!("the process {role} ended at once: its standard error says why").into());
        }
        Ok(Self { process, endpoint: endpoint.trim_end().to_owned() })
    }

    pub(crate) fn endpoint(&self) -> &str {
        &self.endpoint
    }
}

impl Drop for OwnProcess {
    fn drop(&mut self) {
        // It fails only if the process has ended.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// What such a process does once it serves: it says where, and waits until nothing holds the other end of standard input.
pub(crate) fn serve_at(endpoint: &str) -> Result<(), Failure> {
    writeln!(io::stdout(), "{endpoint}")?;
    io::copy(&mut io::stdin(), &mut io::sink())?;
    Ok(())
}
