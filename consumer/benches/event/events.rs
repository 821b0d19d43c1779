//! Events as Lambda writes them.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;

pub(crate) struct Case {
    pub(crate) name: &'static str,
    pub(crate) records: usize,
    /// Of the data of a record: an envelope with a flight in it.
    bytes: usize,
}

pub(crate) const CASES: [Case; 4] = [
    Case { name: "1x634", records: 1, bytes: 634 },
    Case { name: "100x200", records: 100, bytes: 200 },
    Case { name: "500x634", records: 500, bytes: 634 },
    Case { name: "10000x200", records: 10_000, bytes: 200 },
];

impl Case {
    pub(crate) fn event(&self) -> String {
        let records: Vec<_> = (0..self.records).map(|place| record(place, self.bytes)).collect();
        format!(r#"{{"Records":[{}]}}"#, records.join(","))
    }
}

fn record(place: usize, bytes: usize) -> String {
    let tailnum = format!("N{:05}", place % 2_045);
    let number = format!("4959033827149025660855969253836157109592157598913{place:07}");
    let arrival = 1_545_084_650_000 + place;
    format!(
        r#"{{"kinesis":{{"kinesisSchemaVersion":"1.0","partitionKey":"{tailnum}","sequenceNumber":"{number}","data":"{}","approximateArrivalTimestamp":{}.{:03}}},"eventSource":"aws:kinesis","eventVersion":"1.0","eventID":"shardId-000000000006:{number}","eventName":"aws:kinesis:record","invokeIdentityArn":"arn:aws:iam::123456789012:role/lambda-role","awsRegion":"us-east-2","eventSourceARN":"arn:aws:kinesis:us-east-2:123456789012:stream/flights"}}"#,
        BASE64.encode(data(place, &tailnum, bytes)),
        arrival / 1000,
        arrival % 1000
    )
}

/// A context, and members as flights have them until it is long enough.
fn data(place: usize, tailnum: &str, bytes: usize) -> String {
    let mut data = format!(
        r#"{{"_otel":{{"traceparent":"00-4bf92f3577b34da6a3ce929d0e0e4736-{:016x}-01"}},"data":{{"tailnum":"{tailnum}""#,
        place + 1
    );
    let members =
        [r#","carrier":"UA""#, r#","flight":1545"#, r#","origin":"EWR""#, r#","departed":"2013-01-01T05:17:00""#];
    for member in members.iter().cycle() {
        if data.len() + member.len() + r#","x":""}}"#.len() > bytes {
            break;
        }
        data.push_str(member);
    }
    let rest = bytes - data.len() - r#","x":""}}"#.len();
    data + r#","x":""# + &"x".repeat(rest) + r#""}}"#
}
