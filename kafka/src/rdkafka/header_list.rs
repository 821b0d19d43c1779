//! librdkafka's headers, which only grow, as a list from which some can be taken away.

use std::mem;

use ::rdkafka::message::{Header, Headers as _, OwnedHeaders};
use kinetrace::kafka::HeaderList;

#[derive(Debug, Default)]
pub(super) struct Rebuilt(pub(super) OwnedHeaders);

impl HeaderList for Rebuilt {
    fn iter(&self) -> impl Iterator<Item = (&str, Option<&[u8]>)> {
        self.0.iter().map(|header| (header.key, header.value))
    }

    /// Where nothing goes, nothing is rebuilt: librdkafka shows a name only as far as its first zero byte.
    fn retain(&mut self, mut keep: impl FnMut(&str) -> bool) {
        let kept: Vec<bool> = self.0.iter().map(|header| keep(header.key)).collect();
        if kept.iter().all(|kept| *kept) {
            return;
        }
        let headers = self.0.iter().zip(kept).filter(|(_, kept)| *kept);
        self.0 = headers.fold(OwnedHeaders::new(), |list, (header, _)| list.insert(header));
    }

    fn push(&mut self, name: &str, value: &[u8]) {
        self.0 = mem::take(&mut self.0).insert(Header { key: name, value: Some(value) });
    }
}
