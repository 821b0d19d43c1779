//! The fate of the records of a batch, by how the business code ended. No I/O, no clock.

use crate::by_batch::batch_failure::BatchFailure;
use crate::call_failure::CallFailure;
use crate::failure::Failure;

/// How one call of the business code ended.
pub(crate) enum Returned {
    Done,
    Failed(BatchFailure),
    Panicked(CallFailure),
    OutOfTime,
}

/// What that makes of the records that were handed over.
pub(crate) struct Settlement {
    /// So many are done, from the first on.
    pub(crate) done: usize,
    /// The fate of the one after those; that of all later ones is unknown. `None` if all are done.
    pub(crate) next: Option<Next>,
}

pub(crate) enum Next {
    /// It is given up, and what comes after it is handed over again.
    Skipped(CallFailure),
    /// The partition ends there.
    Failed(CallFailure),
    OutOfTime(CallFailure),
}

/// Of so many records, which are at least one.
pub(crate) fn settle(returned: Returned, records: usize) -> Settlement {
    let nothing = |next| Settlement { done: 0, next: Some(next) };
    match returned {
        Returned::Done => Settlement { done: records, next: None },
        Returned::Failed(BatchFailure { index, failure }) if index >= records => {
            nothing(Next::Failed(CallFailure::of(&out_of_range(index, records, &failure))))
        }
        Returned::Failed(BatchFailure { index, failure }) => {
            let told = CallFailure::of(&failure);
            let next = if failure.is_skip() { Next::Skipped(told) } else { Next::Failed(told) };
            Settlement { done: index, next: Some(next) }
        }
        Returned::Panicked(failure) => nothing(Next::Failed(failure)),
        Returned::OutOfTime => nothing(Next::OutOfTime(CallFailure::deadline())),
    }
}

/// Which records it means nobody knows, so none is done.
fn out_of_range(index: usize, records: usize, failure: &Failure) -> Failure {
    Failure::retry(format!(
        "the handler names index {index} of a batch of {records}, so nothing of the batch counts as done: {failure}"
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(returned: Returned, records: usize) -> (usize, String) {
        let Settlement { done, next } = settle(returned, records);
        let next = next.map_or(String::new(), |next| match next {
            Next::Skipped(failure) => format!("skip, {}", failure.error_type),
            Next::Failed(failure) => format!("fail, {}: {}", failure.error_type, failure.message),
            Next::OutOfTime(failure) => format!("late, {}", failure.error_type),
        });
        (done, next)
    }

    /// The rule that loses nothing: what is not surely done is not done.
    #[test]
    fn records_before_the_index_are_done_and_a_malformed_index_leaves_nothing_done() {
        let retry = |index| Returned::Failed(BatchFailure::at(index, Failure::retry("full")));
        let skip = |index| Returned::Failed(BatchFailure::at(index, Failure::skip("bad")));
        let beyond = |index: usize, records: usize, why: &str| {
            let rule = "so nothing of the batch counts as done";
            format!("fail, failure: the handler names index {index} of a batch of {records}, {rule}: {why}")
        };
        let full = "fail, failure: full".to_owned();
        for (returned, records, done, next) in [
            (Returned::Done, 1, 1, String::new()),
            (Returned::Done, 3, 3, String::new()),
            (retry(0), 3, 0, full.clone()),
            (retry(1), 3, 1, full.clone()),
            (retry(2), 3, 2, full.clone()),
            (retry(3), 3, 0, beyond(3, 3, "full")),
            (retry(usize::MAX), 3, 0, beyond(usize::MAX, 3, "full")),
            (retry(0), 1, 0, full.clone()),
            (retry(1), 1, 0, beyond(1, 1, "full")),
            (skip(0), 3, 0, "skip, skipped".to_owned()),
            (skip(2), 3, 2, "skip, skipped".to_owned()),
            (skip(3), 3, 0, beyond(3, 3, "bad")),
            (Returned::Failed(BatchFailure::retry("full")), 3, 0, full),
            (Returned::Failed(std::fmt::Error.into()), 3, 0, format!("fail, failure: {}", std::fmt::Error)),
            (Returned::Panicked(CallFailure::panic(&"out of fuel")), 3, 0, "fail, panic: panicked: out of fuel".into()),
            (Returned::OutOfTime, 3, 0, "late, deadline".to_owned()),
        ] {
            assert_eq!(told(returned, records), (done, next));
        }
    }
}
