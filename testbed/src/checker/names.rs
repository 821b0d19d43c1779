//! Texts that many lines have in common, each kept once.

use std::collections::HashMap;
use std::sync::Arc;

use kinetrace::history::UNKNOWN;

/// A stream, a shard, a function, a partition key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Name(u32);

/// A partition key of a stream.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct KeyId(u32);

/// All names of a history.
#[derive(Debug, Clone, Default)]
pub(super) struct Names {
    ids: HashMap<Arc<str>, Name>,
    texts: Vec<Arc<str>>,
    keys: HashMap<(Name, Name), KeyId>,
    streams_and_groups: Vec<(Name, Name)>,
}

impl Names {
    pub(super) fn name(&mut self, text: &str) -> Name {
        if let Some(name) = self.ids.get(text) {
            return *name;
        }
        // 2^32 texts fit into no memory.
        let name = Name(u32::try_from(self.texts.len()).unwrap_or(u32::MAX));
        let text: Arc<str> = text.into();
        self.texts.push(Arc::clone(&text));
        self.ids.insert(text, name);
        name
    }

    /// The text itself, but that of the names if it is one of them: each line brings a copy of its own.
    pub(super) fn shared(&self, text: &Arc<str>) -> Arc<str> {
        self.ids.get_key_value(text).map_or(text, |(known, _)| known).clone()
    }

    pub(super) fn text(&self, name: Name) -> &str {
        usize::try_from(name.0).ok().and_then(|index| self.texts.get(index)).map_or("", |text| text)
    }

    pub(super) fn key(&mut self, stream: Name, group: &str) -> KeyId {
        let pair = (stream, self.name(group));
        if let Some(key) = self.keys.get(&pair) {
            return *key;
        }
        let key = KeyId(u32::try_from(self.streams_and_groups.len()).unwrap_or(u32::MAX));
        self.streams_and_groups.push(pair);
        self.keys.insert(pair, key);
        key
    }

    /// The key, if a line has named it before.
    pub(super) fn known_key(&self, stream: Name, group: &str) -> Option<KeyId> {
        self.keys.get(&(stream, *self.ids.get(group)?)).copied()
    }

    pub(super) fn stream_of(&self, key: KeyId) -> Name {
        self.pair(key).0
    }

    pub(super) fn group_of(&self, key: KeyId) -> &str {
        self.text(self.pair(key).1)
    }

    fn pair(&self, key: KeyId) -> (Name, Name) {
        let pair = usize::try_from(key.0).ok().and_then(|index| self.streams_and_groups.get(index));
        pair.copied().unwrap_or((Name(u32::MAX), Name(u32::MAX)))
    }
}

/// Whether this is not the name of a stream or a shard. An ARN that names no stream stands there by itself.
pub(super) fn is_unknown(name: &str) -> bool {
    name == UNKNOWN || name.contains(':')
}
