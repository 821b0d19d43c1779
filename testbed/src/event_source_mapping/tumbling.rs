//! Tumbling windows: a state that goes from one invocation to the next, for as long as a window is open.
//!
//! <https://docs.aws.amazon.com/lambda/latest/dg/services-kinesis-windows.html>. A window belongs to a shard, and a record to
//! the window in which it arrived. A window is over when a record of a later one is read, when the shard ends, or up to two
//! minutes after its end if nothing more comes; how long exactly is left open. Then the function is invoked once more, with
//! the state and without records, and the state is dropped. A state of more than 1 MB ends the window early: the function is
//! invoked with it, and goes on in the same window with an empty state.
//!
//! A state machine, whose clock is given.

use std::time::Duration;

use crate::utc::Utc;

/// The bytes of a state at most.
const LIMIT: usize = 1024 * 1024;
/// How long after its end a window may be kept open for want of records, in milliseconds.
pub(super) const PATIENCE: i64 = 120_000;
const EMPTY: &str = "{}";

/// The windows of a shard.
#[derive(Debug)]
pub(super) struct Tumbling {
    length: i64,
    open: Option<Window>,
}

#[derive(Debug)]
struct Window {
    start: i64,
    /// A JSON text.
    state: String,
    too_large: bool,
    /// How long after its end it is closed if nothing more comes.
    patience: i64,
}

/// The members that a window adds to an event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct WindowMembers {
    pub(super) start: String,
    pub(super) end: String,
    pub(super) state: String,
    pub(super) is_final: bool,
    pub(super) is_terminated_early: bool,
}

impl Tumbling {
    pub(super) fn new(length: Duration) -> Self {
        Self { length: i64::try_from(length.as_millis()).unwrap_or(i64::MAX).max(1), open: None }
    }

    /// Whether a window is open.
    pub(super) fn is_open(&self) -> bool {
        self.open.is_some()
    }

    /// Opens the window of a record, unless one is open.
    pub(super) fn open(&mut self, arrival: i64, patience: impl FnOnce() -> i64) {
        let length = self.length;
        self.open.get_or_insert_with(|| {
            let start = arrival - arrival.rem_euclid(length);
            Window { start, state: EMPTY.to_owned(), too_large: false, patience: patience() }
        });
    }

    /// Whether a record of that arrival may go into the same batch as one of the other arrival, the first of the batch. A
    /// record that comes late goes into the window that is open.
    pub(super) fn admits(&self, first: i64, arrival: i64) -> bool {
        let start = self.open.as_ref().map_or(first - first.rem_euclid(self.length), |window| window.start);
        arrival < start + self.length
    }

    /// Whether the function is to be invoked because the window that is open is over, or its state too large. `next` is when
    /// the next record arrived, if one has been read; `caught_up` when a read last found that there was none; `ended` that
    /// there will be none.
    pub(super) fn is_over(&self, next: Option<i64>, caught_up: i64, ended: bool) -> bool {
        let Some(window) = &self.open else { return false };
        let end = window.start + self.length;
        let is_past = match next {
            Some(arrival) => arrival >= end,
            None => ended || caught_up >= end + window.patience,
        };
        window.too_large || is_past
    }

    /// What an invocation in the open window has to know of it, with records or with none because it is over.
    pub(super) fn members(&self, has_records: bool) -> Option<WindowMembers> {
        let window = self.open.as_ref()?;
        Some(WindowMembers {
            start: Utc::of(window.start).to_seconds(),
            end: Utc::of(window.start + self.length).to_seconds(),
            state: window.state.clone(),
            is_final: !has_records && !window.too_large,
            is_terminated_early: !has_records && window.too_large,
        })
    }

    /// Takes over the state of an answer.
    pub(super) fn keep(&mut self, state: String) {
        if let Some(window) = &mut self.open {
            window.too_large = state.len() > LIMIT;
            window.state = state;
        }
    }

    /// Takes down that the function was told that the window is over, or its state too large.
    pub(super) fn close(&mut self) {
        match &mut self.open {
            Some(window) if window.too_large => {
                window.too_large = false;
                window.state = EMPTY.to_owned();
            }
            _ => self.open = None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn windows() -> Tumbling {
        Tumbling::new(Duration::from_secs(120))
    }

    /// 07:05 on the day of AWS's example, whose window is from 07:04 to 07:06.
    const ARRIVAL: i64 = 1_607_497_500_000;
    const END: i64 = 1_607_497_560_000;

    #[test]
    fn a_window_begins_at_a_multiple_of_its_length_and_its_state_is_passed_on() {
        let mut windows = windows();
        assert_eq!(windows.members(true), None);
        windows.open(ARRIVAL, || 0);
        let expected = WindowMembers {
            start: "2020-12-09T07:04:00Z".into(),
            end: "2020-12-09T07:06:00Z".into(),
            state: "{}".into(),
            is_final: false,
            is_terminated_early: false,
        };
        assert_eq!(windows.members(true).unwrap(), expected);
        windows.open(END, || 0);
        windows.keep(r#"{"1": 282}"#.into());
        assert_eq!(windows.members(true).unwrap(), WindowMembers { state: r#"{"1": 282}"#.into(), ..expected });
    }

    #[test]
    fn a_batch_holds_records_of_one_window_and_those_that_come_late() {
        let mut windows = windows();
        for open in [false, true] {
            let admitted = [0, ARRIVAL, END - 1, END].map(|arrival| windows.admits(ARRIVAL, arrival));
            assert_eq!(admitted, [true, true, true, false], "open: {open}");
            windows.open(ARRIVAL, || 0);
        }
    }

    #[test]
    fn a_window_is_over_by_a_later_record_by_the_end_of_the_shard_or_by_silence() {
        let mut windows = windows();
        assert!(!windows.is_over(Some(i64::MAX), i64::MAX, true), "none is open");
        windows.open(ARRIVAL, || 30_000);
        let table = [
            (Some(END - 1), i64::MAX, true, false),
            (Some(END), 0, false, true),
            (None, END + 29_999, false, false),
            (None, END + 30_000, false, true),
            (None, 0, true, true),
        ];
        for (next, caught_up, ended, over) in table {
            assert_eq!(windows.is_over(next, caught_up, ended), over, "{next:?} {caught_up} {ended}");
        }
        let last = windows.members(false).unwrap();
        assert!(last.is_final && !last.is_terminated_early);
        windows.close();
        assert!(!windows.is_open());
        windows.open(END, || 0);
        assert_eq!(windows.members(true).unwrap().state, "{}");
    }

    #[test]
    fn a_state_of_more_than_a_megabyte_ends_the_window_early_and_the_same_window_goes_on_without_it() {
        let mut windows = windows();
        windows.open(ARRIVAL, || 0);
        windows.keep("1".repeat(LIMIT));
        assert!(!windows.is_over(None, 0, false));
        windows.keep("1".repeat(LIMIT + 1));
        assert!(windows.is_over(None, 0, false));
        let early = windows.members(false).unwrap();
        assert!(early.is_terminated_early && !early.is_final && early.state.len() == LIMIT + 1);
        windows.close();
        let members = windows.members(true).unwrap();
        assert_eq!((members.start.as_str(), members.state.as_str()), ("2020-12-09T07:04:00Z", "{}"));
        assert!(!members.is_terminated_early && !windows.is_over(None, 0, false));
    }
}
