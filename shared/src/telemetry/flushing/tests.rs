use std::future::poll_fn;
use std::pin::pin;
use std::sync::Mutex;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::task::Poll;
use std::time::Duration;

use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

use super::*;

static LINES: Lines = Lines { failing: "failing", working: "working" };
const PATIENCE: Duration = Duration::from_secs(60);

/// Flushes that announce their beginning, and end when they are told to.
struct World {
    flushing: Flushing,
    begins: UnboundedSender<()>,
    begun: UnboundedReceiver<()>,
    end: Sender<()>,
    ends: Arc<Mutex<Receiver<()>>>,
}

impl World {
    fn new() -> Self {
        let ((begins, begun), (end, ends)) = (unbounded_channel(), channel());
        Self { flushing: Flushing::telling(&LINES), begins, begun, end, ends: Arc::new(Mutex::new(ends)) }
    }

    fn run(&self) -> impl Future<Output = ()> + use<> {
        let (flushing, begins, ends) = (self.flushing.clone(), self.begins.clone(), Arc::clone(&self.ends));
        async move {
            let flush = move || {
                begins.send(()).unwrap();
                ends.lock().unwrap().recv_timeout(PATIENCE).unwrap();
                Ok(())
            };
            flushing.run(Instant::now(), flush).await;
        }
    }
}

async fn begin(waiting: &mut (impl Future<Output = ()> + Unpin)) {
    assert!(poll_fn(|cx| Poll::Ready(pin!(&mut *waiting).poll(cx))).await.is_pending());
}

#[tokio::test]
async fn those_who_come_while_a_flush_is_under_way_share_the_next_one() {
    let mut world = World::new();
    let (mut first, mut second, mut third) = (Box::pin(world.run()), Box::pin(world.run()), Box::pin(world.run()));
    begin(&mut first).await;
    world.begun.recv().await.unwrap();
    begin(&mut second).await;
    begin(&mut third).await;
    world.end.send(()).unwrap();
    first.await;
    begin(&mut third).await;
    let (_, _, begun) = tokio::join!(second, third, async {
        let begun = world.begun.recv().await;
        world.end.send(()).unwrap();
        begun
    });
    begun.unwrap();
    world.begun.try_recv().unwrap_err();
}

#[tokio::test(start_paused = true)]
async fn a_flush_that_timed_out_is_stuck_until_it_ends() {
    let mut world = World::new();
    let mut first = Box::pin(world.run());
    begin(&mut first).await;
    world.begun.recv().await.unwrap();
    assert!(!world.flushing.is_stuck(), "it is only in flight");
    let mut hasty = Box::pin(world.run());
    begin(&mut hasty).await;
    tokio::time::advance(BUDGET - Duration::from_millis(1)).await;
    drop(hasty);
    assert!(!world.flushing.is_stuck(), "he had no more time");
    tokio::time::advance(Duration::from_millis(1)).await;
    drop(first);
    assert!(world.flushing.is_stuck());
    let mut next = Box::pin(world.run());
    begin(&mut next).await;
    world.end.send(()).unwrap();
    world.end.send(()).unwrap();
    next.await;
    assert!(!world.flushing.is_stuck());
}

#[tokio::test(start_paused = true)]
async fn a_flush_that_panics_is_over() {
    let flushing = Flushing::telling(&LINES);
    let since = Instant::now();
    flushing.run(since, || panic!("a processor's bug")).await;
    tokio::time::advance(BUDGET).await;
    drop(GivesUp { inner: Some(&flushing.0), since });
    assert!(!flushing.is_stuck());
}
