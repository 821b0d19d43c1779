//! Headers as a value that belongs to no client.

use std::sync::Arc;

use bytes::Bytes;

use super::header_list::HeaderList;

/// The headers of a record, in order. Names may repeat, and a value may be null, as Kafka allows. A clone shares them.
///
/// ```
/// use kinetrace::kafka::Headers;
///
/// let mut headers = Headers::default();
/// headers.push("source", "radar");
/// headers.push_null("source");
/// headers.push("source", "satellite");
/// assert_eq!(headers.len(), 3);
/// assert_eq!(headers.last("source"), Some(Some(&"satellite".into())));
/// assert_eq!(headers.last("Source"), None);
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Headers(Option<Arc<Vec<Header>>>);

type Header = (Arc<str>, Option<Bytes>);

impl Headers {
    /// How many there are.
    pub fn len(&self) -> usize {
        self.as_slice().len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.as_slice().is_empty()
    }

    /// Names and values, in order.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (&str, Option<&Bytes>)> + DoubleEndedIterator {
        self.as_slice().iter().map(|(name, value)| (name.as_ref(), value.as_ref()))
    }

    /// The value of the last header of exactly this name: the one that Kafka's own clients mean by "the header". The inner
    /// option is `None` if that value is null.
    pub fn last(&self, name: &str) -> Option<Option<&Bytes>> {
        self.iter().rev().find_map(|(own, value)| (own == name).then_some(value))
    }

    /// Adds a header after all others.
    pub fn push(&mut self, name: impl Into<Arc<str>>, value: impl Into<Bytes>) {
        self.list().push((name.into(), Some(value.into())));
    }

    /// Adds a header with the value null.
    pub fn push_null(&mut self, name: impl Into<Arc<str>>) {
        self.list().push((name.into(), None));
    }

    fn as_slice(&self) -> &[Header] {
        self.0.as_deref().map_or(&[], Vec::as_slice)
    }

    fn list(&mut self) -> &mut Vec<Header> {
        Arc::make_mut(self.0.get_or_insert_default())
    }
}

impl FromIterator<(Arc<str>, Option<Bytes>)> for Headers {
    fn from_iter<I: IntoIterator<Item = Header>>(headers: I) -> Self {
        let headers: Vec<_> = headers.into_iter().collect();
        Self((!headers.is_empty()).then(|| Arc::new(headers)))
    }
}

impl HeaderList for Headers {
    fn iter(&self) -> impl Iterator<Item = (&str, Option<&[u8]>)> {
        self.as_slice().iter().map(|(name, value)| (name.as_ref(), value.as_deref()))
    }

    fn retain(&mut self, mut keep: impl FnMut(&str) -> bool) {
        if self.0.is_some() {
            self.list().retain(|(name, _)| keep(name));
        }
    }

    fn push(&mut self, name: &str, value: &[u8]) {
        self.list().push((name.into(), Some(Bytes::copy_from_slice(value))));
    }
}
