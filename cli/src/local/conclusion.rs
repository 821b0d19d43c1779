//! What a run comes to. Pure.

use kinetrace_testbed::checker::{Conclusion, Verdict};
use kinetrace_testbed::counted::Counted;

use crate::outcome::Outcome;

/// The last sentence, and the outcome, as `verify` has it: what still waited when the run ended was not processed, and a
/// history without it is not whole.
pub(super) fn conclude(verdict: &Verdict, waiting: usize) -> (Outcome, String) {
    match verdict.conclusion() {
        Conclusion::Violated => (Outcome::DoesNotHold, "VIOLATED, see above".to_owned()),
        _ if waiting > 0 => (
            Outcome::DoesNotHold,
            format!(
                "INCOMPLETE: {} still waited for a mapping; of the others order is kept, and nothing is lost",
                Counted(waiting, "record")
            ),
        ),
        Conclusion::Holds => (Outcome::Holds, "kept: every record was processed, in order".to_owned()),
        _ if verdict.totals.acknowledged == 0 => (Outcome::DoesNotHold, "INCOMPLETE: no record was put".to_owned()),
        _ => (
            Outcome::DoesNotHold,
            "INCOMPLETE: nothing that was seen is a violation, but not everything was seen".to_owned(),
        ),
    }
}
