//! A process, and where it says that it is.

use std::io::{Error, Result};
use std::process::Stdio;

use rustix::process::{Pid, Signal, kill_process};
use tokio::io::{AsyncBufReadExt as _, BufReader, Lines};
use tokio::process::{Child, ChildStdout, Command};

/// It ends with this value.
#[derive(Debug)]
pub(crate) struct Program {
    child: Child,
    lines: Lines<BufReader<ChildStdout>>,
}

impl Program {
    pub(crate) fn start(command: &mut Command) -> Result<Self> {
        // Of a group of its own, or Ctrl-C would reach it twice: from the terminal, and from here.
        command.stdin(Stdio::null()).stdout(Stdio::piped()).kill_on_drop(true).process_group(0);
        let mut child = command.spawn()?;
        let stdout = child.stdout.take().ok_or_else(|| Error::other("no standard output"))?;
        Ok(Self { child, lines: BufReader::new(stdout).lines() })
    }

    /// Reads until a line has this in it, and returns the word after it.
    pub(crate) async fn word_after(&mut self, text: &str) -> Result<String> {
        while let Some(line) = self.lines.next_line().await? {
            if let Some((_, after)) = line.split_once(text) {
                return Ok(after.split_whitespace().next().unwrap_or_default().to_owned());
            }
        }
        Err(Error::other(format!("it ended without saying {text:?}")))
    }

    /// Asks it to end, as Ctrl-C does, and waits. Returns what it said meanwhile, and whether it is content.
    pub(crate) async fn stop(mut self) -> Result<(String, bool)> {
        if let Some(id) = self.child.id().and_then(|id| Pid::from_raw(id.cast_signed())) {
            kill_process(id, Signal::INT)?;
        }
        let mut said = String::new();
        while let Some(line) = self.lines.next_line().await? {
            said += &line;
            said.push('\n');
        }
        Ok((said, self.child.wait().await?.success()))
    }
}
