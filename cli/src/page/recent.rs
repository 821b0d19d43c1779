//! One document for all viewers that ask for it at about the same time.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use bytes::Bytes;
use kinetrace::history::Timestamp;
use tokio::task::JoinError;
use tokio::time::Instant;

use super::look::look;
use super::model::Model;

/// For so long a document is given to others, too. What is new since then, they get as changes.
const FRESH: Duration = Duration::from_secs(1);

/// The document of a run that goes on, as JSON.
#[derive(Debug, Clone)]
pub(super) struct Document {
    /// What changes to it are asked for with.
    pub(super) cursor: u64,
    pub(super) json: Bytes,
}

/// Makes documents, one after another: a browser that opens ten pages has one made.
#[derive(Debug)]
pub(super) struct Recent {
    pub(super) model: Arc<Mutex<Model>>,
    fresh: Duration,
    made: tokio::sync::Mutex<Option<(Instant, Document)>>,
}

impl Recent {
    pub(super) fn new(model: Arc<Mutex<Model>>) -> Self {
        Self { model, fresh: FRESH, made: tokio::sync::Mutex::default() }
    }

    /// The last document, if it was made just now, or a new one.
    ///
    /// # Errors
    ///
    /// If the program ends meanwhile.
    pub(super) async fn document(&self) -> Result<Document, JoinError> {
        let mut made = self.made.lock().await;
        let fresh = made.take_if(|(at, _)| at.elapsed() < self.fresh);
        let made_now = look(&self.model, |model| match fresh {
            // What was renumbered since cannot be told as changes.
            Some((at, document)) if model.knows(document.cursor) => (at, document),
            _ => {
                model.at(Timestamp::now());
                (Instant::now(), Document { cursor: model.cursor(), json: model.document().into() })
            }
        });
        let (at, document) = made_now.await?;
        *made = Some((at, document.clone()));
        Ok(document)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn recent(fresh: Duration) -> Recent {
        let model = Model::new("a run", 10, Vec::new(), Vec::new());
        Recent { fresh, ..Recent::new(Arc::new(Mutex::new(model))) }
    }

    #[tokio::test]
    async fn viewers_that_come_at_about_the_same_time_get_one_document() {
        for (fresh, is_shared) in [(Duration::from_secs(3_600), true), (Duration::ZERO, false)] {
            let recent = recent(fresh);
            let (first, second) = tokio::join!(recent.document(), recent.document());
            let (first, second) = (first.unwrap(), second.unwrap());
            assert_eq!(first.json.as_ptr() == second.json.as_ptr(), is_shared);
            recent.model.lock().unwrap().collector_hangs(Timestamp(7));
            // What is new comes as a change.
            assert_eq!(recent.document().await.unwrap().cursor == first.cursor, is_shared);
        }
    }

    #[tokio::test]
    async fn a_document_that_cannot_be_changed_any_more_is_given_to_nobody() {
        let recent = recent(Duration::from_secs(3_600));
        let first = recent.document().await.unwrap();
        recent.model.lock().unwrap().collector_hangs(Timestamp(7));
        recent.model.lock().unwrap().forget_all_but(10);
        assert!(recent.document().await.unwrap().cursor > first.cursor);
    }
}
