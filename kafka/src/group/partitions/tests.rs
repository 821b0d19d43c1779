use std::sync::mpsc as blocking;

use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use super::super::in_hand::InHand;
use super::super::progress::Progress;
use super::*;

const LONG: Duration = Duration::from_secs(30);

/// A worker that is busy with its first record until it is told to end it.
fn busy(ends: Ends, done: oneshot::Receiver<()>) -> JoinHandle<()> {
    tokio::spawn(async move {
        let mut ends = ends;
        let record = ends.records.recv().await.unwrap();
        if done.await.is_ok() {
            ends.progress.finish(InHand::of(&record), record.offset + 1);
        }
        ends.revoked.wait_for(|is_revoked| *is_revoked).await.unwrap();
    })
}

fn given(partitions: &mut Partitions, number: i32) -> oneshot::Sender<()> {
    let (finish, done) = oneshot::channel();
    let record = EventRecord::new("flights", number, 4711, None);
    assert!(!partitions.give(record, |ends| busy(ends, done).abort_handle()));
    finish
}

fn offsets(list: &TopicPartitionList) -> Vec<(i32, Offset)> {
    list.elements().iter().map(|it| (it.partition(), it.offset())).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_revocation_waits_for_the_record_in_flight_and_counts_it() {
    let mut partitions = Partitions::default();
    let (finish, _others) = (given(&mut partitions, 0), given(&mut partitions, 1));
    let (begins, begun) = blocking::channel();
    let revoking = std::thread::spawn(move || {
        begins.send(()).unwrap();
        let revoked = partitions.revoke(|_, number| number == 0, Instant::now() + LONG);
        (offsets(&revoked.next.unwrap()), partitions.0.len())
    });
    begun.recv().unwrap();
    tokio::task::yield_now().await;
    finish.send(()).unwrap();
    let (next, left) = revoking.join().unwrap();
    assert_eq!((next, left), (vec![(0, Offset::Offset(4712))], 1), "the other partition stays");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_revocation_that_runs_out_of_time_starts_again_at_the_record_that_is_not_done() {
    let mut partitions = Partitions::default();
    let _finish = given(&mut partitions, 0);
    let revoked = partitions.revoke(|_, _| true, Instant::now());
    assert_eq!((offsets(&revoked.next.unwrap()), partitions.0.len()), (vec![(0, Offset::Offset(4711))], 0));
}

/// Tells that it is dropped, a while after it is begun to be.
struct SlowToDrop(Arc<std::sync::atomic::AtomicBool>);

impl Drop for SlowToDrop {
    fn drop(&mut self) {
        for _ in 0..10_000 {
            std::thread::yield_now();
        }
        self.0.store(true, std::sync::atomic::Ordering::SeqCst);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_partition_whose_handler_takes_too_long_is_let_go_only_once_that_is_dropped() {
    let (mut partitions, is_dropped) = (Partitions::default(), Arc::default());
    let slow = SlowToDrop(Arc::clone(&is_dropped));
    let (begins, begun) = oneshot::channel();
    partitions.give(EventRecord::new("flights", 0, 4711, None), |ends| {
        let handler = async move {
            let _slow = slow;
            let _ = begins.send(());
            std::future::pending::<()>().await;
        };
        let worker = async move {
            let _ends = ends;
            handler.await;
        };
        tokio::spawn(worker).abort_handle()
    });
    begun.await.unwrap();
    let revoking = std::thread::spawn(move || drop(partitions.revoke(|_, _| true, Instant::now())));
    revoking.join().unwrap();
    assert!(is_dropped.load(std::sync::atomic::Ordering::SeqCst), "the next member's handler would overlap with it");
}

#[tokio::test]
async fn a_worker_that_panics_is_noticed_and_one_that_works_is_not() {
    let mut partitions = Partitions::default();
    let _finish = given(&mut partitions, 0);
    assert!(!partitions.has_lost_a_worker());
    let mut worker = None;
    partitions.give(EventRecord::new("flights", 1, 0, None), |ends| {
        let panics = tokio::spawn(async move {
            let _ends = ends;
            panic!("as asked");
        });
        let handle = panics.abort_handle();
        worker = Some(panics);
        handle
    });
    worker.unwrap().await.unwrap_err();
    assert!(partitions.has_lost_a_worker());
}

/// A partition of which so many records were read, and its progress.
fn read(partitions: &mut Partitions, records: i64) -> (Arc<Progress>, Vec<bool>) {
    let mut progress = None;
    let mut give = |offset| {
        partitions.give(EventRecord::new("flights", 0, offset, None), |ends| {
            progress = Some(Arc::clone(&ends.progress));
            tokio::spawn(async move {
                let mut ends = ends;
                drop(ends.revoked.wait_for(|is_revoked| *is_revoked).await);
            })
            .abort_handle()
        })
    };
    let pauses = (0..records).map(&mut give).collect();
    (progress.unwrap(), pauses)
}

fn flights() -> TopicPartitionList {
    let mut list = TopicPartitionList::new();
    list.add_partition("flights", 0);
    list
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn a_partition_is_to_be_paused_and_resumed_until_librdkafka_has_agreed() {
    let mut partitions = Partitions::default();
    let (progress, pauses) = read(&mut partitions, 501);
    assert_eq!(pauses.iter().position(|pauses| *pauses), Some(499));
    assert!(pauses[500], "it was not paused, so the next record asks again");
    assert_eq!(partitions.to_resume().count(), 0);
    partitions.note_paused(&flights(), true);
    assert!(!partitions.give(EventRecord::new("flights", 0, 501, None), |_| panic!("it has a worker")));
    progress.finish(InHand { records: 251, bytes: 0 }, 251);
    assert_eq!(partitions.to_resume().count(), 0, "251 of 502 are left");
    progress.finish(InHand { records: 1, bytes: 0 }, 252);
    for _ in 0..2 {
        assert_eq!(partitions.to_resume().count(), 1, "again, as long as it was not");
    }
    partitions.note_paused(&flights(), false);
    assert_eq!(partitions.to_resume().count(), 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn a_revocation_names_the_partitions_that_are_paused() {
    let mut partitions = Partitions::default();
    read(&mut partitions, 500);
    let _others = given(&mut partitions, 1);
    partitions.note_paused(&flights(), true);
    let paused = partitions.revoke(|_, _| true, Instant::now()).paused;
    assert_eq!(paused.elements().iter().map(|it| it.partition()).collect::<Vec<_>>(), [0]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn progress_is_told_from_the_first_record_on_until_librdkafka_has_taken_it() {
    let mut partitions = Partitions::default();
    let (progress, _) = read(&mut partitions, 3);
    let at = |offset| vec![(0, Offset::Offset(offset))];
    for _ in 0..2 {
        assert_eq!(
            offsets(&partitions.progress().unwrap()),
            at(0),
            "what is read and not done is where to start again"
        );
    }
    let told = partitions.progress().unwrap();
    progress.finish(InHand { records: 2, bytes: 0 }, 2);
    partitions.note_stored(&told);
    assert_eq!(offsets(&partitions.progress().unwrap()), at(2), "it went on meanwhile");
    let told = partitions.progress().unwrap();
    partitions.note_stored(&told);
    assert_eq!(partitions.progress().unwrap().count(), 0);
}
