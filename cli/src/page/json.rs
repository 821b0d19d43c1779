//! Writes JSON as it is made, so that a table of a hundred thousand rows is nowhere in between.

use serde::Serialize;

/// An object that is being written; it is closed when it is dropped.
#[derive(Debug)]
pub(super) struct Object<'a> {
    out: &'a mut Vec<u8>,
    is_empty: bool,
}

impl<'a> Object<'a> {
    pub(super) fn begin(out: &'a mut Vec<u8>) -> Self {
        out.push(b'{');
        Self { out, is_empty: true }
    }

    pub(super) fn member(&mut self, name: &str, value: &(impl Serialize + ?Sized)) {
        self.name(name);
        write(self.out, value);
    }

    /// An array of what the iterator brings.
    pub(super) fn list<T: Serialize>(&mut self, name: &str, values: impl IntoIterator<Item = T>) {
        self.name(name);
        self.out.push(b'[');
        for (index, value) in values.into_iter().enumerate() {
            if index > 0 {
                self.out.push(b',');
            }
            write(self.out, &value);
        }
        self.out.push(b']');
    }

    /// An array of numbers; or, as `sums`, of how much each is more than the one before it, which takes less room once it is
    /// deflated. Nulls stay, and do not count.
    pub(super) fn numbers(&mut self, name: &str, sums: bool, values: impl IntoIterator<Item = Option<i64>>) {
        let mut before = 0;
        self.list(
            name,
            values.into_iter().map(|value| {
                let difference = value? - before;
                if sums {
                    before = value?;
                }
                Some(difference)
            }),
        );
    }

    pub(super) fn object(&mut self, name: &str) -> Object<'_> {
        self.name(name);
        Object::begin(self.out)
    }

    fn name(&mut self, name: &str) {
        if !self.is_empty {
            self.out.push(b',');
        }
        self.is_empty = false;
        write(self.out, name);
        self.out.push(b':');
    }
}

impl Drop for Object<'_> {
    fn drop(&mut self) {
        self.out.push(b'}');
    }
}

/// Text, numbers and maps of them, which is all there is here, can be written.
fn write(out: &mut Vec<u8>, value: &(impl Serialize + ?Sized)) {
    let begin = out.len();
    if serde_json::to_writer(&mut *out, value).is_err() {
        out.truncate(begin);
        out.extend_from_slice(b"null");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sums_are_differences_that_nulls_do_not_change() {
        for (sums, expected) in [(false, r#"{"n":[7,null,9,8]}"#), (true, r#"{"n":[7,null,2,-1]}"#)] {
            let mut out = Vec::new();
            Object::begin(&mut out).numbers("n", sums, [Some(7), None, Some(9), Some(8)]);
            assert_eq!(String::from_utf8(out).unwrap(), expected);
        }
    }

    #[test]
    fn objects_nest_and_what_cannot_be_written_is_null() {
        let mut out = Vec::new();
        let mut object = Object::begin(&mut out);
        object.list("none", [0; 0]);
        object.object("inner").list("two", [Some(1), None]);
        object.member("bad", &std::collections::BTreeMap::from([((1, 2), 3)]));
        drop(object);
        assert_eq!(String::from_utf8(out).unwrap(), r#"{"none":[],"inner":{"two":[1,null]},"bad":null}"#);
    }
}
