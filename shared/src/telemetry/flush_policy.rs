//! After which invocations spans and metrics leave.

use std::num::NonZero;
use std::time::Duration;

/// The variables that choose one.
pub(crate) const VARIABLES: [&str; 2] = [INVOCATIONS, SECONDS];
pub(crate) const INVOCATIONS: &str = "KINETRACE_FLUSH_INVOCATIONS";
pub(crate) const SECONDS: &str = "KINETRACE_FLUSH_SECONDS";

/// After which invocations spans and metrics leave: after every one, unless something else is chosen.
///
/// Fewer flushes cost less billed time, and more spans when Lambda ends the process without a word: see
/// [`register_last_flush`](crate::lambda::register_last_flush).
///
/// ```
/// use std::num::NonZero;
/// use std::time::Duration;
///
/// use kinetrace::FlushPolicy;
///
/// let every_invocation = FlushPolicy::default();
/// assert!(!every_invocation.keeps_spans_after_an_answer());
///
/// let every_minute = FlushPolicy::new(None, Some(Duration::from_secs(60)));
/// assert!(every_minute.keeps_spans_after_an_answer());
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FlushPolicy {
    invocations: Option<NonZero<u32>>,
    interval: Option<Duration>,
}

/// What there has been since the last flush.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Backlog {
    /// Those that have been answered, the current one included.
    pub(crate) invocations: u32,
    /// So many spans wait that the span processor begins an export by itself. It would stand still with the process unless
    /// a flush waits for it.
    pub(crate) is_full_batch: bool,
    /// The time that has passed; `None` if the clock was put back.
    pub(crate) age: Option<Duration>,
}

impl FlushPolicy {
    /// After every `invocations` of a process, or after the first invocation that ends `interval` or more after the last
    /// flush, whichever comes first. With neither: after every invocation.
    ///
    /// Once a batch of spans waits (512, or as many as `OTEL_BSP_MAX_EXPORT_BATCH_SIZE` and `OTEL_BSP_MAX_QUEUE_SIZE` allow)
    /// they leave in any case, at the end of the invocation.
    pub fn new(invocations: Option<NonZero<u32>>, interval: Option<Duration>) -> Self {
        let invocations = if interval.is_none() { invocations.or(Some(NonZero::<u32>::MIN)) } else { invocations };
        Self { invocations, interval }
    }

    /// Whether spans wait while the process stands still, so that they are lost if it never runs again.
    pub fn keeps_spans_after_an_answer(&self) -> bool {
        self.invocations != Some(NonZero::<u32>::MIN)
    }

    pub(crate) fn is_due(&self, backlog: Backlog) -> bool {
        self.invocations.is_some_and(|invocations| backlog.invocations >= invocations.get())
            || self.interval.is_some_and(|interval| backlog.age.is_none_or(|age| age >= interval))
            || backlog.is_full_batch
    }
}

impl Default for FlushPolicy {
    fn default() -> Self {
        Self::new(None, None)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn policy(invocations: Option<u32>, seconds: Option<u64>) -> FlushPolicy {
        FlushPolicy::new(invocations.map(|number| NonZero::new(number).unwrap()), seconds.map(Duration::from_secs))
    }

    #[test]
    fn a_flush_is_due_at_the_first_limit_reached() {
        let (every, tenth, minute, both) =
            (policy(None, None), policy(Some(10), None), policy(None, Some(60)), policy(Some(10), Some(60)));
        // Invocations, whether a batch is full, seconds since the last flush, and under which of the policies it is due.
        let table = [
            (1, false, Some(0), [true, false, false, false]),
            (9, false, Some(59), [true, false, false, false]),
            (10, false, Some(0), [true, true, false, true]),
            (11, false, Some(0), [true, true, false, true]),
            (1, false, Some(60), [true, false, true, true]),
            (9, false, Some(600), [true, false, true, true]),
            (1, true, Some(0), [true; 4]),
            // The clock was put back.
            (1, false, None, [true, false, true, true]),
        ];
        for (invocations, is_full_batch, age, expected) in table {
            let backlog = Backlog { invocations, is_full_batch, age: age.map(Duration::from_secs) };
            assert_eq!([every, tenth, minute, both].map(|policy| policy.is_due(backlog)), expected, "{backlog:?}");
        }
    }

    #[test]
    fn only_a_flush_after_every_invocation_keeps_no_spans() {
        for (invocations, seconds, expected) in [
            (None, None, false),
            (Some(1), None, false),
            (Some(1), Some(60), false),
            (Some(2), None, true),
            (None, Some(1), true),
            (Some(2), Some(1), true),
        ] {
            assert_eq!(
                policy(invocations, seconds).keeps_spans_after_an_answer(),
                expected,
                "{invocations:?} {seconds:?}"
            );
        }
    }
}
