use super::super::limits::MAX_BATCH_BYTES;
use super::*;

fn limits(spans: usize, bytes: usize) -> Limits {
    Limits { spans, bytes, batch_spans: 4, batch_bytes: 100, full_batch: 3 }
}

/// Spans of ten bytes, by their names.
fn queue(limits: Limits, spans: &[(&'static str, Rank)]) -> Queue<&'static str> {
    let mut queue = Queue::new(limits);
    for (name, rank) in spans {
        assert_eq!(queue.push(*name, 10, *rank).count(), 0, "{name}");
    }
    queue
}

#[expect(clippy::vec_box, reason = "spans come out of the queue in the boxes in which they waited")]
fn names(batch: Option<(Export, Vec<Box<&'static str>>)>) -> Vec<&'static str> {
    batch.into_iter().flat_map(|(_, spans)| spans).map(|span| *span).collect()
}

use Rank::{Entry, Inner, Record};

/// Whatever bounds the queue, its number or its weight.
#[test]
fn what_matters_more_takes_the_place_of_the_youngest_that_matter_less() {
    let inner = [("a", Inner), ("b", Record), ("c", Inner), ("d", Record)];
    type Names = &'static [&'static str];
    let table: [(&str, Rank, usize, Names, Names); 7] = [
        ("an inner span goes itself", Inner, 10, &["new"], &["a", "b", "c", "d"]),
        ("a record's takes an inner one's place", Record, 10, &["c"], &["a", "b", "d", "new"]),
        ("so does the entry", Entry, 10, &["c"], &["a", "b", "d", "new"]),
        ("a heavy one takes several", Record, 20, &["c", "a"], &["b", "d", "new"]),
        ("even of records", Entry, 30, &["c", "a", "d"], &["b", "new"]),
        ("for nothing nobody goes", Record, 30, &["new"], &["a", "b", "c", "d"]),
        ("nor for what is too heavy", Entry, 50, &["new"], &["a", "b", "c", "d"]),
    ];
    for (what, rank, bytes, lost, left) in table {
        let mut queue = queue(limits(usize::MAX, 40), &inner);
        let gone: Vec<_> = queue.push("new", bytes, rank).0.into_iter().map(|name| *name).collect();
        assert_eq!(gone, lost, "{what}");
        queue.flush();
        let mut kept = names(queue.next_batch());
        kept.sort_unstable();
        assert_eq!(kept, left, "{what}");
    }
    let mut full = queue(limits(4, usize::MAX), &inner);
    assert_eq!(*full.push("new", 1, Entry).0[0], "c");
    assert_eq!(*full.push("last", 1, Entry).0[0], "a");
    assert_eq!(*full.push("inner", 1, Inner).0[0], "inner");
}

/// Or a collector that hangs would have the queue fill the memory again and again.
#[test]
fn a_span_weighs_until_its_export_is_over() {
    let mut queue = queue(limits(usize::MAX, 40), &[("a", Entry), ("b", Entry), ("c", Entry)]);
    let (export, spans) = queue.next_batch().unwrap();
    assert_eq!((spans.len(), queue.len()), (3, 0));
    assert_eq!(queue.push("d", 10, Entry).count(), 0);
    assert_eq!(queue.push("e", 10, Entry).count(), 1);
    queue.settle(export);
    assert_eq!(queue.push("f", 10, Entry).count(), 0);
}

#[test]
fn a_batch_is_as_large_as_a_request_may_be_and_the_oldest_go_first() {
    let spans = [("a", Entry), ("b", Inner), ("c", Record), ("d", Inner), ("e", Entry)];
    let all = ["a", "b", "c", "d", "e"];
    // Spans of a batch, its bytes, and how many of the five go.
    for (batch_spans, batch_bytes, number) in [(9, 900, 5), (2, 900, 2), (9, 30, 3), (9, 39, 3), (9, 1, 1)] {
        let mut queue = queue(Limits { batch_spans, batch_bytes, ..limits(9, 900) }, &spans);
        assert_eq!(names(queue.next_batch()), all[..number], "{batch_spans} {batch_bytes}");
    }
}

#[test]
fn an_export_begins_with_a_full_batch_or_a_flush() {
    let mut queue = queue(limits(9, 900), &[("a", Inner), ("b", Inner)]);
    assert!(!queue.is_due() && queue.next_batch().is_none() && !queue.has_full_batch());
    let _ = queue.push("c", 10, Inner);
    assert!(queue.is_due() && queue.has_full_batch());
    let (export, _) = queue.next_batch().unwrap();
    assert!(!queue.is_due() && queue.has_full_batch(), "it is in flight");
    queue.settle(export);
    assert!(queue.has_full_batch(), "what ended with it may be left");
    let _ = queue.push("d", 10, Inner);
    queue.flush();
    assert!(!queue.has_full_batch());
    let _ = queue.push("e", 10, Inner);
    assert_eq!(names(queue.next_batch()), ["d", "e"]);
}

#[test]
fn so_many_exports_at_a_time_and_no_more() {
    let mut queue = Queue::new(limits(usize::MAX, usize::MAX));
    for number in 0..4 * (MAX_EXPORTS + 1) {
        let _ = queue.push(number, 10, Inner);
    }
    let exports: Vec<_> = std::iter::from_fn(|| queue.next_batch()).collect();
    assert_eq!((exports.len(), queue.len()), (MAX_EXPORTS, 4));
    queue.settle(exports[2].0);
    assert_eq!(queue.next_batch().unwrap().1, [16, 17, 18, 19].map(Box::new));
}

#[test]
fn a_flush_ends_when_all_ended_spans_are_settled_in_any_order() {
    let mut queue = Queue::new(Limits { full_batch: 100, ..limits(9, 900) });
    let started = queue.flush();
    assert!(queue.is_settled(started), "there is nothing to wait for");
    for name in ["a", "b", "c", "d", "e"] {
        let _ = queue.push(name, 10, Inner);
    }
    let number = queue.flush();
    let (first, second) = (queue.next_batch().unwrap(), queue.next_batch().unwrap());
    assert!(queue.next_batch().is_none());
    let _ = queue.push("later", 10, Inner);
    assert!(!queue.is_settled(number));
    queue.settle(second.0);
    assert!(!queue.is_settled(number), "the first is in flight");
    queue.settle(first.0);
    assert!(queue.is_settled(number), "the later one is nobody's business");
    assert!(queue.next_batch().is_none());
}

#[test]
fn after_a_refusal_for_size_batches_are_smaller_down_to_a_floor() {
    let mut queue: Queue<()> = Queue::new(Limits { batch_bytes: MAX_BATCH_BYTES, ..limits(9, 900) });
    for (refused, expected) in [(400_000, 200_000), (800_000, 200_000), (100_000, 50_000), (10, MIN_BATCH_BYTES)] {
        queue.shrink(refused);
        assert_eq!(queue.limits.batch_bytes, expected, "{refused}");
    }
}

#[test]
fn after_the_end_every_span_is_lost_and_counted() {
    let mut queue = queue(limits(9, 900), &[("a", Inner), ("b", Entry)]);
    queue.close();
    assert_eq!(queue.push("c", 10, Entry).count(), 1);
    queue.flush();
    queue.limits.batch_spans = 1;
    assert!(queue.next_batch().is_some());
    assert_eq!(queue.give_up(), 2, "one waits, and one is on its way");
    assert_eq!((queue.len(), queue.bytes()), (0, 0));
}
