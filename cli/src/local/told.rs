//! What people are told while it runs.

use std::path::PathBuf;
use std::time::{Duration, Instant};

use kinetrace_testbed::counted::Counted;
use kinetrace_testbed::environment::LogLine;
use kinetrace_testbed::event_source_mapping::Happening;

use super::ledger::Counts;
use super::messages::Messages;
use super::outside::Mapped;
use crate::ordering::memory;

/// After so long without another line, there is one about the progress.
const SILENCE: Duration = Duration::from_secs(5);

/// Standard error, for people.
#[derive(Debug)]
pub(super) struct Told {
    messages: Messages,
    quiet: bool,
    /// When anything was written.
    last: Instant,
    /// When progress was, and how far it was.
    progress: (Instant, Counts),
}

impl Told {
    pub(super) fn new(quiet: bool, messages: Messages) -> Self {
        let now = Instant::now();
        Self { messages, quiet, last: now, progress: (now, Counts::default()) }
    }

    /// A function has written a line.
    pub(super) fn line(&mut self, function: &str, line: &LogLine) {
        if !self.quiet {
            self.say(&format!("[{function}/{}] {}", line.environment, line.line));
        }
    }

    /// What a mapping does that nobody should miss.
    pub(super) fn mapping(&mut self, Mapped { stream, function }: &Mapped, happening: &Happening) {
        match happening {
            Happening::Discarded(discard) => self.say(&format!(
                "{stream} ─▶ {function}: {} of {} given up from {} on: {}",
                Counted(discard.batch_size, "record"),
                discard.shard,
                discard.first_sequence_number,
                discard.reason
            )),
            Happening::Failed(error) => self.say(&format!("{stream} ─▶ {function} does not go on: {error}")),
            _ => {}
        }
    }

    /// A batch that was given up is in a file, or cannot be.
    pub(super) fn kept(&mut self, kept: Result<Option<PathBuf>, String>) {
        match kept {
            Ok(Some(path)) => self.say(&format!("it is in {}", path.display())),
            Ok(None) => {}
            Err(error) => self.say(&error),
        }
    }

    /// How far it is, if there was nothing else to read.
    pub(super) fn progress(&mut self, counts: Counts, waiting: usize) {
        if self.last.elapsed() < SILENCE || (counts == self.progress.1 && waiting == 0) {
            return;
        }
        let (since, before) = self.progress;
        let rate = u128::from(counts.put - before.put) * 1_000 / since.elapsed().as_millis().max(1);
        let memory = memory::resident().map_or(String::new(), |bytes| format!("; {} MiB", bytes.div_ceil(1 << 20)));
        let Counts { put, processed, failed } = counts;
        self.say(&format!(
            "{put} put ({rate} a second), {processed} processed, {failed} failed, {waiting} waiting{memory}"
        ));
        self.progress = (Instant::now(), counts);
    }

    fn say(&mut self, line: &str) {
        self.messages.say(line);
        self.last = Instant::now();
    }
}
