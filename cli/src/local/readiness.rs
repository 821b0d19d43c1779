//! Whether mappings read their streams yet, and still. Pure.

use std::collections::{HashMap, HashSet};

use kinetrace_testbed::event_source_mapping::{Happening, StartingPosition};

use super::deployment::Deployment;

/// A mapping that begins with the latest record never sees what is put before it has its iterators. On AWS that takes minutes, in
/// which nobody expects anything of it; here it would seem to lose the first records.
#[derive(Debug)]
pub(super) struct Readiness {
    /// Of each mapping, by place, how many shards it has to read, and those that it has read.
    awaited: HashMap<usize, (usize, HashSet<String>)>,
    has_failed: bool,
}

/// What is waited for.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Standing {
    /// Whether nothing that is put from now on is passed over.
    pub(super) is_ready: bool,
    /// Whether a mapping does not go on, so that its records would be waited for in vain.
    pub(super) has_failed: bool,
}

impl Readiness {
    pub(super) fn of(deployment: &Deployment) -> Self {
        let mappings = deployment.mappings.iter().enumerate();
        let late = mappings.filter(|(_, it)| it.enabled && it.settings.starting_position == StartingPosition::Latest);
        let awaited = late.map(|(place, it)| {
            let stream = deployment.streams.iter().find(|stream| stream.name == it.stream);
            (place, (stream.map_or(0, |stream| usize::from(stream.shards)), HashSet::new()))
        });
        Self { awaited: awaited.collect(), has_failed: false }
    }

    /// The mapping at this place did something.
    pub(super) fn take(&mut self, mapping: usize, happening: &Happening) {
        match happening {
            Happening::Read { shard, .. } => {
                if let Some((shards, read)) = self.awaited.get_mut(&mapping) {
                    read.insert(shard.clone());
                    if read.len() >= *shards {
                        self.awaited.remove(&mapping);
                    }
                }
            }
            Happening::Failed(_) => {
                self.awaited.remove(&mapping);
                self.has_failed = true;
            }
            _ => {}
        }
    }

    pub(super) fn standing(&self) -> Standing {
        Standing { is_ready: self.awaited.is_empty(), has_failed: self.has_failed }
    }
}

#[cfg(test)]
mod tests {
    use kinetrace_testbed::event_source_mapping::Error;

    use super::*;

    fn awaiting_two_shards() -> Readiness {
        Readiness { awaited: [(1, (2, HashSet::new()))].into(), has_failed: false }
    }

    fn read(shard: &str) -> Happening {
        Happening::Read { shard: shard.to_owned(), records: Vec::new(), millis_behind_latest: 0 }
    }

    #[test]
    fn what_begins_with_the_latest_record_is_ready_once_it_has_read_every_shard() {
        let mut readiness = awaiting_two_shards();
        for (mapping, shard, is_ready) in [(0, "b", false), (1, "a", false), (1, "a", false), (1, "b", true)] {
            readiness.take(mapping, &read(shard));
            assert_eq!(readiness.standing().is_ready, is_ready, "{mapping} {shard}");
        }
    }

    #[test]
    fn a_mapping_that_has_failed_is_waited_for_no_longer() {
        let mut readiness = awaiting_two_shards();
        let stopped = Error::Stopped { shard: "a".to_owned(), sequence_number: "1".into(), missing: 1 };
        readiness.take(1, &Happening::Failed(stopped));
        assert_eq!(readiness.standing(), Standing { is_ready: true, has_failed: true });
    }
}
