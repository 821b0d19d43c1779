//! Processor time of the processes of a pipeline, as far as Linux tells it.

use std::fs;
use std::os::unix::process::parent_id;

use crate::{collector, emulator};

/// A second has so many of the units in which `/proc` counts, on every machine (`getconf CLK_TCK`).
const UNITS: f64 = 100.0;

/// This process has the publisher and the mapping, and its children are the consumers.
pub(crate) const NAMES: [&str; 4] = ["publisher and mapping", "Kinesis", "consumers", "collector"];

/// Seconds since each began, in the order of [`NAMES`]; 0 where that is not told.
pub(crate) fn seconds() -> [f64; 4] {
    let own = std::process::id();
    let mut seconds = [0.0; 4];
    let processes = fs::read_dir("/proc").into_iter().flatten().flatten();
    for id in processes.filter_map(|entry| entry.file_name().to_str()?.parse().ok()) {
        let Some(process) = Process::read(id) else { continue };
        let role = match process.role.as_str() {
            _ if id == own => 0,
            _ if process.parent == own => 2,
            emulator::ROLE if process.parent == parent_id() => 1,
            collector::ROLE if process.parent == parent_id() => 3,
            _ => continue,
        };
        seconds[role] += process.seconds;
    }
    seconds
}

struct Process {
    parent: u32,
    seconds: f64,
    /// Its first argument.
    role: String,
}

impl Process {
    fn read(id: u32) -> Option<Self> {
        let text = fs::read_to_string(format!("/proc/{id}/stat")).ok()?;
        // The second field is a name in parentheses, which may have spaces; the third one follows.
        let fields: Vec<_> = text.rsplit_once(") ")?.1.split(' ').collect();
        let number = |field: usize| fields.get(field - 3)?.parse::<u32>().ok();
        let command = fs::read_to_string(format!("/proc/{id}/cmdline")).ok()?;
        let role = command.split('\0').nth(1).unwrap_or_default().to_owned();
        Some(Self { parent: number(4)?, seconds: f64::from(number(14)? + number(15)?) / UNITS, role })
    }
}
