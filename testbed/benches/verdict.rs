//! What a figure is worth, given the most it may be.

pub(crate) fn verdict(is_met: bool, are_enough: bool) -> &'static str {
    match (is_met, are_enough) {
        (_, false) => "too few to say",
        (true, true) => "met",
        (false, true) => "MISSED",
    }
}
