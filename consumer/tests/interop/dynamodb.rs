//! What is in the table, who may write it, and what a record's fate is without it.

use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use aws_sdk_dynamodb::types::AttributeValue;
use kinetrace::{Order, ProducerId};
use kinetrace_consumer::deduplicate::{Advance, Series};
use kinetrace_consumer::deduplicate::{Deduplicate, DynamoDb, Progress, ProgressStore};
use kinetrace_consumer::{Failure, Handler, Record};

use crate::moto::{Moto, TABLE, configuration, dead};

const PRODUCER: u64 = 0xab;

fn record(sequence: u64) -> Record {
    let mut record = Record::new("N14228", sequence.to_string());
    record.stream = "flights".into();
    record.order = Some(Order { producer: ProducerId::from_bits(PRODUCER), sequence });
    record
}

fn progress(text: &str) -> Progress {
    text.parse().unwrap()
}

/// What the business code was called with.
#[derive(Clone, Default)]
struct Journal(Arc<Mutex<Vec<u64>>>);

impl Handler for Journal {
    async fn handle(&self, record: Record) -> Result<(), Failure> {
        self.0.lock().unwrap().push(record.order.unwrap().sequence);
        Ok(())
    }
}

impl Journal {
    /// An execution environment whose business code writes into it.
    fn environment(&self, store: DynamoDb) -> Deduplicate<Self, DynamoDb> {
        Deduplicate::new(self.clone(), store)
    }

    fn entries(&self) -> Vec<u64> {
        self.0.lock().unwrap().clone()
    }
}

#[tokio::test]
#[ignore = "needs what interop/run installs"]
async fn a_record_is_processed_by_one_environment_and_its_copy_skipped_by_the_next() {
    let (moto, journal) = (Moto::start().await, Journal::default());
    let store = || DynamoDb::new(moto.client(), TABLE, "billing").keep(Duration::from_secs(3600));
    for sequence in [0, 1, 0, 3] {
        journal.environment(store()).handle(record(sequence)).await.unwrap();
    }
    assert_eq!(journal.entries(), [0, 1, 3]);

    let items = moto.client().scan().table_name(TABLE).send().await.unwrap().items.unwrap();
    let [item] = &items[..] else { panic!("not one item: {items:?}") };
    // printf 00000000000000abN14228 | sha256sum
    let hash = "d03b9968eb2442c971522b5ce29388e3688f28d10f4a6ebdcebaa76d9b67d75a";
    assert_eq!(item["id"], AttributeValue::S(format!("billing/flights/{hash}")));
    assert_eq!(item["processed"], AttributeValue::S("0-1,3-3".to_owned()));
    assert_eq!(item["checksums"].as_b().unwrap().as_ref().len(), 3 * 8);
    let expiry: u64 = item["expires_at"].as_n().unwrap().parse().unwrap();
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs();
    assert!((now + 3500..=now + 3600).contains(&expiry), "{expiry}");
}

/// A table that an earlier version has filled, and one that fills it meanwhile.
#[tokio::test]
#[ignore = "needs what interop/run installs"]
async fn an_item_without_checksums_is_read_and_an_earlier_version_reads_one_with_them() {
    let (moto, journal) = (Moto::start().await, Journal::default());
    let store = || DynamoDb::new(moto.client(), TABLE, "billing");
    let (series, _) = Series::of(&record(0)).unwrap();
    store().advance(&series, &Progress::default(), &progress("0-5")).await.unwrap();
    for sequence in [6, 6, 5, 5] {
        journal.environment(store()).handle(record(sequence)).await.unwrap();
    }
    assert_eq!(journal.entries(), [6, 5], "a copy of 5 cannot be compared until it was processed again");
    let mut item = moto.client().scan().table_name(TABLE).send().await.unwrap().items.unwrap().remove(0);
    assert_eq!(item["processed"], AttributeValue::S("0-6".to_owned()), "all that it looks at");
    // It writes the whole item anew.
    item.remove("checksums");
    moto.client().put_item().table_name(TABLE).set_item(Some(item)).send().await.unwrap();
    assert_eq!(store().load(&series).await.unwrap(), progress("0-6"));
}

#[tokio::test]
#[ignore = "needs what interop/run installs"]
async fn each_function_has_a_name_of_its_own_and_skips_nothing_that_another_has_processed() {
    let (moto, journal) = (Moto::start().await, Journal::default());
    for consumer in ["billing", "search"] {
        journal.environment(DynamoDb::new(moto.client(), TABLE, consumer)).handle(record(0)).await.unwrap();
    }
    assert_eq!(journal.entries(), [0, 0]);
}

#[tokio::test]
#[ignore = "needs what interop/run installs"]
async fn a_write_over_a_newer_one_changes_nothing_and_returns_the_newer_one() {
    let moto = Moto::start().await;
    let store = DynamoDb::new(moto.client(), TABLE, "billing");
    let (series, _) = Series::of(&record(0)).unwrap();
    let table = [
        ("", "0-0", Advance::Stored),
        ("", "1-1", Advance::Overtaken(progress("0-0"))),
        ("0-0", "0-1", Advance::Stored),
        ("0-0", "0-0,5-5", Advance::Overtaken(progress("0-1"))),
        ("0-1", "0-2", Advance::Stored),
        ("0-2", "0-2 0000000000000001", Advance::Stored),
        ("0-2", "0-3", Advance::Overtaken(progress("0-2 0000000000000001"))),
        ("0-2 0000000000000002", "0-3", Advance::Overtaken(progress("0-2 0000000000000001"))),
        ("0-2 0000000000000001", "0-2 0000000000000002", Advance::Stored),
        ("0-2 0000000000000002", "0-2", Advance::Stored),
    ];
    for (before, after, answer) in table {
        let advance = store.advance(&series, &progress(before), &progress(after)).await.unwrap();
        assert_eq!(advance, answer, "{before:?} to {after:?}");
    }
    assert_eq!(store.load(&series).await.unwrap(), progress("0-2"));
}

/// While it processes a record, another environment processes record 7.
struct Slow(Deduplicate<Journal, DynamoDb>);

impl Handler for Slow {
    async fn handle(&self, _: Record) -> Result<(), Failure> {
        self.0.handle(record(7)).await
    }
}

#[tokio::test]
#[ignore = "needs what interop/run installs"]
async fn who_is_overtaken_while_it_processes_marks_its_record_beside_the_others() {
    let moto = Moto::start().await;
    let store = DynamoDb::new(moto.client(), TABLE, "billing");
    let slow = Slow(Journal::default().environment(store.clone()));
    Deduplicate::new(slow, store.clone()).handle(record(0)).await.unwrap();
    let (series, _) = Series::of(&record(0)).unwrap();
    let known = store.load(&series).await.unwrap();
    assert_eq!((known.runs().as_str(), known.checksums().len()), ("0-0,7-7", 16));
}

#[tokio::test]
#[ignore = "needs what interop/run installs"]
async fn without_a_table_that_answers_a_record_fails_and_is_processed_when_it_comes_again() {
    let (moto, journal) = (Moto::start().await, Journal::default());
    let (_socket, dead) = dead();
    let dead = aws_sdk_dynamodb::Client::new(&configuration(&dead));
    let failing = [(dead, TABLE, "dispatch failure"), (moto.client(), "missing", "ResourceNotFoundException")];
    for (client, table, reason) in failing {
        let failure = journal.environment(DynamoDb::new(client, table, "billing")).handle(record(0)).await.unwrap_err();
        assert!(failure.to_string().contains(reason), "{failure}");
    }
    assert!(journal.entries().is_empty());
    journal.environment(DynamoDb::new(moto.client(), TABLE, "billing")).handle(record(0)).await.unwrap();
    assert_eq!(journal.entries(), [0]);
}

#[tokio::test]
#[ignore = "needs what interop/run installs"]
async fn an_item_of_another_program_fails_the_record_and_is_named() {
    let moto = Moto::start().await;
    let store = DynamoDb::new(moto.client(), TABLE, "billing");
    let (series, _) = Series::of(&record(0)).unwrap();
    store.advance(&series, &Progress::default(), &progress("0-0")).await.unwrap();
    let mut item = moto.client().scan().table_name(TABLE).send().await.unwrap().items.unwrap().remove(0);
    let id = item["id"].as_s().unwrap().clone();
    for spoiled in [AttributeValue::S("everything".to_owned()), AttributeValue::N("7".to_owned())] {
        item.insert("processed".to_owned(), spoiled);
        moto.client().put_item().table_name(TABLE).set_item(Some(item.clone())).send().await.unwrap();
        let failure = store.load(&series).await.unwrap_err().to_string();
        assert!(failure.contains(&id) && failure.contains(TABLE), "{failure}");
    }
    item.insert("processed".to_owned(), AttributeValue::S("0-0".to_owned()));
    for spoiled in [AttributeValue::S("everything".to_owned()), AttributeValue::B(vec![0; 9].into())] {
        item.insert("checksums".to_owned(), spoiled);
        moto.client().put_item().table_name(TABLE).set_item(Some(item.clone())).send().await.unwrap();
        let failure = store.load(&series).await.unwrap_err().to_string();
        assert!(failure.contains(&id) && failure.contains(TABLE), "{failure}");
    }
}
