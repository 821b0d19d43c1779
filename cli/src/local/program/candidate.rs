//! Which of several builds is taken.

use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use super::processor::{self, Executable};

/// An executable that is there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Candidate {
    pub(super) path: PathBuf,
    pub(super) built: SystemTime,
    /// What it is for, if this machine does not run it.
    pub(super) foreign: Option<String>,
}

/// Which one is taken, and why there is none.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Choice<'c> {
    /// This one, and how many others there are.
    Taken(&'c Candidate),
    /// All that there are are for another machine: the newest.
    Foreign(&'c Candidate),
    None,
}

/// Those of the paths that are files.
pub(super) fn existing(paths: &[PathBuf]) -> Vec<Candidate> {
    paths.iter().filter_map(|path| candidate(path)).collect()
}

pub(super) fn candidate(path: &Path) -> Option<Candidate> {
    let metadata = path.metadata().ok().filter(std::fs::Metadata::is_file)?;
    let executable = processor::look_at(path).unwrap_or(Executable::Other);
    let foreign = processor::foreign(&executable, processor::of_this_machine(), std::env::consts::OS);
    Some(Candidate { path: path.to_owned(), built: metadata.modified().unwrap_or(SystemTime::UNIX_EPOCH), foreign })
}

/// The newest that this machine runs; of those of one moment the first.
pub(super) fn choose(candidates: &[Candidate]) -> Choice<'_> {
    let newest = |is_foreign: bool| {
        let those = candidates.iter().rev().filter(|it| it.foreign.is_some() == is_foreign);
        those.max_by_key(|it| it.built)
    };
    match (newest(false), newest(true)) {
        (Some(own), _) => Choice::Taken(own),
        (None, Some(foreign)) => Choice::Foreign(foreign),
        (None, None) => Choice::None,
    }
}

/// How long ago something was, in words.
pub(super) fn ago(built: SystemTime, now: SystemTime) -> String {
    let seconds = now.duration_since(built).unwrap_or(Duration::ZERO).as_secs();
    let (number, unit) = match seconds {
        0..120 => (seconds, "second"),
        120..7_200 => (seconds / 60, "minute"),
        7_200..172_800 => (seconds / 3_600, "hour"),
        _ => (seconds / 86_400, "day"),
    };
    format!("{number} {unit}{} ago", if number == 1 { "" } else { "s" })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(path: &str, seconds: u64, foreign: Option<&str>) -> Candidate {
        let built = SystemTime::UNIX_EPOCH + Duration::from_secs(seconds);
        Candidate { path: path.into(), built, foreign: foreign.map(str::to_owned) }
    }

    #[test]
    fn the_newest_that_this_machine_runs_is_taken() {
        let (old, new, arm) = (at("old", 1, None), at("new", 2, None), at("arm", 3, Some("arm64")));
        assert_eq!(choose(&[old.clone(), new.clone()]), Choice::Taken(&new));
        assert_eq!(choose(&[new.clone(), old.clone()]), Choice::Taken(&new));
        assert_eq!(choose(&[arm.clone(), old.clone()]), Choice::Taken(&old));
        assert_eq!(choose(&[arm.clone(), at("x", 1, Some("arm64"))]), Choice::Foreign(&arm));
        assert_eq!(choose(&[]), Choice::None);
        let same = at("same", 2, None);
        assert_eq!(choose(&[new.clone(), same]), Choice::Taken(&new));
    }

    #[test]
    fn how_long_ago_is_told_in_the_unit_that_fits() {
        let now = SystemTime::UNIX_EPOCH + Duration::from_secs(10_000_000);
        let table = [
            (1, "1 second ago"),
            (119, "119 seconds ago"),
            (180, "3 minutes ago"),
            (7_200, "2 hours ago"),
            (864_000, "10 days ago"),
        ];
        for (seconds, words) in table {
            assert_eq!(ago(now - Duration::from_secs(seconds), now), words);
        }
        assert_eq!(ago(now + Duration::from_secs(5), now), "0 seconds ago");
    }
}
