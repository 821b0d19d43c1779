//! Whether the history has a line for everything that it mentions.

use std::collections::BTreeMap;
use std::fmt;

use serde::Serialize;

use super::property::EXAMPLES;

/// Something that a verdict cannot do without.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Lack {
    /// The history has no line of any put.
    Puts,
    /// The history has no line of any processing.
    Processings,
    /// Records that were processed, but have no line of their put.
    PutLines,
    /// Counts of which there is no line at all.
    Counts,
    /// Lines that say that they are events, and cannot be read.
    UnreadableLines,
    /// Documents and compressed files that break off.
    CutDocuments,
    /// Documents that say, or by their length seem to say, that there is more than they hold.
    PartialDocuments,
    /// Files that are packed in a way that is not read.
    PackedFiles,
    /// Lines with ids or numbers that are none.
    OddValues,
    /// Lines of something that ended before it began.
    Times,
    /// Processings that do not say by which of several functions.
    Functions,
}

impl Lack {
    fn sentence(self) -> &'static str {
        match self {
            Self::Puts => "no line of a put: give the log of the producer as well",
            Self::Processings => "no line of a processing: give the log of the consumer as well",
            Self::PutLines => {
                "records were processed of whose put there is no line: give the logs of all producers of the stream, and of the whole time"
            }
            Self::Counts => {
                "records have no line at all, though their producer counted them: they are lost, or their lines are"
            }
            Self::UnreadableLines => "lines say that they are events and cannot be read",
            Self::CutDocuments => "documents or compressed files break off: get them once more",
            Self::PartialDocuments => "documents may be parts of what there is",
            Self::PackedFiles => "files are packed and were not read",
            Self::OddValues => "values are not what their field has to have",
            Self::Times => "puts or processings end before they start: a clock was set back",
            Self::Functions => "processings do not say by which of the functions that read their stream",
        }
    }
}

/// What a history lacks. It is complete if that is nothing.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Completeness(BTreeMap<Lack, Missing>);

/// How often, and where.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Missing {
    /// How many.
    pub total: u64,
    /// The first few, for people.
    pub examples: Vec<String>,
}

impl Completeness {
    /// Whether nothing is missing.
    pub fn is_complete(&self) -> bool {
        self.0.is_empty()
    }

    /// How much is missing of one kind.
    pub fn total(&self, lack: Lack) -> u64 {
        self.0.get(&lack).map_or(0, |missing| missing.total)
    }

    pub(super) fn add(&mut self, lack: Lack, count: u64, example: impl FnOnce() -> Option<String>) {
        let missing = self.0.entry(lack).or_default();
        missing.total += count;
        if missing.examples.len() < EXAMPLES {
            missing.examples.extend(example());
        }
    }
}

impl fmt::Display for Completeness {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (lack, Missing { total, examples }) in &self.0 {
            match lack {
                Lack::Puts | Lack::Processings => write!(f, "\n\nincomplete, {}", lack.sentence())?,
                _ => write!(f, "\n\nincomplete, {total} {}:", lack.sentence())?,
            }
            examples.iter().try_for_each(|example| write!(f, "\n  {example}"))?;
        }
        Ok(())
    }
}
