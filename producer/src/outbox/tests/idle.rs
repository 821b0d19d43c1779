//! What is kept of keys that have nothing here.

use super::*;
use crate::outbox::going_on::SPARE_KEYS;

/// So many keys have a record here at one time, and then another so many: the default buffer has room for no more.
const AT_ONCE: u32 = 100_000;

const KEYS: u32 = 1_000_000;

/// What [`Publisher`](crate::Publisher) says of it: nothing, but for room for a few keys.
#[test]
fn nothing_is_kept_of_a_million_keys_that_are_idle() {
    let (mut outbox, now) = (outbox(&[]), Instant::now());
    for first in (0..KEYS).step_by(AT_ONCE as usize) {
        for number in first..first + AT_ONCE {
            // Without a digest, which has no part in this.
            let place = HashKey::from(u128::from(number) << 96);
            outbox.push(entry_at(place, &number.to_string(), number)).unwrap();
        }
        let room = outbox.queues.capacity();
        assert!(room >= AT_ONCE as usize);
        while !outbox.is_empty() {
            let request = outbox.next_request(now);
            outbox.store(request, now);
        }
        assert!(outbox.queues.capacity() <= 2 * SPARE_KEYS, "room for {} keys is kept", outbox.queues.capacity());
    }
    assert!(outbox.ready.is_empty() && outbox.waiting.is_empty());
    assert_eq!(outbox.shards.len(), 1, "a shard is known once, however many keys it has");
    let fresh = Outbox { arrivals: outbox.arrivals, shards: outbox.shards.clone(), ..self::outbox(&[]) };
    assert_eq!(outbox, fresh);
}

#[test]
fn what_waits_of_one_key_takes_room_for_one_record_until_there_are_more() {
    let outbox = outbox(&[("a", 1), ("b", 2), ("b", 3)]);
    assert_eq!(outbox.queues["a"].room(), 1);
    assert!(outbox.queues["b"].room() >= 2);
}
