//! Work that has until a certain time.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

use pin_project_lite::pin_project;
use tokio::task::{Unconstrained, unconstrained};
use tokio::time::{Instant, Sleep, sleep_until};

pin_project! {
    /// Its answer, or `None` if the time is up before. As long as the work does not wait for anything, there is no timer: most handlers
    /// of a batch are done at once.
    pub(crate) struct InTime<F, W> {
        #[pin]
        work: F,
        stop_by: Instant,
        // The end comes even to work that leaves no other future its turn.
        #[pin]
        end: Option<Unconstrained<Sleep>>,
        waits: Option<W>,
    }
}

impl<F: Future, W: FnOnce()> InTime<F, W> {
    /// `waits` is called once, when the work first waits for something.
    pub(crate) fn new(work: F, stop_by: Instant, waits: W) -> Self {
        Self { work, stop_by, end: None, waits: Some(waits) }
    }
}

impl<F: Future, W: FnOnce()> Future for InTime<F, W> {
    type Output = Option<F::Output>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let mut this = self.project();
        if let Poll::Ready(answer) = this.work.poll(cx) {
            return Poll::Ready(Some(answer));
        }
        if let Some(waits) = this.waits.take() {
            this.end.set(Some(unconstrained(sleep_until(*this.stop_by))));
            waits();
        }
        match this.end.as_pin_mut() {
            Some(end) => end.poll(cx).map(|()| None),
            None => Poll::Pending,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;
    use std::future::{pending, ready};
    use std::time::Duration;

    use futures_util::FutureExt as _;

    use super::*;

    fn soon() -> Instant {
        Instant::now() + Duration::from_secs(1)
    }

    /// There is no runtime, so that a timer would panic.
    #[test]
    fn work_that_is_done_at_once_needs_no_timer_and_nothing_is_told() {
        let answer = InTime::new(ready(1), soon(), || unreachable!("it does not wait")).now_or_never();
        assert_eq!(answer, Some(Some(1)));
    }

    #[tokio::test(start_paused = true)]
    async fn that_work_waits_is_told_once() {
        let told = Cell::new(0);
        let work = async {
            tokio::task::yield_now().await;
            assert_eq!(told.get(), 1);
            tokio::time::sleep(Duration::from_millis(1)).await;
            2
        };
        assert_eq!(InTime::new(work, soon(), || told.set(told.get() + 1)).await, Some(2));
        assert_eq!(told.get(), 1);
    }

    #[tokio::test(start_paused = true)]
    async fn work_ends_when_its_time_is_up_even_if_it_never_lets_go_of_its_thread() {
        let begin = Instant::now();
        assert_eq!(InTime::new(pending::<()>(), soon(), || ()).await, None);
        assert_eq!(begin.elapsed(), Duration::from_secs(1));
        let greedy = async {
            loop {
                tokio::task::consume_budget().await;
            }
        };
        assert_eq!(InTime::new(greedy, Instant::now(), || ()).await, None::<()>);
    }
}
