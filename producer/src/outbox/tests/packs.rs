use super::*;

fn packable(key: &str, item: u32) -> Entry<u32> {
    Entry { packed_bytes: Some(100), ..entry(key, item) }
}

fn parcels(request: &[Parcel<u32>]) -> Vec<Vec<u32>> {
    request.iter().map(|parcel| items([parcel])).collect()
}

#[test]
fn what_waits_in_a_key_goes_together_up_to_the_limit_of_a_pack() {
    let limits = RequestLimits { pack_bytes: kinetrace::__private::aggregation::frame_bytes("a") + 300, ..LIMITS };
    let mut outbox = Outbox::new(Policy { limits, ..Policy::default() });
    for item in 1..=4 {
        outbox.push(packable("a", item)).unwrap();
    }
    outbox.push(packable("b", 5)).unwrap();
    let now = Instant::now();
    let request = outbox.next_request(now);
    assert_eq!(parcels(&request), [vec![1, 2, 3], vec![5]]);
    assert_eq!((request[0].bytes, request[1].bytes), (limits.pack_bytes, 10), "a record alone is not a pack");
    outbox.store(request, now);
    assert_eq!(parcels(&outbox.next_request(now)), [[4]]);
}

#[test]
fn a_pack_takes_no_more_than_the_room_that_is_left_in_a_request() {
    let frame = kinetrace::__private::aggregation::frame_bytes("a");
    let limits = RequestLimits { bytes: 10 + frame + 200, ..LIMITS };
    let mut outbox = Outbox::new(Policy { limits, ..Policy::default() });
    outbox.push(entry("b", 1)).unwrap();
    for item in 2..=4 {
        outbox.push(packable("a", item)).unwrap();
    }
    assert_eq!(parcels(&outbox.next_request(Instant::now())), [vec![1], vec![2, 3]]);
}

#[test]
fn a_record_that_must_travel_by_itself_or_elsewhere_ends_a_pack_and_keeps_its_place() {
    let mut outbox = outbox(&[]);
    let elsewhere = |item| Entry { place: HashKey::of("elsewhere"), ..packable("a", item) };
    for entry in [packable("a", 1), packable("a", 2), entry("a", 3), packable("a", 4), elsewhere(5), elsewhere(6)] {
        outbox.push(entry).unwrap();
    }
    let now = Instant::now();
    let mut seen = Vec::new();
    while !outbox.is_empty() {
        let request = outbox.next_request(now);
        seen.extend(parcels(&request));
        outbox.store(request, now);
    }
    assert_eq!(seen, [vec![1, 2], vec![3], vec![4], vec![5, 6]]);
}

/// A repeated put must be recognisable as one: same records, same bytes.
#[test]
fn a_pack_goes_again_as_it_was() {
    let mut outbox = outbox(&[]);
    outbox.push(packable("a", 1)).unwrap();
    outbox.push(packable("a", 2)).unwrap();
    let now = Instant::now();
    let request = outbox.next_request(now);
    outbox.push(packable("a", 3)).unwrap();
    outbox.answer_each(request, [unknown()], now);
    let later = outbox.next_wake(now).unwrap();
    let request = outbox.next_request(later);
    assert_eq!(parcels(&request), [[1, 2]]);
    outbox.store(request, later);
    assert_eq!(parcels(&outbox.next_request(later)), [[3]]);
}

#[test]
fn a_pack_that_is_given_up_gives_back_each_of_its_records() {
    let mut outbox = outbox(&[]);
    for item in 1..=3 {
        outbox.push(packable("a", item)).unwrap();
    }
    let now = Instant::now();
    let request = outbox.next_request(now);
    outbox.push(packable("a", 4)).unwrap();
    assert_eq!(given_up(&outbox.answer_each(request, [invalid()], now)), [1, 2, 3, 4]);
}
