//! What one viewer is sent: what is new, no more often than people see.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use axum::response::sse::Event;
use futures_util::stream::{self, Stream};
use kinetrace::history::Timestamp;
use tokio::sync::watch;
use tokio::time::{Instant, sleep_until};

use super::look::look;
use super::model::Model;
use super::recent::Recent;

/// Between two changes.
const PAUSE: Duration = Duration::from_millis(250);

/// Where nothing happens, time passes still: this often it is told.
const SILENCE: Duration = Duration::from_secs(1);

/// A viewer, and what it has.
struct Viewer {
    recent: Arc<Recent>,
    stopped: watch::Receiver<bool>,
    since: u64,
    /// When it was sent something last.
    sent: Option<Instant>,
    /// Whether that was the last of it.
    is_over: bool,
}

/// What there is for a viewer.
enum News {
    None,
    /// A change, and the cursor after it.
    Change(u64, String),
    /// More has changed than is remembered.
    Document,
}

/// Changes since the cursor, until the server stops, when what is new is sent once more. A change is made when the viewer has
/// taken the one before: a slow viewer gets fewer and larger ones, and nobody waits for it.
pub(super) fn changes(
    recent: Arc<Recent>,
    stopped: watch::Receiver<bool>,
    since: u64,
) -> impl Stream<Item = Result<Event, Infallible>> {
    let viewer = Viewer { recent, stopped, since, sent: None, is_over: false };
    stream::unfold(viewer, |mut viewer| async move {
        let change = viewer.next().await?;
        Some((Ok(Event::default().data(change)), viewer))
    })
}

impl Viewer {
    /// `None` once the server has stopped, and nothing is new.
    async fn next(&mut self) -> Option<String> {
        let mut due = self.sent.map_or_else(Instant::now, |sent| sent + PAUSE);
        while !self.is_over {
            tokio::select! {
                () = sleep_until(due) => {}
                // Who can stop the server no longer has stopped it.
                _ = self.stopped.wait_for(|stopped| *stopped) => self.is_over = true,
            }
            let is_silent = !self.is_over && self.sent.is_none_or(|sent| sent.elapsed() >= SILENCE);
            let since = self.since;
            let news = look(&self.recent.model, move |model| news(model, since, is_silent)).await.ok()?;
            let (cursor, json) = match news {
                News::None => {
                    due = Instant::now() + PAUSE;
                    continue;
                }
                News::Change(cursor, json) => (cursor, json),
                News::Document => {
                    let document = self.recent.document().await.ok()?;
                    (document.cursor, String::from_utf8_lossy(&document.json).into_owned())
                }
            };
            (self.since, self.sent) = (cursor, Some(Instant::now()));
            return Some(json);
        }
        None
    }
}

/// What is new since the cursor; if nothing is, the time, if that is to be told.
fn news(model: &mut Model, since: u64, is_silent: bool) -> News {
    let cursor = model.cursor();
    if cursor == since && !is_silent {
        return News::None;
    }
    if !model.knows(since) {
        return News::Document;
    }
    model.at(Timestamp::now());
    News::Change(cursor, model.changes(since))
}

#[cfg(test)]
mod tests {
    use std::pin::pin;
    use std::sync::{Mutex, mpsc};

    use futures_util::StreamExt as _;
    use tokio::task::yield_now;

    use super::*;

    /// The model is away for a while whenever a document is made of it.
    #[tokio::test]
    async fn a_viewer_that_waits_for_the_model_keeps_no_thread_of_the_run() {
        let model = Arc::new(Mutex::new(Model::new("a run", 10, Vec::new(), Vec::new())));
        let ((taken, is_taken), (give_back, given_back)) = (mpsc::channel(), mpsc::channel::<()>());
        let other = Arc::clone(&model);
        let holder = std::thread::spawn(move || {
            let _model = other.lock().unwrap();
            taken.send(()).unwrap();
            given_back.recv_timeout(Duration::from_secs(5)).is_ok()
        });
        is_taken.recv().unwrap();
        let (_stop, stopped) = watch::channel(false);
        let mut changes = pin!(changes(Arc::new(Recent::new(model)), stopped, 0));
        let others = async {
            // So often that the viewer has come to the model.
            for _ in 0..10_000 {
                yield_now().await;
            }
            give_back.send(()).is_ok()
        };
        let (change, others) = tokio::join!(changes.next(), others);
        assert!(change.is_some() && others);
        assert!(holder.join().unwrap(), "the others did not run while the viewer waited");
    }
}
