//! Writing an aggregated record of one partition key, straight into its bytes.

use md5::{Digest, Md5};
use prost::encoding::{WireType, encode_key, encode_varint, encoded_len_varint};

use super::{DIGEST_BYTES, MAGIC};
use crate::kinesis::hash_key::HashKey;

/// Writes what [`aggregate`](super::aggregate) makes of the same records, without a copy of them: but for the digest, the
/// price of a record is that of its bytes.
#[derive(Debug)]
pub(crate) struct Writer {
    bytes: Vec<u8>,
    has_hash_key: bool,
}

impl Writer {
    /// Of records that all have this key and this place; `capacity` is what the whole takes, about.
    pub(crate) fn new(partition_key: &str, explicit_hash_key: Option<HashKey>, capacity: usize) -> Self {
        let mut bytes = Vec::with_capacity(capacity);
        bytes.extend_from_slice(&MAGIC);
        write(&mut bytes, 1, partition_key.as_bytes());
        if let Some(key) = explicit_hash_key {
            write(&mut bytes, 2, key.to_string().as_bytes());
        }
        Self { bytes, has_hash_key: explicit_hash_key.is_some() }
    }

    /// Appends a user record.
    pub(crate) fn push(&mut self, data: &[u8], tags: &[(String, String)]) {
        let keys = if self.has_hash_key { 4 } else { 2 };
        let tags_length: usize = tags.iter().map(|tag| written(tag_length(tag))).sum();
        self.begin(3, keys + written(data.len()) + tags_length);
        // The first key is the only one, and so is the first hash key.
        self.bytes.extend_from_slice(&[1 << 3, 0, 2 << 3, 0][..keys]);
        write(&mut self.bytes, 3, data);
        for tag in tags {
            self.begin(4, tag_length(tag));
            write(&mut self.bytes, 1, tag.0.as_bytes());
            write(&mut self.bytes, 2, tag.1.as_bytes());
        }
    }

    pub(crate) fn finish(mut self) -> Vec<u8> {
        let digest: [u8; DIGEST_BYTES] = Md5::digest(&self.bytes[MAGIC.len()..]).into();
        self.bytes.extend_from_slice(&digest);
        self.bytes
    }

    fn begin(&mut self, field: u32, length: usize) {
        encode_key(field, WireType::LengthDelimited, &mut self.bytes);
        encode_varint(length as u64, &mut self.bytes);
    }
}

fn tag_length((name, value): &(String, String)) -> usize {
    written(name.len()) + written(value.len())
}

/// What a field of so many bytes takes. The numbers of all fields here fit into one byte.
fn written(length: usize) -> usize {
    1 + encoded_len_varint(length as u64) + length
}

fn write(bytes: &mut Vec<u8>, field: u32, text: &[u8]) {
    encode_key(field, WireType::LengthDelimited, bytes);
    encode_varint(text.len() as u64, bytes);
    bytes.extend_from_slice(text);
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;
    use proptest::prelude::*;

    use super::*;
    use crate::kinesis::kpl::{UserRecord, aggregate};

    proptest! {
        #[test]
        fn a_pack_has_the_bytes_that_the_format_says(
            key in ".{1,200}",
            hash_key in prop::option::of(any::<u128>()),
            records in prop::collection::vec((
                prop::collection::vec(any::<u8>(), 0..300),
                prop::collection::vec((".{0,20}", ".{0,150}"), 0..4),
            ), 1..20),
        ) {
            let hash_key = hash_key.map(HashKey::from);
            let mut writer = Writer::new(&key, hash_key, 0);
            records.iter().for_each(|(data, tags)| writer.push(data, tags));
            let user_records = records.into_iter().map(|(data, tags)| UserRecord {
                partition_key: key.as_str().into(),
                explicit_hash_key: hash_key,
                data: Bytes::from(data),
                tags,
            });
            prop_assert_eq!(writer.finish(), aggregate(user_records));
        }
    }
}
