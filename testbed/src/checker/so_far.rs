//! What is said of a history that goes on.

use kinetrace::SequenceNumber;

use super::checker::Checker;
use super::names::Names;
use super::put::Put;
use super::verdict::Verdict;

/// Whether a function may still get the record of this stream, shard and number, or its line may still come.
pub(super) type IsWaiting<'w> = &'w dyn Fn(&str, &str, &SequenceNumber) -> bool;

impl Checker {
    /// The verdict on what there is, while the run goes on. Records that are `waiting`, by stream, shard and number, are not
    /// lost, and nothing is said of lines that are missing, because they may come. Changes nothing, so it may be asked at any time.
    ///
    /// A record waits until its mapping has counted it as done or has discarded it, and until the line of that has been
    /// [added](Self::add).
    ///
    /// It takes a copy of what is not settled, and then as long as to [finish](Self::finish). What is kept of settled keys is shared.
    /// A caller that must not wait for it asks a clone, by [`into_so_far`](Self::into_so_far).
    pub fn so_far(&self, waiting: IsWaiting<'_>) -> Verdict {
        self.clone().into_so_far(waiting)
    }

    /// [`so_far`](Self::so_far) of a checker that is not asked again, such as a clone. Nothing is copied.
    pub fn into_so_far(mut self, waiting: IsWaiting<'_>) -> Verdict {
        let completeness = self.verdict.completeness.clone();
        let Self { puts, names, .. } = &mut self;
        puts.iter_mut().for_each(|put| put.is_waiting = is_waiting(put, names, waiting));
        self.settle(None);
        self.say_what_placement_means();
        Verdict { completeness, ..self.verdict }
    }

    /// How many lines are kept until they are settled.
    pub fn unsettled(&self) -> usize {
        self.puts.len() + self.processings.len()
    }

    /// Expects nothing more of records that no function has done and that are not `waiting`, so that they count as lost, and are
    /// forgotten as others are once [they are old](super::CheckerSettings::settle_after). Without this they are kept until the end,
    /// because a late redelivery could still make up for the loss: a run that loses everything would need room for everything.
    pub fn give_up(&mut self, waiting: IsWaiting<'_>) {
        let Self { puts, names, .. } = self;
        puts.iter_mut().for_each(|put| put.is_given_up = put.is_acknowledged() && !is_waiting(put, names, waiting));
        self.enough = 0;
    }
}

/// A put that says no place waits for nothing that could be known of.
fn is_waiting(put: &Put, names: &Names, waiting: IsWaiting<'_>) -> bool {
    put.told.is_some_and(|told| {
        let (stream, shard) = (names.text(names.stream_of(put.key)), names.text(told.shard));
        waiting(stream, shard, &told.number.digits(names).into())
    })
}
