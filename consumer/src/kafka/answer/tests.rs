use std::collections::BTreeSet;

use kinetrace::__private::MAX_TEXT;
use proptest::collection::vec;
use proptest::prelude::*;

use super::*;
use crate::kafka::event::EventRecord;

/// A partition of an event with records at these offsets; `None` cannot be read, and has no name.
fn partition(name: &str, offsets: &[Option<i64>]) -> EventPartition {
    let records = offsets.iter().enumerate().map(|(index, offset)| match offset {
        Some(offset) => Ok(EventRecord::new("flights", 0, *offset, None)),
        None => Err(RecordError {
            index,
            partition_name: name.into(),
            topic: None,
            partition: Some(0),
            offset: None,
            partition_key: None,
            reason: "its offset is missing".to_owned(),
        }),
    });
    EventPartition { name: name.into(), records: records.collect() }
}

fn end(partitions: &[EventPartition], partition: usize, index: usize) -> Unfinished {
    let EventPartition { name, records } = &partitions[partition];
    let offset = records[index].as_ref().ok().map(|record| record.offset);
    Unfinished { partition_name: Arc::clone(name), offset, is_out_of_time: false, partition, index }
}

fn told(partitions: &[EventPartition], ends: &[(usize, usize)], how: Answer) -> String {
    let items: Vec<_> = partitions.iter().map(PartitionItems::of).collect();
    let unfinished = ends.iter().map(|(partition, index)| end(partitions, *partition, *index)).collect();
    match answer(unfinished, &items, how) {
        Ok(response) => response.items().map(|(name, offset)| format!("{name}:{offset}")).collect::<Vec<_>>().join(" "),
        Err(error) => lambda_runtime::Diagnostic::from(error).error_type,
    }
}

/// Partitions, which of them end at which of their records, and what is answered.
type Row<'a> = (&'a [EventPartition], &'a [(usize, usize)], &'a str);

#[test]
fn what_is_left_is_named_from_the_first_unfinished_record_of_each_partition_on() {
    let of = |offsets: &[i64]| offsets.iter().copied().map(Some).collect::<Vec<_>>();
    let two = [partition("a-b-0", &of(&[7, 8, 9])), partition("a-b-1", &of(&[3, 4]))];
    let nameless = [partition("a-0", &[Some(7), None, Some(9)]), partition("a-1", &of(&[3]))];
    let copies = [partition("a-0", &of(&[7, 8, 8, 9, 8]))];
    const NONE_DONE: &str = "kinetrace.UnfinishedRecords";
    let table: [Row<'_>; 14] = [
        (&[], &[], ""),
        (&two, &[], ""),
        (&two, &[(0, 2)], "a-b-0:9"),
        (&two, &[(0, 1)], "a-b-0:8 a-b-0:9"),
        (&two, &[(0, 0)], "a-b-0:7 a-b-0:8 a-b-0:9"),
        (&two, &[(1, 0)], "a-b-1:3 a-b-1:4"),
        (&two, &[(0, 1), (1, 0)], "a-b-0:8 a-b-0:9 a-b-1:3 a-b-1:4"),
        // Nothing is done, so the answer would say no more than an error, and an error holds for every mapping.
        (&two, &[(0, 0), (1, 0)], NONE_DONE),
        (&two[..1], &[(0, 0)], NONE_DONE),
        (&nameless, &[(0, 2)], "a-0:9"),
        (&nameless, &[(1, 0)], "a-1:3"),
        (&nameless, &[(0, 1)], "kinetrace.UnidentifiedRecord"),
        (&nameless, &[(0, 0)], "kinetrace.UnidentifiedRecord"),
        // Each once.
        (&copies, &[(0, 1)], "a-0:8 a-0:9"),
    ];
    for (partitions, ends, expected) in table {
        assert_eq!(told(partitions, ends, Answer::Items), expected, "{ends:?}");
        let error = if ends.is_empty() { "" } else { "kinetrace.UnfinishedRecords" };
        assert_eq!(told(partitions, ends, Answer::Error), error, "{ends:?}");
    }
}

#[test]
fn the_line_of_a_batch_that_fails_names_the_first_unfinished_record_of_each_partition() {
    let of = |partition: usize, offset, is_out_of_time| Unfinished {
        partition_name: format!("flights-{partition}").into(),
        offset,
        is_out_of_time,
        partition,
        index: 2,
    };
    let line = |unfinished| BatchError::Unfinished(unfinished).to_string();
    let failed = line(vec![of(0, Some(12), false), of(3, Some(7), true), of(5, None, false)]);
    let named = "flights-0 from offset 12 on (failed), flights-3 from offset 7 on (time was up), \
                 flights-5 from its record 2 on, which has no name (failed)";
    assert!(failed.contains(named), "{failed}");
    let late = line(vec![of(0, Some(12), true)]);
    assert!(late.contains("(time was up)") && late.contains("a longer timeout"), "{late}");
    let many = line((0..100).map(|partition| of(partition, Some(1), false)).collect());
    let named = many.matches(" from offset 1 on").count();
    assert!(named > 10 && many.contains(&format!(", and {} partitions more. The lines", 100 - named)), "{many}");
    assert!(many.len() < MAX_TEXT, "{many}");
}

/// A partition: the offset of its first record, the gaps between its records, and where it ends, if it does.
type Drawn = (i64, Vec<i64>, Option<prop::sample::Index>);

fn drawn() -> impl Strategy<Value = Vec<Drawn>> {
    let ends = prop::option::of(any::<prop::sample::Index>());
    vec((0..1_000_000_i64, vec(1..5_i64, 1..40), ends), 1..8)
}

proptest! {
    /// AWS's page does not say which of the two Lambda does. Each has to bring back all that is not done, and nothing that
    /// is, or a partition would go backwards.
    #[test]
    fn an_answer_loses_nothing_and_repeats_nothing_under_both_readings(drawn in drawn()) {
        let partitions: Vec<_> = drawn.iter().enumerate().map(|(number, (first, gaps, _))| {
            let offsets = gaps.iter().scan(*first, |next, gap| { *next += gap; Some(Some(*next)) });
            partition(&format!("flights-{number}"), &offsets.collect::<Vec<_>>())
        }).collect();
        let ends = drawn.iter().enumerate().filter_map(|(number, (_, gaps, end))| {
            Some((number, (*end)?.index(gaps.len())))
        });
        let unfinished: Vec<_> = ends.map(|(number, index)| end(&partitions, number, index)).collect();
        let items: Vec<_> = partitions.iter().map(PartitionItems::of).collect();
        let all: BTreeSet<_> = items.iter().flat_map(|it| it.offsets.iter().map(|offset| (&*it.name, *offset.as_ref().unwrap()))).collect();
        let undone: BTreeSet<_> = all.iter().copied().filter(|(name, offset)| {
            unfinished.iter().any(|end| &*end.partition_name == *name && end.offset.unwrap() <= *offset)
        }).collect();
        let [rewound, retried] = match answer(unfinished, &items, Answer::Items) {
            Ok(response) => {
                let named: BTreeSet<_> = response.items().map(|(name, offset)| (name.to_owned(), offset)).collect();
                let lowest = |of: &str| named.iter().find(|(name, _)| name == of).map(|(_, offset)| *offset);
                let rewound: BTreeSet<_> = all.iter().copied()
                    .filter(|(name, offset)| lowest(name).is_some_and(|lowest| lowest <= *offset)).collect();
                let retried: BTreeSet<_> = all.iter().copied()
                    .filter(|(name, offset)| named.contains(&((*name).to_owned(), *offset))).collect();
                [rewound, retried]
            }
            Err(_) => {
                prop_assert_eq!(&undone, &all, "a batch fails that is done in part");
                [all.clone(), all.clone()]
            }
        };
        prop_assert_eq!(&rewound, &undone);
        prop_assert_eq!(&retried, &undone);
    }
}

/// Lambda takes no larger answer.
#[test]
fn ten_thousand_records_of_the_longest_names_are_named_in_less_than_six_megabytes() {
    let name = format!("{}-2147483647", "x".repeat(249));
    let offsets: Vec<_> = (0..10_001).map(|place| Some(i64::MAX - 20_000 + place)).collect();
    let partitions = [partition(&name, &offsets)];
    let items: Vec<_> = partitions.iter().map(PartitionItems::of).collect();
    let response = answer(vec![end(&partitions, 0, 1)], &items, Answer::Items).unwrap();
    assert_eq!(response.items().len(), 10_000);
    assert!(serde_json::to_vec(&response).unwrap().len() < 6 * 1024 * 1024);
}
