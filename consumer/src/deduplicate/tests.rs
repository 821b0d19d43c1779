//! What reaches the business code, of streams with copies, and what does not.

use std::io;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, UNIX_EPOCH};

use futures_util::FutureExt as _;
use kinetrace::{Order, ProducerId};
use tracing_subscriber::fmt::MakeWriter;

use super::*;
use crate::origin::{KafkaOrigin, Origin};

mod properties;

fn record(partition_key: &str, producer: u64, sequence: u64) -> Record {
    let mut record = Record::new(partition_key, sequence.to_string());
    record.stream = "flights".into();
    record.order = Some(Order { producer: ProducerId::from_bits(producer), sequence });
    record
}

fn handle(handler: &impl Handler, record: Record) -> Result<(), Failure> {
    handler.handle(record).now_or_never().expect("nothing here waits")
}

/// What the business code has done.
#[derive(Clone, Default)]
struct Journal(Arc<Mutex<Vec<Record>>>);

impl Handler for Journal {
    async fn handle(&self, record: Record) -> Result<(), Failure> {
        self.0.lock().unwrap().push(record);
        Ok(())
    }
}

impl Journal {
    fn payloads(&self) -> Vec<String> {
        self.0.lock().unwrap().iter().map(|record| String::from_utf8_lossy(&record.payload).into_owned()).collect()
    }
}

#[test]
fn each_record_reaches_the_business_code_once_however_often_it_comes() {
    let table: [(&str, &[u64], &[&str]); 6] = [
        ("in order", &[0, 1, 2], &["0", "1", "2"]),
        ("a put repeated at once", &[0, 0, 1], &["0", "1"]),
        ("a put repeated late", &[0, 1, 2, 1, 3], &["0", "1", "2", "3"]),
        ("a batch sent again", &[0, 1, 2, 3, 0, 1, 2, 3, 4], &["0", "1", "2", "3", "4"]),
        ("a gap", &[0, 1, 5, 6, 5], &["0", "1", "5", "6"]),
        ("a gap filled late", &[0, 1, 3, 2, 3, 2, 4], &["0", "1", "3", "2", "4"]),
    ];
    for (name, arrived, processed) in table {
        let journal = Journal::default();
        let deduplicate = Deduplicate::new(journal.clone(), Recent::default());
        for &sequence in arrived {
            handle(&deduplicate, record("a", 1, sequence)).unwrap();
        }
        assert_eq!(journal.payloads(), processed, "{name}");
    }
}

/// A record with another payload than [`record`] gives the number.
fn forged(sequence: u64, payload: &'static str) -> Record {
    Record { payload: payload.into(), ..record("a", 1, sequence) }
}

/// Every program that may put into the stream can write any count. No genuine record is skipped for it.
#[test]
fn a_record_that_reuses_a_number_is_processed_and_reported() {
    let journal = Journal::default();
    let deduplicate = Deduplicate::new(journal.clone(), Recent::default());
    let log = logged(|| {
        // A forged run ahead of the producer, then the genuine one, and copies of both.
        for record in [forged(0, "x"), forged(1, "y"), record("a", 1, 0), record("a", 1, 1), record("a", 1, 0)] {
            handle(&deduplicate, record).unwrap();
        }
    });
    assert_eq!(journal.payloads(), ["x", "y", "0", "1"]);
    assert_eq!(log.matches("WARN").count(), 2, "{log}");
    assert_eq!(log.matches("with another payload").count(), 2, "{log}");
    assert!(log.contains("producer=0000000000000001 sequence=0") && !log.contains("\"a\""), "{log}");
}

/// Nothing is skipped that cannot be compared any more; and the log says once what to do.
#[test]
fn a_copy_of_a_record_whose_checksum_is_forgotten_is_processed_again() {
    let journal = Journal::default();
    let deduplicate = Deduplicate::new(journal.clone(), Recent::default()).remember(NonZero::new(2).unwrap());
    let log = logged(|| {
        for sequence in [0, 1, 2, 3, 2, 3, 1, 0, 3, 4, 3, 4] {
            handle(&deduplicate, record("a", 1, sequence)).unwrap();
        }
    });
    assert_eq!(journal.payloads(), ["0", "1", "2", "3", "1", "0", "4"]);
    assert_eq!(log.matches("WARN").count(), 1, "the first is reported: {log}");
    assert!(log.contains("Deduplicate::remember"), "{log}");
}

/// As earlier versions left them in their table.
#[test]
fn runs_without_checksums_skip_nothing_until_later_records_have_some() {
    let (journal, store) = (Journal::default(), Recent::default());
    store.advance(&series(), &Progress::default(), &"0-5".parse().unwrap()).now_or_never().unwrap().unwrap();
    let deduplicate = Deduplicate::new(journal.clone(), store);
    for sequence in [3, 6, 6, 5, 5, 3] {
        handle(&deduplicate, record("a", 1, sequence)).unwrap();
    }
    assert_eq!(journal.payloads(), ["3", "6", "5", "3"]);
}

#[test]
fn each_stream_group_and_producer_counts_for_itself() {
    let journal = Journal::default();
    let deduplicate = Deduplicate::new(journal.clone(), Recent::default());
    let mut elsewhere = record("a", 1, 0);
    elsewhere.stream = "trains".into();
    let restarted = record("a", 2, 0);
    for record in [record("a", 1, 0), record("b", 1, 0), restarted, elsewhere] {
        handle(&deduplicate, record).unwrap();
    }
    assert_eq!(journal.payloads().len(), 4);
}

#[test]
fn a_record_without_a_count_or_key_is_always_processed() {
    let (mut uncounted, mut ungrouped) = (record("a", 1, 0), record("a", 1, 0));
    uncounted.order = None;
    ungrouped.partition_key = None;
    let journal = Journal::default();
    let deduplicate = Deduplicate::new(journal.clone(), Recent::default());
    let log = logged(|| {
        for record in [record("a", 1, 0), uncounted.clone(), uncounted, ungrouped.clone(), ungrouped] {
            handle(&deduplicate, record).unwrap();
        }
    });
    assert_eq!(journal.payloads().len(), 5);
    assert_eq!(log.matches("WARN").count(), 1, "the first is reported: {log}");
    assert!(log.contains("no producer's count"), "{log}");
}

/// A record of a topic that no producer counted: its key, its offset, its timestamp.
fn of_kafka(key: &'static str, offset: i64, millis: u64) -> Record {
    let origin = KafkaOrigin { cluster_arn: None, partition: 3, offset, value: None };
    let arrival = Some(UNIX_EPOCH + Duration::from_millis(millis));
    let mut record = Record { arrival, key: Some(key.into()), ..Record::new(key, "landed") };
    (record.stream, record.shard_id, record.sequence_number) =
        ("flights".into(), "3".into(), offset.to_string().into());
    record.origin = Some(Origin::Kafka(origin));
    record
}

fn handled(records: &[Record]) -> (usize, String) {
    let journal = Journal::default();
    let deduplicate = Deduplicate::new(journal.clone(), Recent::default());
    let log = logged(|| records.iter().for_each(|record| handle(&deduplicate, record.clone()).unwrap()));
    (journal.payloads().len(), log)
}

#[test]
fn a_record_of_kafka_that_nobody_counted_is_known_by_its_topic_partition_and_offset() {
    let first = of_kafka("a", 4711, 5);
    let change = |change: fn(&mut Record, &mut KafkaOrigin)| {
        let mut other = first.clone();
        let Some(Origin::Kafka(mut origin)) = other.origin.take() else { panic!("a record of Kafka") };
        change(&mut other, &mut origin);
        other.origin = Some(Origin::Kafka(origin));
        other
    };
    let headers = [("h", "1")].into_iter().map(|(name, value)| (name.into(), Some(value.into()))).collect();
    let mut hop = first.clone();
    hop.headers = headers;
    assert_eq!(handled(&[first.clone(), first.clone(), hop]).0, 1, "a copy");
    let others = [
        change(|record, _| record.stream = "trains".into()),
        change(|_, origin| origin.partition = 4),
        change(|_, origin| origin.offset = 4712),
        change(|_, origin| origin.cluster_arn = Some("arn:1".into())),
    ];
    for other in &others {
        let (handed, log) = handled(&[first.clone(), other.clone(), other.clone(), first.clone()]);
        assert_eq!((handed, &*log), (2, ""), "{other:?}");
    }
}

/// Nothing that was not processed is skipped: a topic that was made anew has other records under the same offsets.
#[test]
fn another_record_under_an_offset_is_processed_and_reported_without_its_key() {
    for other in
        [of_kafka("b", 4711, 5), of_kafka("a", 4711, 6), Record { payload: "".into(), ..of_kafka("a", 4711, 5) }]
    {
        let (handed, log) = handled(&[of_kafka("a", 4711, 5), other.clone(), other]);
        assert_eq!((handed, log.matches("WARN").count()), (2, 1), "{log}");
        assert!(log.contains("partition=\"3\" offset=4711") && log.contains("made anew"), "{log}");
    }
}

/// Keys of a partition do not wait for each other.
#[test]
fn a_record_of_kafka_after_its_successors_is_processed_without_a_word() {
    let (handed, log) = handled(&[of_kafka("a", 9, 0), of_kafka("b", 7, 0), of_kafka("b", 7, 0)]);
    assert_eq!((handed, &*log), (2, ""));
}

/// A copy that its producer made has another offset, and the same count.
#[test]
fn of_a_record_of_kafka_that_its_producer_counted_the_count_is_the_number() {
    let order = Some(Order { producer: ProducerId::from_bits(1), sequence: 0 });
    let counted = |offset| Record { order, ..of_kafka("a", offset, 5) };
    assert_eq!(handled(&[counted(7), counted(8)]).0, 1);
    // A key that is not text is one, and without a key nobody counts.
    let binary = |offset| Record { partition_key: None, key: Some(vec![0xff].into()), ..counted(offset) };
    assert_eq!(handled(&[binary(7), binary(8)]).0, 1);
    let keyless = |offset| Record { partition_key: None, key: None, ..counted(offset) };
    assert_eq!(handled(&[keyless(7), keyless(8), keyless(8)]).0, 2);
}

/// It counts its calls, and fails at the first.
#[derive(Default)]
struct Unprepared(AtomicUsize);

impl Handler for Unprepared {
    async fn handle(&self, _: Record) -> Result<(), Failure> {
        let earlier = self.0.fetch_add(1, Ordering::Relaxed);
        if earlier == 0 { Err(Failure::retry("no such plane")) } else { Ok(()) }
    }
}

#[test]
fn a_record_that_failed_is_processed_when_it_comes_again() {
    let deduplicate = Deduplicate::new(Unprepared::default(), Recent::default());
    handle(&deduplicate, record("a", 1, 0)).unwrap_err();
    handle(&deduplicate, record("a", 1, 0)).unwrap();
    handle(&deduplicate, record("a", 1, 0)).unwrap();
    assert_eq!(deduplicate.handler.0.load(Ordering::Relaxed), 2);
}

fn series() -> Series {
    Series::of(&record("a", 1, 0)).unwrap().0
}

/// Another writer comes before each write.
struct Crowded {
    recent: Recent,
    others: Mutex<Vec<u64>>,
}

impl ProgressStore for Crowded {
    async fn load(&self, series: &Series) -> Result<Progress, Failure> {
        self.recent.load(series).await
    }

    async fn advance(&self, series: &Series, before: &Progress, after: &Progress) -> Result<Advance, Failure> {
        let other = self.others.lock().unwrap().pop();
        if let Some(other) = other {
            let stored = self.recent.load(series).await?;
            let after = stored.with(other, Checksum::of(&record("a", 1, other)), 100);
            self.recent.advance(series, &stored, &after).await?;
        }
        self.recent.advance(series, before, after).await
    }
}

#[test]
fn who_is_overtaken_keeps_what_the_others_marked_and_adds_its_own() {
    let table: [(&str, Vec<u64>, &str); 3] = [
        ("by other records", vec![9, 8, 7], "0-0,7-9"),
        ("by the same one, which two environments processed", vec![0], "0-0"),
        ("by the same one among others", vec![0, 9], "0-0,9-9"),
    ];
    for (name, others, marked) in table {
        let store = Crowded { recent: Recent::default(), others: Mutex::new(others) };
        let deduplicate = Deduplicate::new(Journal::default(), store);
        handle(&deduplicate, record("a", 1, 0)).unwrap();
        let store = &deduplicate.store.recent;
        assert_eq!(store.load(&series()).now_or_never().unwrap().unwrap().runs(), marked, "{name}");
    }
}

/// Nothing can be written to it.
struct Refuses(fn() -> Failure);

impl ProgressStore for Refuses {
    async fn load(&self, _: &Series) -> Result<Progress, Failure> {
        Ok(Progress::default())
    }

    async fn advance(&self, _: &Series, _: &Progress, _: &Progress) -> Result<Advance, Failure> {
        Err((self.0)())
    }
}

/// Nothing can be read from it.
struct Unreadable(fn() -> Failure);

impl ProgressStore for Unreadable {
    async fn load(&self, _: &Series) -> Result<Progress, Failure> {
        Err((self.0)())
    }

    async fn advance(&self, _: &Series, _: &Progress, _: &Progress) -> Result<Advance, Failure> {
        panic!("nothing was processed");
    }
}

/// A skip is the business code's to say, and it has not seen the record: taken at its word, the store would lose it.
#[test]
fn a_store_that_cannot_be_read_has_the_record_come_again_even_if_its_error_is_a_skip() {
    let errors: [fn() -> Failure; 2] = [|| Failure::retry("throttled"), || Failure::skip("throttled")];
    for error in errors {
        let journal = Journal::default();
        let deduplicate = Deduplicate::new(journal.clone(), Unreadable(error));
        let failure = handle(&deduplicate, record("a", 1, 0)).unwrap_err();
        assert_eq!((failure.is_skip(), failure.to_string()), (false, "throttled".to_owned()));
        assert!(journal.payloads().is_empty());
    }
}

/// The record is done, and only the log tells. Here it comes twice.
fn told(store: impl ProgressStore) -> String {
    let journal = Journal::default();
    let deduplicate = Deduplicate::new(journal.clone(), store);
    let log = logged(|| {
        for _ in 0..2 {
            handle(&deduplicate, record("a", 0xab, 0)).unwrap();
        }
    });
    assert_eq!(journal.payloads().len(), 2);
    log
}

fn logged(work: impl FnOnce()) -> String {
    let logged = Logged::default();
    let subscriber = tracing_subscriber::fmt().with_ansi(false).with_writer(logged.clone()).finish();
    tracing::subscriber::with_default(subscriber, work);
    let lines = logged.0.lock().unwrap();
    String::from_utf8_lossy(&lines).into_owned()
}

#[derive(Clone, Default)]
struct Logged(Arc<Mutex<Vec<u8>>>);

impl io::Write for Logged {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl MakeWriter<'_> for Logged {
    type Writer = Self;

    fn make_writer(&self) -> Self {
        self.clone()
    }
}

/// Or Lambda would have the business code act again, and again, until the store takes the mark.
#[test]
fn a_processed_record_is_done_even_if_its_mark_fails_and_the_log_says_so() {
    let crowded = Crowded { recent: Recent::default(), others: Mutex::new((1..1000).collect()) };
    let table = [
        ("throttled", told(Refuses(|| Failure::retry("throttled")))),
        ("no such item", told(Refuses(|| Failure::skip("no such item")))),
        ("the store panicked: a store's bug", told(Refuses(|| panic!("a store's bug")))),
        ("using the same name in the store?", told(crowded)),
    ];
    for (reason, log) in table {
        assert_eq!(log.matches("ERROR").count(), 2, "{log}");
        for part in ["processed but not marked", "producer=00000000000000ab sequence=0", reason] {
            assert!(log.contains(part), "{part} is missing: {log}");
        }
    }
}
