//! What must be true of a request.

use kinetrace::__private::aggregation;
use kinetrace::HashKey;

use super::{Run, items, key_of};
use crate::outbox::tests::stream::Item;
use crate::outbox::{Entry, Outbox, Parcel};

/// `before` is the outbox that was asked.
pub(super) fn check(run: &Run, before: &Outbox<Item>, request: &[Parcel<Item>]) {
    let mut room = before.policy.limits.bytes;
    for parcel in request {
        assert!(parcel.terms.is_none_or(|terms| run.now < terms.deadline && !run.is_over(terms, key_of(parcel))));
        assert!(!run.stopped && !run.halted.contains_key(&key_of(parcel)), "{parcel:?} after a halt");
        assert!(run.requests.iter().flatten().all(|other| key_of(other) != key_of(parcel)), "two of one key");
        match run.returned.get(&key_of(parcel)) {
            Some(returned) => check_again(returned, parcel),
            None => check_first(run, parcel, before.policy.limits.pack_bytes.min(room)),
        }
        room = room.saturating_sub(parcel.bytes);
    }
    check_limits(before, request);
    check_turns(run, before, request, room);
}

/// It goes as it went before.
fn check_again(returned: &Parcel<Item>, parcel: &Parcel<Item>) {
    let attempts = returned.attempts + 1;
    assert_eq!(*parcel, Parcel { attempts, ..returned.clone() });
}

/// What goes for the first time is what was produced next, with as much after it as may be packed.
fn check_first(run: &Run, parcel: &Parcel<Item>, limit: usize) {
    let waiting = waiting(run, key_of(parcel));
    let expected = pack(&waiting, limit);
    assert_eq!(items(parcel), expected.iter().map(|entry| entry.item).collect::<Vec<_>>(), "of {waiting:?} in {limit}");
    assert_eq!((parcel.place, parcel.bytes), (expected[0].place, bytes(expected)));
}

/// What is produced and not settled.
fn waiting(run: &Run, key: char) -> Vec<&Entry<Item>> {
    run.produced[&key].iter().filter(|entry| !run.settled.contains_key(&entry.item)).collect()
}

/// The longest pack of consecutive records of one place, or the first record by itself.
fn pack<'a>(waiting: &'a [&'a Entry<Item>], limit: usize) -> &'a [&'a Entry<Item>] {
    let fit = |count: &usize| {
        let pack = &waiting[..*count];
        bytes(pack) <= limit
            && pack.iter().all(|entry| {
                let is_alike = (entry.place, entry.terms) == (pack[0].place, pack[0].terms);
                entry.packed_bytes.is_some() && is_alike
            })
    };
    &waiting[..(2..=waiting.len()).rev().find(fit).unwrap_or(1)]
}

fn bytes(pack: &[&Entry<Item>]) -> usize {
    match pack {
        [single] => single.bytes,
        several => {
            let packed = several.iter().filter_map(|entry| entry.packed_bytes);
            aggregation::frame_bytes(&several[0].key) + packed.sum::<usize>()
        }
    }
}

fn check_limits(before: &Outbox<Item>, request: &[Parcel<Item>]) {
    let limits = before.policy.limits;
    assert!(request.len() <= limits.entries);
    let is_within = request.iter().map(|parcel| parcel.bytes).sum::<usize>() <= limits.bytes;
    // One that is too large by itself, or that may be what a request was refused for, goes alone.
    assert!(request.len() <= 1 || is_within && request.iter().all(|parcel| !parcel.alone), "{request:?}");
}

/// The oldest go, without a gap, until there is no room for the next.
fn check_turns(run: &Run, before: &Outbox<Item>, request: &[Parcel<Item>], room: usize) {
    let mut ready: Vec<_> = before.queues.iter().filter(|(name, _)| is_ready(run, before, name)).collect();
    ready.sort_by_key(|(_, queue)| queue.head().map(|head| head.arrival));
    let ready: Vec<_> = ready.into_iter().filter_map(|(name, queue)| Some((name, queue.head()?))).collect();
    let names: Vec<_> = ready.iter().map(|(name, _)| *name).collect();
    let taken: Vec<_> = request.iter().map(|parcel| &parcel.key).collect();
    assert!(names.starts_with(&taken), "{taken:?} went before {names:?}");
    let Some((name, next)) = ready.get(request.len()) else { return };
    let is_apart = request.first().is_some_and(|first| !before.policy.may_share(first, *next, run.now));
    let is_full = request.len() == before.policy.limits.entries || next.bytes > room;
    let is_alone = next.alone || request.iter().any(|parcel| parcel.alone);
    assert!(!request.is_empty() && (is_full || is_alone || is_apart), "{name} should have gone, too");
}

/// Whether nothing keeps the head of the queue: no other on its way, no wait of its own, nor its shard.
fn is_ready(run: &Run, before: &Outbox<Item>, name: &str) -> bool {
    let is_in_flight = run.requests.iter().flatten().any(|parcel| *parcel.key == *name);
    let is_early = |(at, waiting): &(_, std::sync::Arc<str>)| **waiting == *name && *at > run.now;
    let place: Option<HashKey> = before.queues[name].head().map(|head| head.place);
    let is_quiet = place.and_then(|place| before.shards.quiet_until(place)).is_some_and(|until| run.now < until);
    !is_in_flight && !before.waiting.iter().any(is_early) && !is_quiet
}
