//! Stands in for `kinetrace::kafka` until that has landed.

use std::sync::Arc;

use bytes::Bytes;
use kinetrace::{Fields, Format, Order};

/// The headers of a record, in their order. Names may be repeated, and a value may be null.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Headers(Vec<(Arc<str>, Option<Bytes>)>);

impl Headers {
    /// Names and values, in order.
    pub fn iter(&self) -> impl Iterator<Item = (&str, Option<&Bytes>)> {
        self.0.iter().map(|(name, value)| (&**name, value.as_ref()))
    }

    /// Adds one after all others.
    pub fn push(&mut self, name: impl Into<Arc<str>>, value: impl Into<Bytes>) {
        self.0.push((name.into(), Some(value.into())));
    }
}

impl FromIterator<(Arc<str>, Option<Bytes>)> for Headers {
    fn from_iter<I: IntoIterator<Item = (Arc<str>, Option<Bytes>)>>(headers: I) -> Self {
        Self(headers.into_iter().collect())
    }
}

pub(crate) struct HeaderContext {
    pub(crate) fields: Fields,
    pub(crate) order: Option<Order>,
    pub(crate) format: Format,
}

pub(crate) fn extract(_: &Headers) -> HeaderContext {
    HeaderContext { fields: Fields::default(), order: None, format: Format::None }
}
