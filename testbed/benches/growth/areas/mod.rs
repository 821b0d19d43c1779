//! What is worked on, a file for each picture.

mod aggregates;
mod events;
mod histories;
mod keys;
mod objects;
mod published;
mod records;

use crate::Failure;
use crate::picture::Picture;
use crate::size::Size;

/// Measures, and says what is drawn.
type Area = fn(Size) -> Result<Picture, Failure>;

/// By the names by which they are asked for.
pub(crate) const ALL: [(&str, Area); 6] = [
    ("records", records::picture),
    ("keys", keys::picture),
    ("aggregates", aggregates::picture),
    ("objects", objects::picture),
    ("events", events::picture),
    ("histories", histories::picture),
];
