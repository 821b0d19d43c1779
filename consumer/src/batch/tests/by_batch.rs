//! Handlers of batches: each partition is a batch of its own, with its own end.

use super::*;
use crate::by_batch::batch::Batch;
use crate::by_batch::batch_failure::BatchFailure;
use crate::by_batch::batch_handler::{BatchHandler, ByBatch};

/// What each batch was handed, and a failure at a record of its own.
#[derive(Clone, Default)]
struct Store {
    calls: Arc<Mutex<Vec<String>>>,
    fails: Option<&'static str>,
    skips: Option<&'static str>,
}

impl BatchHandler for Store {
    async fn handle(&self, batch: Batch) -> Result<(), BatchFailure> {
        let payloads: Vec<_> = batch.iter().map(|it| String::from_utf8_lossy(&it.payload).into_owned()).collect();
        self.calls.lock().unwrap().push(payloads.join(" "));
        tokio::task::yield_now().await;
        let place = |payload: Option<&str>| payloads.iter().position(|it| Some(it.as_str()) == payload);
        match (place(self.fails), place(self.skips)) {
            (_, Some(index)) => Err(BatchFailure::at(index, Failure::skip("no plane"))),
            (Some(index), None) => Err(BatchFailure::at(index, Failure::retry("no plane"))),
            (None, None) => Ok(()),
        }
    }
}

#[tokio::test]
async fn each_partition_is_a_batch_and_fails_by_itself() {
    let records = [(0, "a"), (1, "a"), (2, "a"), (0, "b"), (1, "?"), (2, "a"), (0, "b"), (1, "b"), (2, "b")];
    for max_concurrency in [1, 2, 9] {
        let store = Store { fails: Some("flights-0-1"), skips: Some("flights-2-0"), ..Store::default() };
        let (cuts, mut done, mut failed) = run(store.clone(), slots(&records), max_concurrency, HOUR).await;
        assert_eq!(cuts, [("flights-0", 1, Cause::Failed), ("flights-1", 1, Cause::Failed)], "{max_concurrency}");
        done.sort();
        failed.sort();
        assert_eq!(done, ["flights-0 0", "flights-1 0", "flights-2 1", "flights-2 2"]);
        assert_eq!(failed, ["flights-0 1", "flights-0 2", "flights-1 1", "flights-2 0"]);
        let mut calls = store.calls.lock().unwrap().clone();
        calls.sort();
        let of_2 = ["flights-2-0 flights-2-1 flights-2-2", "flights-2-1 flights-2-2"];
        assert_eq!(calls, ["flights-0-0 flights-0-1 flights-0-2", "flights-1-0", of_2[0], of_2[1]]);
    }
}

/// Waits until so many batches are with the business code.
struct Together(Barrier);

impl BatchHandler for Together {
    async fn handle(&self, _: Batch) -> Result<(), BatchFailure> {
        self.0.wait().await;
        Ok(())
    }
}

#[tokio::test(start_paused = true)]
async fn partitions_are_side_by_side_up_to_as_many_as_may_be() {
    let records = [(0, "a"), (1, "a"), (2, "a")];
    let (cuts, done, _) = run(Together(Barrier::new(3)), slots(&records), 3, HOUR).await;
    assert_eq!((cuts.len(), done.len()), (0, 3));
    // Two wait for a third until the time is up, and the third is not begun.
    let (cuts, done, failed) = run(Together(Barrier::new(3)), slots(&records), 2, HOUR).await;
    assert_eq!(cuts, PARTITIONS.map(|partition| (partition, 0, Cause::OutOfTime)));
    assert_eq!((done.len(), failed), (0, vec!["flights-0 0".to_owned(), "flights-1 0".to_owned()]));
}

#[tokio::test(start_paused = true)]
async fn when_time_is_up_all_of_a_batch_is_out_of_time_and_what_was_not_begun_starts_at_its_first() {
    let slow = |batch: Batch| async move {
        let is_slow = &batch[0].payload[..] == b"flights-1-0";
        tokio::time::sleep(if is_slow { HOUR } else { Duration::from_secs(1) }).await;
        Ok::<_, BatchFailure>(())
    };
    let records = [(0, "a"), (1, "a"), (2, "?"), (1, "a"), (2, "a")];
    let (cuts, done, failed) = run(ByBatch(slow), slots(&records), 1, Duration::from_secs(10)).await;
    let expected = [("flights-1", 0, Cause::OutOfTime), ("flights-2", 0, Cause::Failed)];
    assert_eq!(cuts, expected);
    assert_eq!((done, failed.len()), (vec!["flights-0 0".to_owned()], 3));
}
