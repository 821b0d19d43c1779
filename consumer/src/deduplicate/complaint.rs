//! What the log says about records that are processed though they may be copies.

use std::sync::atomic::{AtomicBool, Ordering};

use kinetrace::SequenceNumber;

use super::progress::Verdict;
use super::series::Series;
use crate::record::Record;

/// What would fill the log is told once.
#[derive(Debug, Default)]
pub(super) struct Complaint {
    /// That records cannot be told from their copies.
    of_uncounted: AtomicBool,
    /// That too few checksums are remembered.
    of_forgotten: AtomicBool,
}

/// Where a record is in the stream.
pub(super) struct Place<'a> {
    pub(super) shard_id: &'a str,
    pub(super) sequence_number: &'a SequenceNumber,
}

impl Complaint {
    pub(super) fn of_uncounted(&self, record: &Record) {
        if !self.of_uncounted.swap(true, Ordering::Relaxed) {
            tracing::warn!(
                stream = &*record.stream, shard = &*record.shard_id, sequence_number = %record.sequence_number,
                "no producer's count or no partition key, so this record and others like it are processed as often as \
                 they come; the ordered `Publisher` sends counts, with the carriers `Envelope` and `Aggregate`"
            );
        }
    }

    pub(super) fn about(&self, verdict: Verdict, place: &Place<'_>, series: &Series, sequence: u64) {
        let Place { shard_id: shard, sequence_number } = place;
        let Some(producer) = series.producer() else { return self.about_offset(verdict, place, series) };
        match verdict {
            Verdict::New | Verdict::Repeat => {}
            Verdict::Late => tracing::warn!(
                shard, %sequence_number, %producer, sequence,
                "processed though later records of its group were before: nobody knows of an earlier copy"
            ),
            Verdict::Conflict => tracing::warn!(
                shard, %sequence_number, %producer, sequence,
                "processed though its number was before, with another payload: two publishers with one id, a producer \
                 that changes what it sends again, or a producer that forges counts"
            ),
            Verdict::Forgotten if self.of_forgotten.swap(true, Ordering::Relaxed) => {}
            Verdict::Forgotten => tracing::warn!(
                shard, %sequence_number, %producer, sequence,
                "processed though its number was before: so many later records of its key have been since that its \
                 checksum is forgotten (see `Deduplicate::remember`); further ones like it are not reported"
            ),
        }
    }

    /// Keys of a partition do not wait for each other, so one that comes after its successors is nothing to tell.
    fn about_offset(&self, verdict: Verdict, place: &Place<'_>, series: &Series) {
        let (topic, partition, offset) = (&**series.stream(), place.shard_id, place.sequence_number);
        match verdict {
            Verdict::New | Verdict::Repeat | Verdict::Late => {}
            Verdict::Conflict => tracing::warn!(
                topic, partition, %offset,
                "processed though its offset was before, with another record: the topic was made anew, or another cluster's \
                 topic has the same name"
            ),
            Verdict::Forgotten if self.of_forgotten.swap(true, Ordering::Relaxed) => {}
            Verdict::Forgotten => tracing::warn!(
                topic, partition, %offset,
                "processed though its offset was before: so many later records of its partition have been since that its \
                 checksum is forgotten (see `Deduplicate::remember`); further ones like it are not reported"
            ),
        }
    }
}
