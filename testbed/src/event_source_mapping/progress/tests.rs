use bytes::Bytes;

use super::*;

fn done(number: &str) -> [Record; 1] {
    let (partition_key, sequence_number, data) = (None, number.into(), Bytes::new());
    [Record { partition_key, sequence_number, data, arrival_millis: 0 }]
}

fn read(progress: &mut Progress, shard: &str, numbers: &[&str]) {
    progress.reading(shard).record(numbers.iter().map(|&number| number.into()));
}

fn wanted(numbers: &[&str]) -> Vec<(String, SequenceNumber)> {
    numbers.iter().map(|&number| ("s".to_owned(), number.into())).collect()
}

#[tokio::test]
async fn waiting_ends_when_the_last_wanted_record_is_settled_in_any_order() {
    let (sender, receiver) = watch::channel(Progress::<Discard>::default());
    let waiting = tokio::spawn(settled(receiver, wanted(&["1", "2"])));
    sender.send_modify(|progress| {
        read(progress, "s", &["1", "2"]);
        read(progress, "other", &["1"]);
    });
    sender.send_modify(|progress| progress.record("s", &done("2")));
    sender.send_modify(|progress| progress.record("other", &done("1")));
    tokio::task::yield_now().await;
    assert!(!waiting.is_finished());
    sender.send_modify(|progress| progress.record("s", &done("1")));
    waiting.await.unwrap().unwrap();
}

#[test]
fn a_mapping_that_goes_on_for_long_keeps_its_latest_discards() {
    let (mut progress, record) = (Progress::keeping(2), |number| done(number).to_vec());
    for number in ["1", "2", "3"] {
        progress.give_up("s", &Discard::too_old("s", record(number), 0).unwrap());
    }
    let kept: Vec<_> = progress.discards().map(|discard| discard.first_sequence_number.as_str()).collect();
    assert_eq!(kept, ["2", "3"]);
}

#[tokio::test]
async fn waiting_for_what_will_never_come_is_an_error_that_names_it() {
    let (sender, receiver) = watch::channel(Progress::<Discard>::default());
    drop(sender);
    let error = settled(receiver, wanted(&["1"])).await.unwrap_err();
    assert!(error.to_string().contains("s:1"), "{error}");
}
