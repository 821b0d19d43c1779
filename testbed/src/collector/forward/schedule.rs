//! What is sent when, and what an answer does to it: no clock, and no network.

use std::time::Duration;

use tokio::time::Instant;

use super::answer::Answer;
use super::backlog::{Backlog, Body, MOST_BYTES, Parcel};
use super::forwarded::Forwarded;

/// Beyond so many bytes that wait, a run that makes spans should wait, too. The spans of the sample file take half of it.
/// Far below [`MOST_BYTES`], because what is in the stream already still makes spans.
const ENOUGH_BYTES: usize = 64 * 1024 * 1024;

/// The first pause after a failure, which doubles with each further one.
const FIRST_PAUSE: Duration = Duration::from_millis(100);
const LONGEST_PAUSE: Duration = Duration::from_secs(5);

/// A receiver that has taken nothing, and so many bodies of which each was alone in its request, refuses whatever comes.
const REFUSED_ALONE: u32 = 16;

#[derive(Debug)]
pub(super) struct Schedule {
    backlog: Backlog,
    /// Without a request that the receiver takes, the rest is given up after so long.
    patience: Duration,
    /// Requests in flight, and their bytes.
    under_way: usize,
    bytes_under_way: usize,
    /// When the receiver took something, or something came while nothing waited.
    last_progress: Instant,
    /// Before that the receiver is left alone.
    quiet_until: Instant,
    /// Since it took something.
    failures: u32,
    last_failure: String,
    has_taken: bool,
    refused_alone: u32,
    /// Nothing is sent any more, for this reason.
    given_up: Option<String>,
}

/// What is to be done next.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Next {
    Send(Parcel),
    /// So many spans are given up, for this reason.
    GiveUp(u64, String),
    /// Nothing until then, or until something changes.
    Wait(Option<Instant>),
}

impl Schedule {
    pub(super) fn new(now: Instant, patience: Duration) -> Self {
        Self {
            backlog: Backlog::default(),
            patience,
            under_way: 0,
            bytes_under_way: 0,
            last_progress: now,
            quiet_until: now,
            failures: 0,
            last_failure: String::new(),
            has_taken: false,
            refused_alone: 0,
            given_up: None,
        }
    }

    pub(super) fn has_room(&self) -> bool {
        self.backlog.bytes() + self.bytes_under_way < ENOUGH_BYTES
    }

    /// Why it is lost, if it is.
    pub(super) fn push(&mut self, now: Instant, body: Body) -> Result<(), String> {
        if let Some(reason) = &self.given_up {
            return Err(reason.clone());
        }
        if self.under_way == 0 && self.backlog.is_empty() {
            self.last_progress = now;
        }
        let no_room = |_| format!("no room: {} MiB of spans waited for the receiver", MOST_BYTES / 1024 / 1024);
        self.backlog.push(body).map_err(no_room)
    }

    pub(super) fn next(&mut self, now: Instant) -> Next {
        if self.backlog.is_empty() {
            return Next::Wait(None);
        }
        let end = self.last_progress + self.patience;
        // Without a failure it is this machine that has stood still.
        if now >= end && self.failures > 0 {
            let reason =
                format!("given up after {:?} in which it took none; the last: {}", self.patience, self.last_failure);
            self.given_up = Some(reason.clone());
            return Next::GiveUp(self.backlog.give_up(), reason);
        }
        if now < self.quiet_until {
            return Next::Wait(Some(self.quiet_until.min(end)));
        }
        let Some(parcel) = self.backlog.next() else { return Next::Wait(None) };
        self.under_way += 1;
        self.bytes_under_way += parcel.len();
        Next::Send(parcel)
    }

    /// What is known of a request's spans by its answer.
    pub(super) fn settle(&mut self, now: Instant, parcel: Parcel, answer: Answer) -> Forwarded {
        self.under_way -= 1;
        self.bytes_under_way -= parcel.len();
        let mut known = Forwarded::default();
        match answer {
            Answer::Taken { rejected, reason } => {
                (self.last_progress, self.failures, self.has_taken) = (now, 0, true);
                let rejected = rejected.min(parcel.spans());
                known.taken = parcel.spans() - rejected;
                known.lose(rejected, &reason);
            }
            Answer::Later { after, reason } => {
                self.pause(now, after, reason);
                self.again(Err(parcel), &mut known);
            }
            Answer::Nothing(reason) => {
                self.pause(now, None, reason);
                self.again(parcel.halves(), &mut known);
            }
            Answer::Fewer(reason) => self.halve(parcel, &reason, &mut known),
            Answer::Refused(reason) => known.lose(parcel.spans(), &reason),
        }
        known
    }

    fn pause(&mut self, now: Instant, after: Option<Duration>, reason: String) {
        let pause = || FIRST_PAUSE.saturating_mul(2_u32.saturating_pow(self.failures)).min(LONGEST_PAUSE);
        self.quiet_until = self.quiet_until.max(now + after.unwrap_or_else(pause));
        self.failures += 1;
        self.last_failure = reason;
    }

    fn again(&mut self, parcels: Result<[Parcel; 2], Parcel>, known: &mut Forwarded) {
        match (parcels, &self.given_up) {
            (Ok(halves), None) => self.backlog.put_first(halves),
            (Err(whole), None) => self.backlog.put_back(whole),
            (Ok(halves), Some(reason)) => halves.iter().for_each(|half| known.lose(half.spans(), reason)),
            (Err(whole), Some(reason)) => known.lose(whole.spans(), reason),
        }
    }

    fn halve(&mut self, parcel: Parcel, reason: &str, known: &mut Forwarded) {
        if !self.has_taken && self.refused_alone >= REFUSED_ALONE {
            return known.lose(parcel.spans(), reason);
        }
        match parcel.halves() {
            Ok(halves) => self.again(Ok(halves), known),
            Err(alone) => {
                self.refused_alone += 1;
                known.lose(alone.spans(), reason);
            }
        }
    }
}

#[cfg(test)]
mod tests;
