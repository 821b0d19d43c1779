//! What waits to be forwarded, and what goes together in one request.

use std::collections::VecDeque;
use std::mem;

use bytes::Bytes;

/// How much one request may hold, in bytes: what waits while others are in flight is joined up to this. Receivers take no
/// less, as they come: 20 MiB by OpenTelemetry's Collector and Jaeger, 5 MB and 10,000 spans by CloudWatch, 4 MiB where
/// gRPC relays it. A body that is larger by itself goes alone.
pub(super) const JOINED_BYTES: usize = 1024 * 1024;

/// How much may wait, in bytes. Beyond it a body is lost at once.
pub(super) const MOST_BYTES: usize = 256 * 1024 * 1024;

/// The body of an exporter's request, uncompressed, and how many spans are in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Body {
    pub(super) bytes: Bytes,
    pub(super) spans: u64,
}

/// Bodies that go as one request. That is one field which may repeat (`ExportTraceServiceRequest.resource_spans`), so two
/// bodies, one after the other, are the body of both.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Parcel(Vec<Body>);

/// What waits, in the order in which it came; first what has to go again.
#[derive(Debug, Default)]
pub(super) struct Backlog {
    again: VecDeque<Parcel>,
    bodies: VecDeque<Body>,
    bytes: usize,
}

impl Parcel {
    pub(super) fn spans(&self) -> u64 {
        self.0.iter().map(|body| body.spans).sum()
    }

    pub(super) fn len(&self) -> usize {
        self.0.iter().map(|body| body.bytes.len()).sum()
    }

    pub(super) fn joined(&self) -> Bytes {
        match &self.0[..] {
            [only] => only.bytes.clone(),
            several => several.iter().flat_map(|body| &body.bytes).copied().collect::<Vec<_>>().into(),
        }
    }

    /// The parcel itself, if it is one body.
    pub(super) fn halves(mut self) -> Result<[Self; 2], Self> {
        if self.0.len() < 2 {
            return Err(self);
        }
        let second = self.0.split_off(self.0.len() / 2);
        Ok([self, Self(second)])
    }
}

impl Backlog {
    /// Bytes that wait.
    pub(super) fn bytes(&self) -> usize {
        self.bytes
    }

    pub(super) fn is_empty(&self) -> bool {
        self.again.is_empty() && self.bodies.is_empty()
    }

    /// The body comes back if there is no room for it.
    pub(super) fn push(&mut self, body: Body) -> Result<(), Body> {
        if self.bytes + body.bytes.len() > MOST_BYTES {
            return Err(body);
        }
        self.bytes += body.bytes.len();
        self.bodies.push_back(body);
        Ok(())
    }

    /// It goes before what has not been tried, and after what has to go again already.
    pub(super) fn put_back(&mut self, parcel: Parcel) {
        self.bytes += parcel.len();
        self.again.push_back(parcel);
    }

    /// They go next, so that it is soon known whether there is anything that is taken.
    pub(super) fn put_first(&mut self, [first, second]: [Parcel; 2]) {
        self.bytes += first.len() + second.len();
        self.again.push_front(second);
        self.again.push_front(first);
    }

    /// What goes next: as much as may go together.
    pub(super) fn next(&mut self) -> Option<Parcel> {
        let parcel = match self.again.pop_front() {
            Some(parcel) => parcel,
            None => self.join()?,
        };
        self.bytes -= parcel.len();
        Some(parcel)
    }

    fn join(&mut self) -> Option<Parcel> {
        let mut joined = vec![self.bodies.pop_front()?];
        let mut room = JOINED_BYTES.saturating_sub(joined.iter().map(|body| body.bytes.len()).sum());
        while let Some(body) = self.bodies.pop_front_if(|body| body.bytes.len() <= room) {
            room -= body.bytes.len();
            joined.push(body);
        }
        Some(Parcel(joined))
    }

    /// Nothing waits any more; returns how many spans did.
    pub(super) fn give_up(&mut self) -> u64 {
        let Self { again, bodies, .. } = mem::take(self);
        again.iter().map(Parcel::spans).chain(bodies.iter().map(|body| body.spans)).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn body(byte: u8, length: usize) -> Body {
        Body { bytes: vec![byte; length].into(), spans: u64::from(byte) }
    }

    fn backlog(bodies: impl IntoIterator<Item = Body>) -> Backlog {
        let mut backlog = Backlog::default();
        bodies.into_iter().for_each(|body| backlog.push(body).unwrap());
        backlog
    }

    #[test]
    fn bodies_that_wait_go_together_in_their_order_as_far_as_a_request_has_room() {
        let half = JOINED_BYTES / 2;
        let mut backlog = backlog([body(1, half), body(2, half), body(3, 1), body(4, 2 * JOINED_BYTES), body(5, 3)]);
        let requests: Vec<_> = std::iter::from_fn(|| backlog.next()).map(|it| (it.spans(), it.joined())).collect();
        let sizes: Vec<_> = requests.iter().map(|(spans, bytes)| (*spans, bytes.len())).collect();
        assert_eq!(sizes, [(3, JOINED_BYTES), (3, 1), (4, 2 * JOINED_BYTES), (5, 3)]);
        assert_eq!(requests[0].1, [vec![1; half], vec![2; half]].concat());
        assert_eq!((backlog.bytes(), backlog.is_empty()), (0, true));
    }

    #[test]
    fn what_has_to_go_again_goes_first_and_with_nothing_else() {
        let mut backlog = backlog([body(1, 10), body(2, 10)]);
        let parcel = backlog.next().unwrap();
        backlog.push(body(3, 10)).unwrap();
        backlog.put_back(Parcel(vec![body(4, 10)]));
        backlog.put_back(Parcel(vec![body(5, 10)]));
        backlog.put_first(parcel.halves().unwrap());
        assert_eq!(backlog.bytes(), 50);
        let spans: Vec<_> = std::iter::from_fn(|| backlog.next()).map(|parcel| parcel.spans()).collect();
        assert_eq!(spans, [1, 2, 4, 5, 3]);
    }

    #[test]
    fn one_body_has_no_halves() {
        let parcel = backlog([body(1, 10)]).next().unwrap();
        assert_eq!(parcel.clone().halves(), Err(parcel));
    }

    #[test]
    fn what_waits_is_bounded_and_what_has_no_room_comes_back() {
        let mut backlog = backlog([body(1, MOST_BYTES)]);
        assert_eq!(backlog.push(body(2, 1)), Err(body(2, 1)));
        assert_eq!(backlog.give_up(), 1);
        assert_eq!((backlog.bytes(), backlog.is_empty(), backlog.push(body(2, 1))), (0, true, Ok(())));
    }
}
