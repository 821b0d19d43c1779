//! What a list of headers must be able to do, whatever client it belongs to.

/// The headers of a record, in order: names may repeat, and a value may be null.
///
/// Clients have lists of their own. One that only appends, as librdkafka's does, is rebuilt in [`retain`](Self::retain).
///
/// ```
/// use kinetrace::kafka::HeaderList;
///
/// struct Pairs(Vec<(String, Option<Vec<u8>>)>);
///
/// impl HeaderList for Pairs {
///     fn iter(&self) -> impl Iterator<Item = (&str, Option<&[u8]>)> {
///         self.0.iter().map(|(name, value)| (name.as_str(), value.as_deref()))
///     }
///
///     fn retain(&mut self, mut keep: impl FnMut(&str) -> bool) {
///         self.0.retain(|(name, _)| keep(name));
///     }
///
///     fn push(&mut self, name: &str, value: &[u8]) {
///         self.0.push((name.to_owned(), Some(value.to_owned())));
///     }
/// }
/// ```
pub trait HeaderList {
    /// Names and values, in the order of the record.
    fn iter(&self) -> impl Iterator<Item = (&str, Option<&[u8]>)>;

    /// Removes every header whose name is not to be kept. The others keep their order and their bytes.
    fn retain(&mut self, keep: impl FnMut(&str) -> bool);

    /// Adds a header after all others.
    fn push(&mut self, name: &str, value: &[u8]);
}
