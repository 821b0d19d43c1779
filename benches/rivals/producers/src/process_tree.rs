//! What a process and those that it started have taken, from `/proc`.

use std::collections::HashMap;
use std::fs;

use crate::failure::Failure;

/// Linux counts processor time in these, on all machines that people have.
const TICKS_A_SECOND: f64 = 100.0;

#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(crate) struct Taken {
    pub(crate) processor_seconds: f64,
    /// At most so far: the sum of what each process had at most.
    pub(crate) resident_kib: u64,
}

/// Of a process and all below it.
pub(crate) fn taken(root: u32) -> Result<Taken, Failure> {
    let processes = processes()?;
    let mut taken = Taken::default();
    for id in tree(root, &processes) {
        let ticks = processes.get(&id).map_or(0, |process| process.ticks);
        taken.processor_seconds += ticks as f64 / TICKS_A_SECOND;
        // One that has ended meanwhile has nothing.
        taken.resident_kib += fs::read_to_string(format!("/proc/{id}/status")).map_or(0, |status| resident(&status));
    }
    Ok(taken)
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Process {
    parent: u32,
    ticks: u64,
}

fn processes() -> Result<HashMap<u32, Process>, Failure> {
    let mut processes = HashMap::new();
    for entry in fs::read_dir("/proc")? {
        let Some(id) = entry?.file_name().to_str().and_then(|name| name.parse().ok()) else { continue };
        let stat = fs::read_to_string(format!("/proc/{id}/stat")).unwrap_or_default();
        processes.extend(process(&stat).map(|process| (id, process)));
    }
    Ok(processes)
}

/// By <https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html>: the name, in parentheses, may contain anything.
fn process(stat: &str) -> Option<Process> {
    let (_, rest) = stat.rsplit_once(')')?;
    let fields: Vec<_> = rest.split_whitespace().collect();
    let number = |place: usize| fields.get(place)?.parse::<u64>().ok();
    Some(Process { parent: fields.get(1)?.parse().ok()?, ticks: number(11)? + number(12)? })
}

fn tree(root: u32, processes: &HashMap<u32, Process>) -> Vec<u32> {
    let mut found = vec![root];
    let mut next = 0;
    while let Some(&parent) = found.get(next) {
        found.extend(processes.iter().filter(|(_, process)| process.parent == parent).map(|(id, _)| *id));
        next += 1;
    }
    found
}

fn resident(status: &str) -> u64 {
    let value = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    value.and_then(|value| value.split_whitespace().next()?.parse().ok()).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_with_parentheses_and_spaces_moves_no_field() {
        let stat = "7 (a) b (c)) S 3 7 7 0 -1 4194304 1 2 3 4 250 50 9 9 20 0";
        assert_eq!(process(stat), Some(Process { parent: 3, ticks: 300 }));
        assert_eq!(process(""), None);
    }

    #[test]
    fn the_processes_that_were_started_by_started_ones_count() {
        let processes = HashMap::from(
            [(1, 0), (2, 1), (3, 2), (4, 1), (9, 8)].map(|(id, parent)| (id, Process { parent, ticks: 0 })),
        );
        let mut tree = tree(1, &processes);
        tree.sort_unstable();
        assert_eq!(tree, [1, 2, 3, 4]);
    }

    #[test]
    fn the_most_memory_counts() {
        assert_eq!(resident("VmPeak:\t 9 kB\nVmHWM:\t   1234 kB\nVmRSS:\t 5 kB\n"), 1234);
    }
}
