//! Streams with copies, read with rewinds, failures and a store that fails.

use std::collections::BTreeSet;
use std::num::NonZero;

use proptest::prelude::*;

use super::*;

/// A key and its producer.
const SERIES: [(&str, u64); 4] = [("a", 1), ("b", 1), ("a", 2), ("c", 3)];

/// A stream of one shard: series and counts. Most are in their order, and a few come late for the first time.
fn stream() -> impl Strategy<Value = Vec<(usize, u64)>> {
    let late = prop::collection::vec((0_usize..120, 1_usize..60), 0..4);
    (in_order(), late).prop_map(|(mut stream, late)| {
        for (place, by) in late {
            if place < stream.len() {
                let record = stream.remove(place);
                stream.insert((place + by).min(stream.len()), record);
            }
        }
        stream
    })
}

/// Each series' first copies ascending.
fn in_order() -> impl Strategy<Value = Vec<(usize, u64)>> {
    // A first copy, perhaps after a gap; or a copy of an earlier record, so many places back.
    let step = prop_oneof![
        3 => (0..SERIES.len(), prop_oneof![9 => Just(1_u64), 1 => 2_u64..5]).prop_map(|(series, step)| Ok((series, step))),
        1 => (0_usize..200).prop_map(Err),
    ];
    prop::collection::vec(step, 1..120).prop_map(|steps| {
        let mut next = [0; SERIES.len()];
        let mut stream: Vec<(usize, u64)> = Vec::new();
        for step in steps {
            match step {
                Ok((series, step)) => {
                    stream.push((series, next[series] + step - 1));
                    next[series] += step;
                }
                Err(back) => stream.extend(stream.len().checked_sub(back + 1).map(|place| stream[place])),
            }
        }
        stream
    })
}

/// What goes wrong at one delivery of one record.
#[derive(Debug, Clone, Copy)]
enum Fault {
    None,
    /// The business code fails.
    Handler,
    /// The store does not answer.
    Load,
    /// The process ends before the mark.
    Unmarked,
    /// The process ends after the mark, before it has answered.
    Marked,
    /// The store refuses the mark.
    Refused,
    /// Lambda starts again, so many records back.
    Rewind(usize),
}

/// What harms nobody but the record, or nothing.
fn harmless() -> impl Strategy<Value = Fault> {
    prop_oneof![
        8 => Just(Fault::None),
        1 => Just(Fault::Handler),
        1 => Just(Fault::Load),
        1 => Just(Fault::Marked),
        2 => (1_usize..40).prop_map(Fault::Rewind),
    ]
}

/// Of the delivery that is in flight.
#[derive(Clone)]
struct Now(Arc<Mutex<Fault>>);

impl Now {
    fn is(&self, fault: fn(&Fault) -> bool) -> bool {
        fault(&self.0.lock().unwrap())
    }
}

struct Faulty {
    recent: Recent,
    now: Now,
}

impl ProgressStore for Faulty {
    async fn load(&self, series: &Series) -> Result<Progress, Failure> {
        if self.now.is(|it| matches!(it, Fault::Load)) {
            return Err(Failure::retry("no answer"));
        }
        self.recent.load(series).await
    }

    async fn advance(&self, series: &Series, before: &Progress, after: &Progress) -> Result<Advance, Failure> {
        if self.now.is(|it| matches!(it, Fault::Unmarked | Fault::Refused)) {
            return Err(Failure::retry("throttled"));
        }
        self.recent.advance(series, before, after).await
    }
}

/// How often each record was processed, in the order of first times.
fn read(
    stream: &[(usize, u64)],
    faults: &[Fault],
    store: Recent,
    remembered: NonZero<usize>,
) -> Vec<((usize, u64), usize)> {
    let (journal, now) = (Journal::default(), Now(Arc::new(Mutex::new(Fault::None))));
    let deduplicate = Deduplicate::new(
        Moody { journal: journal.clone(), now: now.clone() },
        Faulty { recent: store, now: now.clone() },
    )
    .remember(remembered);
    let mut faults = faults.iter().copied();
    let mut place = 0;
    while let Some(&(series, sequence)) = stream.get(place) {
        let fault = faults.next().unwrap_or(Fault::None);
        *now.0.lock().unwrap() = fault;
        let (key, producer) = SERIES[series];
        match (handle(&deduplicate, record(key, producer, sequence)), fault) {
            // The record itself comes again.
            (Err(_), _) | (Ok(()), Fault::Unmarked | Fault::Marked) => {}
            (Ok(()), Fault::Rewind(back)) => place = place.saturating_sub(back),
            (Ok(()), _) => place += 1,
        }
    }
    let mut counted: Vec<((usize, u64), usize)> = Vec::new();
    for record in journal.0.lock().unwrap().iter().map(name) {
        match counted.iter_mut().find(|(it, _)| *it == record) {
            Some((_, times)) => *times += 1,
            None => counted.push((record, 1)),
        }
    }
    counted
}

/// A business code that does nothing but fail where it is to fail.
struct Moody {
    journal: Journal,
    now: Now,
}

impl Handler for Moody {
    async fn handle(&self, record: Record) -> Result<(), Failure> {
        if self.now.is(|it| matches!(it, Fault::Handler)) {
            return Err(Failure::retry("no such plane"));
        }
        self.journal.handle(record).await
    }
}

fn name(record: &Record) -> (usize, u64) {
    let Order { producer, sequence } = record.order.unwrap();
    let key = record.partition_key.as_deref().unwrap();
    let series = SERIES.iter().position(|it| (it.0, ProducerId::from_bits(it.1)) == (key, producer));
    (series.unwrap(), sequence)
}

/// All were processed, in the order in which they came for the first time.
fn assert_order_and_no_loss(stream: &[(usize, u64)], processed: &[((usize, u64), usize)]) -> Result<(), TestCaseError> {
    let mut seen = BTreeSet::new();
    let firsts: Vec<_> = stream.iter().copied().filter(|record| seen.insert(*record)).collect();
    let processed: Vec<_> = processed.iter().map(|(record, _)| *record).collect();
    prop_assert_eq!(processed, firsts);
    Ok(())
}

proptest! {
    #[test]
    fn every_record_is_processed_exactly_once_and_in_order(
        stream in stream(),
        faults in prop::collection::vec(harmless(), 0..200),
    ) {
        let processed = read(&stream, &faults, Recent::default(), NonZero::new(500).unwrap());
        assert_order_and_no_loss(&stream, &processed)?;
        prop_assert!(processed.iter().all(|(_, times)| *times == 1), "{processed:?}");
    }

    #[test]
    fn a_crash_a_mark_that_is_refused_or_a_forgetful_store_repeats_records_and_loses_none(
        stream in stream(),
        faults in prop::collection::vec(prop_oneof![2 => harmless(), 1 => Just(Fault::Unmarked), 1 => Just(Fault::Refused)], 0..200),
        max_series in 1_usize..5,
        remembered in 1_usize..40,
    ) {
        let [max_series, remembered] = [max_series, remembered].map(|it| NonZero::new(it).unwrap());
        let processed = read(&stream, &faults, Recent::new(max_series), remembered);
        assert_order_and_no_loss(&stream, &processed)?;
    }

    /// An attacker who may put writes any counts and payloads, before and after the genuine ones.
    #[test]
    fn every_payload_is_processed_under_any_forged_counts(
        stream in prop::collection::vec((0_u64..12, prop::sample::select(vec!["", "x", "y"])), 1..80),
        remembered in 1_usize..20,
    ) {
        let journal = Journal::default();
        let deduplicate = Deduplicate::new(journal.clone(), Recent::default()).remember(NonZero::new(remembered).unwrap());
        let mut came = BTreeSet::new();
        for (sequence, forged) in stream {
            let payload = format!("{sequence}{forged}");
            let record = Record { payload: payload.clone().into(), ..record("a", 1, sequence) };
            handle(&deduplicate, record).unwrap();
            came.insert(payload);
            let processed: BTreeSet<_> = journal.payloads().into_iter().collect();
            prop_assert_eq!(&processed, &came);
        }
    }
}
