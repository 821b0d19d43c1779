//! How many bytes headers take in a record, as Kafka's record format (version 2) counts them
//! (<https://kafka.apache.org/documentation/#record>).

use super::header_list::HeaderList;

/// The smallest of the limits that hold where nobody set them: librdkafka's `message.max.bytes` is 1,000,000, the Java producer's
/// `max.request.size` 1,048,576, and a broker's `message.max.bytes` 1,048,588.
pub const DEFAULT_MAX_MESSAGE_BYTES: usize = 1_000_000;

/// What a batch of one record takes beyond key, value and headers, at most: 61 bytes of the batch's own, 21 of the record's
/// (`MAX_RECORD_OVERHEAD` of Kafka's `DefaultRecord`), and 5 for each of the lengths of key and value and the number of headers.
const MAX_OVERHEAD: usize = 61 + 21 + 3 * 5;

/// The bytes of a header: its name and its value, each with its length before it.
///
/// ```
/// assert_eq!(kinetrace::kafka::header_size("traceparent", Some(&[b'0'; 55])), 1 + 11 + 1 + 55);
/// ```
#[must_use]
pub fn header_size(name: &str, value: Option<&[u8]>) -> usize {
    let (name, value) = (name.len(), value.map_or(0, <[u8]>::len));
    length_size(name) + name + length_size(value) + value
}

/// How many bytes of headers fit into a record in addition to its own, if a batch may have `max_message_bytes`: see
/// [`DEFAULT_MAX_MESSAGE_BYTES`]. Compression is not counted on, so it is never too much.
///
/// ```
/// use kinetrace::kafka::{DEFAULT_MAX_MESSAGE_BYTES, Headers, room};
///
/// assert!(room(DEFAULT_MAX_MESSAGE_BYTES, Some(b"N14228"), Some(b"{}"), &Headers::default()) > 999_000);
/// assert_eq!(room(1024, None, Some(&[0; 1000]), &Headers::default()), 0);
/// ```
#[must_use]
pub fn room(max_message_bytes: usize, key: Option<&[u8]>, value: Option<&[u8]>, headers: &impl HeaderList) -> usize {
    let headers: usize = headers.iter().map(|(name, value)| header_size(name, value)).sum();
    let taken = [key, value].into_iter().flatten().fold(MAX_OVERHEAD + headers, |taken, part| taken + part.len());
    max_message_bytes.saturating_sub(taken)
}

/// A length is a signed number in zigzag, seven bits a byte: lengths below 64 take one byte. Null is -1, and takes one, too.
fn length_size(length: usize) -> usize {
    let bits = usize::BITS as usize + 1 - length.leading_zeros() as usize;
    bits.div_ceil(7)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_length_takes_as_many_bytes_as_kafka_writes() {
        for (length, size) in [(0, 1), (63, 1), (64, 2), (8191, 2), (8192, 3), (1_048_575, 3), (1_048_576, 4)] {
            assert_eq!(length_size(length), size, "{length}");
        }
    }

    #[test]
    fn a_header_has_the_size_of_its_name_its_value_and_their_lengths() {
        for (name, value, size) in [
            ("", None, 2),
            ("n", None, 3),
            ("n", Some(&b""[..]), 3),
            ("n", Some(&[0; 64]), 2 + 2 + 64),
            ("traceparent", Some(&[0; 55]), 68),
        ] {
            assert_eq!(header_size(name, value), size, "{name}");
        }
    }
}
