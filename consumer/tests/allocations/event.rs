//! Events as Lambda writes them.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;

/// So many records of a shard, of flights.
pub(crate) fn of(records: usize, are_enveloped: bool) -> String {
    let records: Vec<_> = (0..records).map(|number| record(number, are_enveloped)).collect();
    format!(r#"{{"Records":[{}]}}"#, records.join(","))
}

fn record(number: usize, is_enveloped: bool) -> String {
    let key = format!("N{number:05}");
    let flight = format!(r#"{{"year":2013,"carrier":"UA","flight":{number},"tailnum":"{key}","origin":"EWR"}}"#);
    let data = if is_enveloped { enveloped(number, &flight) } else { flight };
    let (data, number) = (BASE64.encode(data), format!("49590338271490256608559692538361571095921575989{number:09}"));
    format!(
        r#"{{"kinesis":{{"kinesisSchemaVersion":"1.0","partitionKey":"{key}","sequenceNumber":"{number}","data":"{data}","approximateArrivalTimestamp":1545084650.987}},"eventSource":"aws:kinesis","eventVersion":"1.0","eventID":"shardId-000000000006:{number}","eventName":"aws:kinesis:record","invokeIdentityArn":"arn:aws:iam::123456789012:role/lambda-role","awsRegion":"us-east-2","eventSourceARN":"arn:aws:kinesis:us-east-2:123456789012:stream/flights"}}"#
    )
}

fn enveloped(number: usize, data: &str) -> String {
    format!(
        r#"{{"_otel":{{"traceparent":"00-4bf92f3577b34da6a3ce929d0e0e4736-{:016x}-01"}},"order":{{"producer":"00000000000000ab","sequence":{number}}},"data":{data}}}"#,
        number + 1
    )
}
