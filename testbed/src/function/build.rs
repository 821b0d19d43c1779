//! Which build of the program is current, by the looks of its files.

use std::fs::{self, Metadata};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

/// So long must a file have been as it is, so that a build that is half written is not started. Writers set its time with each
/// write.
pub(super) const SETTLED: Duration = Duration::from_millis(300);

/// The watched files at one moment. Two that are equal are of one build.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Look(Vec<Option<Stamp>>);

#[derive(Debug, Clone, PartialEq, Eq)]
struct Stamp {
    modified: Option<SystemTime>,
    size: u64,
    /// A file that was renamed into its place may have the time and the size of the one before.
    inode: u64,
}

/// What a look says about the build that was current.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Build {
    /// It still is.
    Current,
    /// There is a new one, which is whole.
    New,
    /// There will be a new one.
    Unsettled,
    /// A file is not there, as while a build has only removed the one before.
    Missing,
}

impl Look {
    pub(super) fn at(files: &[PathBuf]) -> Self {
        Self(files.iter().map(|file| Stamp::of(file)).collect())
    }

    /// What this one, taken `now`, says when the build of `current` is current.
    pub(super) fn judge(&self, current: &Self, now: SystemTime) -> Build {
        if self == current {
            return Build::Current;
        }
        let Some(stamps) = self.0.iter().map(Option::as_ref).collect::<Option<Vec<_>>>() else {
            return Build::Missing;
        };
        if stamps.iter().all(|stamp| stamp.is_settled(now)) { Build::New } else { Build::Unsettled }
    }
}

impl Stamp {
    fn of(file: &Path) -> Option<Self> {
        let metadata = fs::metadata(file).ok()?;
        Some(Self { modified: metadata.modified().ok(), size: metadata.len(), inode: inode(&metadata) })
    }

    /// A time that is still to come says nothing, so there is nothing to wait for.
    fn is_settled(&self, now: SystemTime) -> bool {
        let age = self.modified.and_then(|modified| now.duration_since(modified).ok());
        age.is_none_or(|age| age >= SETTLED)
    }
}

#[cfg(unix)]
fn inode(metadata: &Metadata) -> u64 {
    std::os::unix::fs::MetadataExt::ino(metadata)
}

#[cfg(not(unix))]
fn inode(_: &Metadata) -> u64 {
    0
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: u64 = 1_000_000;

    /// A file that was written so many milliseconds ago.
    fn file(age: u64, size: u64, inode: u64) -> Option<Stamp> {
        let modified = SystemTime::UNIX_EPOCH + Duration::from_millis(NOW - age);
        Some(Stamp { modified: Some(modified), size, inode })
    }

    fn judge(current: &[Option<Stamp>], look: &[Option<Stamp>]) -> Build {
        let now = SystemTime::UNIX_EPOCH + Duration::from_millis(NOW);
        Look(look.to_vec()).judge(&Look(current.to_vec()), now)
    }

    #[test]
    fn another_time_size_or_inode_is_a_new_build_once_the_file_has_been_as_it_is_for_a_while() {
        let old = file(5000, 10, 1);
        let table = [
            (file(5000, 10, 1), Build::Current),
            (file(400, 10, 1), Build::New),
            (file(5000, 11, 1), Build::New),
            (file(5000, 10, 2), Build::New),
            (file(299, 10, 1), Build::Unsettled),
            (file(0, 10, 2), Build::Unsettled),
            (None, Build::Missing),
        ];
        for (look, expected) in table {
            let told = format!("{look:?}");
            assert_eq!(judge(std::slice::from_ref(&old), &[look]), expected, "{told}");
        }
        assert_eq!(judge(&[None], &[None]), Build::Current, "it has never been built");
        assert_eq!(judge(&[None], &[file(400, 10, 1)]), Build::New);
    }

    #[test]
    fn of_several_files_all_must_be_there_and_settled() {
        let current = [file(5000, 1, 1), file(5000, 2, 2)];
        let table = [
            ([file(400, 1, 1), file(5000, 2, 2)], Build::New),
            ([file(400, 1, 1), file(10, 2, 2)], Build::Unsettled),
            ([file(400, 1, 1), None], Build::Missing),
        ];
        for (look, expected) in table {
            assert_eq!(judge(&current, &look), expected, "{look:?}");
        }
    }

    #[test]
    fn a_time_that_is_still_to_come_does_not_hold_up_a_build() {
        let modified = SystemTime::UNIX_EPOCH + Duration::from_millis(NOW + 3_600_000);
        let look = Some(Stamp { modified: Some(modified), size: 10, inode: 1 });
        assert_eq!(judge(&[file(5000, 10, 1)], &[look]), Build::New);
    }
}
