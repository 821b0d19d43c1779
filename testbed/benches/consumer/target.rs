//! A figure and what it is to be.

use crate::records::Size;

/// What a figure is worth beside the most it may be.
pub(crate) fn verdict(size: Size, figure: f64, most: f64) -> &'static str {
    match (size.is_full, figure <= most) {
        (true, true) => "met",
        (true, false) => "MISSED",
        (false, _) => "too few to say",
    }
}
