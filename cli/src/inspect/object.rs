//! The members of a JSON object, by name.

use std::collections::BTreeMap;

use serde::Deserialize as _;
use serde_json::value::RawValue;

/// Of members with one name, the last. Values stay text because they may be megabytes of base64.
#[derive(Debug)]
pub(super) struct Object<'a>(BTreeMap<String, &'a RawValue>);

impl<'a> Object<'a> {
    /// `None` if the value is of another type.
    pub(super) fn of(json: &'a RawValue) -> Option<Self> {
        json.get().starts_with('{').then(|| serde_json::from_str(json.get()).ok().map(Self))?
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = (&str, &'a RawValue)> {
        self.0.iter().map(|(name, value)| (name.as_str(), *value))
    }

    /// A member that is `null` counts as absent.
    pub(super) fn get(&self, name: &str) -> Option<&'a RawValue> {
        self.0.get(name).copied().filter(|value| value.get() != "null")
    }

    pub(super) fn has(&self, name: &str) -> bool {
        self.get(name).is_some()
    }

    pub(super) fn has_all(&self, names: &[&str]) -> bool {
        names.iter().all(|name| self.has(name))
    }

    pub(super) fn has_any(&self, names: &[&str]) -> bool {
        names.iter().any(|name| self.has(name))
    }

    pub(super) fn text(&self, name: &str) -> Option<String> {
        text(self.get(name)?)
    }

    pub(super) fn object(&self, name: &str) -> Option<Object<'a>> {
        Object::of(self.get(name)?)
    }

    pub(super) fn list(&self, name: &str) -> Option<Vec<&'a RawValue>> {
        list(self.get(name)?)
    }

    /// The first object in a list.
    pub(super) fn first(&self, name: &str) -> Option<Object<'a>> {
        self.list(name)?.into_iter().find_map(Object::of)
    }
}

/// The value, if it is a string.
pub(super) fn text(json: &RawValue) -> Option<String> {
    json.get().starts_with('"').then(|| serde_json::from_str(json.get()).ok())?
}

/// The value's elements, if it is an array.
pub(super) fn list(json: &RawValue) -> Option<Vec<&RawValue>> {
    let json = json.get();
    json.starts_with('[').then(|| Vec::deserialize(&mut serde_json::Deserializer::from_str(json)).ok())?
}
