//! Strings that repeat: shards, keys, services. Each is sent once, and named by its place.

use std::collections::HashMap;
use std::sync::Arc;

/// The place of a text in the list.
pub(in crate::page) type Text = u32;

/// The empty text is always there, at place 0.
pub(in crate::page) const EMPTY: Text = 0;

/// A list that only grows. What it takes is bounded by [`Renumbered`].
#[derive(Debug)]
pub(in crate::page) struct Texts {
    list: Vec<Arc<str>>,
    /// When each was added: ascending.
    added: Vec<u64>,
    places: HashMap<Arc<str>, Text>,
}

impl Default for Texts {
    fn default() -> Self {
        let mut texts = Self { list: Vec::new(), added: Vec::new(), places: HashMap::new() };
        texts.place(0, "");
        texts
    }
}

impl Texts {
    /// The place of a text, which it gets now if it has none.
    pub(in crate::page) fn place(&mut self, cursor: u64, text: &str) -> Text {
        if let Some(place) = self.places.get(text) {
            return *place;
        }
        // 2^32 texts fit into no memory.
        let place = Text::try_from(self.list.len()).unwrap_or(Text::MAX);
        let text: Arc<str> = text.into();
        self.list.push(Arc::clone(&text));
        self.added.push(cursor);
        self.places.insert(text, place);
        place
    }

    /// The place of a text, if it has one.
    pub(in crate::page) fn known(&self, text: &str) -> Option<Text> {
        self.places.get(text).copied()
    }

    pub(in crate::page) fn text(&self, place: Text) -> &str {
        usize::try_from(place).ok().and_then(|place| self.list.get(place)).map_or("", |text| text)
    }

    pub(in crate::page) fn len(&self) -> usize {
        self.list.len()
    }

    /// Those that were added after the cursor, and the place of the first.
    pub(in crate::page) fn added_since(&self, since: Option<u64>) -> (usize, &[Arc<str>]) {
        let first = since.map_or(0, |since| self.added.partition_point(|added| *added <= since));
        (first, &self.list[first..])
    }

    /// Forgets every text that is not `used`, and tells where the others are now.
    pub(in crate::page) fn renumber(&mut self, cursor: u64, used: impl IntoIterator<Item = Text>) -> Renumbered {
        let old = std::mem::take(self);
        let mut places = vec![EMPTY; old.list.len()];
        for place in used {
            if let Ok(place) = usize::try_from(place)
                && let Some(text) = old.list.get(place)
                && places[place] == EMPTY
            {
                places[place] = self.place(cursor, text);
            }
        }
        Renumbered(places)
    }
}

/// Where texts are after some were forgotten.
#[derive(Debug)]
pub(in crate::page) struct Renumbered(Vec<Text>);

impl Renumbered {
    pub(in crate::page) fn apply(&self, place: &mut Text) {
        *place = usize::try_from(*place).ok().and_then(|old| self.0.get(old)).copied().unwrap_or(EMPTY);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_sent_once_and_renumbering_forgets_those_that_nothing_names() {
        let mut texts = Texts::default();
        let (a, b) = (texts.place(1, "a"), texts.place(2, "b"));
        assert_eq!((texts.place(3, "a"), a, b), (1, 1, 2));
        assert_eq!(texts.added_since(Some(1)), (2, &["b".into()][..]));
        assert_eq!(texts.added_since(None).1.len(), 3);
        let mut place = b;
        texts.renumber(4, [b]).apply(&mut place);
        assert_eq!((place, texts.text(place), texts.known("a"), texts.text(EMPTY)), (1, "b", None, ""));
    }
}
