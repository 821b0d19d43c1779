//! The most memory that this process has had at once, as Linux knows it.

use std::fs;

/// In bytes.
pub(crate) fn of_this_process() -> usize {
    // https://docs.kernel.org/filesystems/proc.html
    let status = fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
    line.trim().trim_end_matches(" kB").trim().parse::<usize>().unwrap() << 10
}
