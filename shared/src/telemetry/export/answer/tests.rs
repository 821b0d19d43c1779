use super::*;

fn answer(status: u16, content_type: &str, body: &[u8]) -> Response<Bytes> {
    let answer = Response::builder().status(status);
    let answer = if content_type.is_empty() { answer } else { answer.header(CONTENT_TYPE, content_type) };
    answer.body(Bytes::copy_from_slice(body)).unwrap()
}

fn partial(rejected: i64, message: &str) -> Vec<u8> {
    let partial_success = Some(PartialSuccess { rejected, error_message: message.to_owned() });
    ExportResponse { partial_success }.encode_to_vec()
}

#[test]
fn an_answer_that_takes_spans_says_how_many_it_rejects() {
    const PROTOBUF: &str = "application/x-protobuf";
    let json = |body: &'static str| ("application/json; charset=utf-8", body.as_bytes().to_vec());
    type Body = (&'static str, Vec<u8>);
    let table: [(Body, u64, &str); 16] = [
        (("", vec![]), 0, ""),
        ((PROTOBUF, vec![]), 0, ""),
        (("text/html", vec![]), 0, ""),
        ((PROTOBUF, partial(0, "")), 0, ""),
        ((PROTOBUF, partial(2, "quota exceeded")), 2, "quota exceeded"),
        (("", partial(2, "quota exceeded")), 2, "quota exceeded"),
        ((PROTOBUF, partial(0, "slow down")), 0, "slow down"),
        ((PROTOBUF, partial(-1, "")), 0, ""),
        (json("{}"), 0, ""),
        (json(r#"{"status":"ok"}"#), 0, ""),
        (json(r#"{"partialSuccess":{"rejectedSpans":"2","errorMessage":"no"}}"#), 2, "no"),
        (json(r#"{"partialSuccess":{"rejectedSpans":3}}"#), 3, ""),
        (json(r#"{"partialSuccess":{"rejectedLogRecords":"5"}}"#), 5, ""),
        (json(r#"{"partialSuccess":null}"#), 0, ""),
        (json(r#"{"partialSuccess":{"rejectedSpans":"0","errorMessage":"slow down"}}"#), 0, "slow down"),
        (json(r#"{"partialSuccess":{"rejectedDataPoints":"4"}}"#), 4, ""),
    ];
    for ((content_type, body), rejected, message) in table {
        for status in [200, 202] {
            let expected = Accepted { rejected, message: message.to_owned() };
            assert_eq!(judge(&answer(status, content_type, &body)), Ok(expected), "{content_type} {body:?}");
        }
    }
}

#[test]
fn a_success_that_is_not_an_export_response_counts_as_a_failure() {
    let page = "<html><title>Sign in</title></html>";
    for (content_type, body) in [
        ("text/html; charset=utf-8", page),
        ("TEXT/HTML", "\n"),
        ("", page),
        ("application/x-protobuf", page),
        ("text/plain", "welcome"),
        ("application/json", "[1]"),
    ] {
        let refused = judge(&answer(200, &content_type.to_lowercase(), body.as_bytes())).unwrap_err();
        assert!(refused.is_foreign.is_some(), "{content_type} {body}");
    }
}

#[test]
fn a_refusal_says_why_in_protobuf_in_json_or_in_a_text() {
    let status = Status { message: "no such tenant".to_owned() }.encode_to_vec();
    for (content_type, body, text) in [
        ("application/x-protobuf", &status[..], "no such tenant"),
        ("text/plain", b" no such key\n", "no such key"),
        ("", b"", ""),
        ("application/x-protobuf", b"unauthorized", "unauthorized"),
        ("application/json", br#"{"code":16,"message":"no such tenant","details":[]}"#, "no such tenant"),
        ("", br#"{"message":"no such key"}"#, "no such key"),
        ("application/json", br#"{"message":""}"#, r#"{"message":""}"#),
        ("application/json", br#"{"error":7}"#, r#"{"error":7}"#),
    ] {
        let refused = judge(&answer(401, content_type, body)).unwrap_err();
        assert_eq!((refused.status.as_u16(), &refused.text[..]), (401, text));
        assert_eq!((refused.is_foreign, refused.retry_after), (None, None));
    }
}
