//! What a producer sends: an event of 200 bytes, in an envelope with its context.

use fastrand::Rng;

/// Of the payload, without the envelope.
pub(crate) const BYTES: usize = 200;

/// A record's data, and the key it is put with.
pub(crate) struct Payload {
    pub(crate) key: String,
    pub(crate) data: String,
}

impl Payload {
    pub(crate) fn new(random: &mut Rng) -> Self {
        let key = format!("N{:05}", random.u32(10_000..100_000));
        let context = format!("00-{:032x}-{:016x}-01", random.u128(1..), random.u64(1..));
        let flight = flight(&key, random);
        let data = format!(r#"{{"_otel":{{"traceparent":"{context}"}},"data":{flight}}}"#);
        Self { key, data }
    }
}

fn flight(key: &str, random: &mut Rng) -> String {
    let mut text = format!(
        r#"{{"tailnum":"{key}","carrier":"UA","flight":{},"origin":"EWR","dest":"IAH","distance":{},"dep_delay":{},"remarks":""#,
        random.u32(1000..10_000),
        random.u32(1000..10_000),
        random.u32(10..100),
    );
    let rest = BYTES.saturating_sub(text.len() + 2);
    text.extend((0..rest).map(|_| random.alphabetic()));
    text + r#""}"#
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_payload_has_the_bytes_that_the_tables_name_and_is_an_envelope() {
        let payload = Payload::new(&mut Rng::with_seed(1));
        let envelope: serde_json::Value = serde_json::from_str(&payload.data).unwrap();
        assert_eq!(envelope["data"]["tailnum"], payload.key);
        assert_eq!(envelope["_otel"]["traceparent"].as_str().map(str::len), Some(55));
        let (_, inner) = payload.data.split_once(r#""data":"#).unwrap();
        assert_eq!(inner.len() - 1, BYTES);
    }
}
