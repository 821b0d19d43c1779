//! Under which name a letter is in a bucket.

use super::dead_letter::DeadLetter;
use super::timestamp::{Date, date};
use crate::origin::{KafkaOrigin, Origin};

/// `<prefix>/<function>/<stream>/<shard>/<yyyy>/<mm>/<dd>/<sequence number>[-<place in the aggregate>].json`, without the parts
/// that are unknown; of Kafka `<prefix>/<function>/<topic>/<partition>/<yyyy>/<mm>/<dd>/<offset>.json`.
///
/// The day is that of the record's arrival: whenever it comes again, its letter has the same name. Names of one day are in the
/// order of the shard.
pub(super) fn object_key(prefix: &str, letter: &DeadLetter) -> String {
    let DeadLetter { record, caller, .. } = letter;
    let day = record.arrival.map(date).map(|Date { year, month, day }| format!("{year:04}/{month:02}/{day:02}"));
    let place = record.sub_sequence_number.map(|place| format!("-{place:06}")).unwrap_or_default();
    let file = match &record.origin {
        // As many digits as the longest offset has, or names would not be in the order of the partition.
        Some(Origin::Kafka(KafkaOrigin { offset, .. })) => format!("{offset:019}.json"),
        _ => format!("{}{place}.json", record.sequence_number),
    };
    let parts = [
        prefix.trim_matches('/'),
        caller.function.as_deref().unwrap_or_default(),
        &record.stream,
        &record.shard_id,
        day.as_deref().unwrap_or_default(),
        &file,
    ];
    parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("/")
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, UNIX_EPOCH};

    use super::*;
    use crate::dead_letters::samples::{NUMBER, kafka_letter, letter};

    #[test]
    fn a_letter_has_one_name_whenever_it_is_written_and_no_other_has_it() {
        let key = |prefix: &str, change: &dyn Fn(&mut DeadLetter)| {
            let mut letter = letter("payload");
            change(&mut letter);
            object_key(prefix, &letter)
        };
        let day = "departures/flights/shardId-000000000000/2018/12/17";
        for (prefix, change, expected) in [
            ("", &(|_: &mut DeadLetter| ()) as &dyn Fn(&mut DeadLetter), format!("{day}/{NUMBER}.json")),
            ("dead", &|_| (), format!("dead/{day}/{NUMBER}.json")),
            ("/dead/letters/", &|_| (), format!("dead/letters/{day}/{NUMBER}.json")),
            ("", &|it| it.record.sub_sequence_number = Some(0), format!("{day}/{NUMBER}-000000.json")),
            ("", &|it| it.record.sub_sequence_number = Some(17), format!("{day}/{NUMBER}-000017.json")),
            ("", &|it| it.caller.function = None, format!("{}/{NUMBER}.json", &day["departures/".len()..])),
            ("", &|it| it.record.arrival = None, format!("departures/flights/shardId-000000000000/{NUMBER}.json")),
            (
                "",
                &|it| it.record.arrival = Some(UNIX_EPOCH + Duration::from_secs(1_735_689_599)),
                format!("departures/flights/shardId-000000000000/2024/12/31/{NUMBER}.json"),
            ),
        ] {
            assert_eq!(key(prefix, change), expected);
        }
    }

    /// Ten is after nine, as text as well.
    #[test]
    fn names_of_letters_of_kafka_are_in_the_order_of_their_partition() {
        let key = |offset: i64| {
            let mut letter = kafka_letter(None);
            if let Some(Origin::Kafka(origin)) = &mut letter.record.origin {
                origin.offset = offset;
            }
            object_key("dead", &letter)
        };
        assert_eq!(key(4711), "dead/departures/flights/3/2018/12/17/0000000000000004711.json");
        let keys = [0, 9, 10, 4711, i64::MAX].map(key);
        assert!(keys.is_sorted() && keys.iter().all(|key| key.len() == keys[0].len()), "{keys:?}");
    }
}
