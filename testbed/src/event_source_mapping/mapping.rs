//! What every task of a mapping works with.

use std::sync::Arc;

use aws_sdk_kinesis::Client;
use tokio::sync::watch;

use super::progress::Progress;
use super::settings::Settings;
use super::stream::Stream;

/// A stream that is mapped to a function, and how far that is.
#[derive(Debug)]
pub(super) struct Mapping<I> {
    pub(super) client: Client,
    pub(super) stream: Stream,
    pub(super) settings: Settings,
    pub(super) invoker: Arc<I>,
    pub(super) progress: watch::Sender<Progress>,
}
