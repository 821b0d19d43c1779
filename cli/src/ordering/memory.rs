//! What this process and those that it started take of the machine's memory.

use std::collections::HashMap;

/// Resident memory in bytes; `None` where there is no `/proc`. Pages that processes share, such as those of the executable,
/// count for each of them, so it is no less than what they take together.
pub(crate) fn resident() -> Option<u64> {
    let mut processes = HashMap::new();
    for entry in std::fs::read_dir("/proc").ok()?.flatten() {
        let id = entry.file_name().to_str().and_then(|name| name.parse::<u32>().ok());
        // It may have ended meanwhile.
        if let Some(process) =
            id.and_then(|id| Some((id, read(&std::fs::read_to_string(entry.path().join("status")).ok()?))))
        {
            processes.insert(process.0, process.1);
        }
    }
    let sum = sum(std::process::id(), &processes);
    (sum > 0).then_some(sum)
}

/// Of one process.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Process {
    parent: u32,
    resident: u64,
}

/// Of a `/proc/<id>/status`: <https://man7.org/linux/man-pages/man5/proc_pid_status.5.html>.
fn read(status: &str) -> Process {
    let field = |name| status.lines().find_map(|line| line.strip_prefix(name)).map(str::trim);
    let parent = field("PPid:").and_then(|value| value.parse().ok());
    let kibibytes = field("VmRSS:").and_then(|value| value.strip_suffix("kB")?.trim().parse::<u64>().ok());
    Process { parent: parent.unwrap_or_default(), resident: kibibytes.unwrap_or_default() * 1024 }
}

/// Of a process and all below it.
fn sum(root: u32, processes: &HashMap<u32, Process>) -> u64 {
    let parent = |id: &u32| processes.get(id).map(|process| process.parent);
    // A line of parents ends at process 1, or where one has ended.
    let is_below = |id: u32| std::iter::successors(Some(id), parent).take(64).any(|ancestor| ancestor == root);
    processes.iter().filter(|(id, _)| is_below(**id)).map(|(_, process)| process.resident).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_process_and_all_below_it_count_and_no_other() {
        let status = "Name:\tkinetrace\nPPid:\t7\nVmPeak:\t  99 kB\nVmRSS:\t    20 kB\n";
        assert_eq!(read(status), Process { parent: 7, resident: 20 * 1024 });
        assert_eq!(read("Name:\tkthreadd\nPPid:\t0\n"), Process::default());
        let processes = [(1, 0, 1), (7, 1, 10), (8, 7, 100), (9, 8, 1_000), (10, 1, 10_000)];
        let processes = processes.map(|(id, parent, resident)| (id, Process { parent, resident })).into();
        assert_eq!(sum(7, &processes), 1_110);
        assert_eq!(sum(11, &processes), 0);
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn a_running_process_takes_memory() {
        assert!(resident().is_some_and(|bytes| bytes > 100_000), "{:?}", resident());
    }
}
