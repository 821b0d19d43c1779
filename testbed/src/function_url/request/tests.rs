use std::time::{Duration, UNIX_EPOCH};

use super::*;

fn event(path: &str, query: &str, headers: &[(&'static str, &str)], body: &[u8]) -> Value {
    let headers: HeaderMap =
        headers.iter().map(|(name, value)| (HeaderName::from_static(name), value.parse().unwrap())).collect();
    let headers = &headers;
    let request = HttpRequest { method: &Method::POST, path, query, version: Version::HTTP_11, headers, body };
    let at = UNIX_EPOCH + Duration::from_millis(1_583_348_638_390);
    serde_json::from_str(&request.event("f", "id", at)).unwrap()
}

/// The example of AWS' page, as far as it does not depend on a signature.
#[test]
fn a_request_becomes_the_documented_event() {
    let headers = [
        ("header1", "value1"),
        ("header2", "value1"),
        ("header2", "value2"),
        ("cookie", "cookie1; cookie2"),
        ("host", "127.0.0.1:9000"),
        ("user-agent", "agent"),
        ("content-type", "text/plain"),
    ];
    let query = "parameter1=value1&parameter1=value2&parameter2=value";
    let expected = json!({
        "version": "2.0",
        "routeKey": "$default",
        "rawPath": "/my/path",
        "rawQueryString": query,
        "cookies": ["cookie1", "cookie2"],
        "headers": {
            "header1": "value1",
            "header2": "value1,value2",
            "host": "127.0.0.1:9000",
            "user-agent": "agent",
            "content-type": "text/plain",
            "x-forwarded-for": "127.0.0.1",
            "x-forwarded-proto": "http"
        },
        "queryStringParameters": { "parameter1": "value1,value2", "parameter2": "value" },
        "requestContext": {
            "accountId": "anonymous",
            "apiId": "f",
            "domainName": "127.0.0.1:9000",
            "domainPrefix": "f",
            "http": {
                "method": "POST",
                "path": "/my/path",
                "protocol": "HTTP/1.1",
                "sourceIp": "127.0.0.1",
                "userAgent": "agent"
            },
            "requestId": "id",
            "routeKey": "$default",
            "stage": "$default",
            "time": "04/Mar/2020:19:03:58 +0000",
            "timeEpoch": 1_583_348_638_390_u64
        },
        "body": "Hello from client!",
        "isBase64Encoded": false
    });
    assert_eq!(event("/my/path", query, &headers, b"Hello from client!"), expected);
}

#[test]
fn only_a_body_that_says_that_it_is_text_and_is_goes_as_it_is() {
    type Row = (Option<&'static str>, &'static [u8], Option<&'static str>, bool);
    let table: [Row; 10] = [
        (Some("application/json"), br#"{"a":1}"#, Some(r#"{"a":1}"#), false),
        (Some("Application/JSON; charset=utf-8"), "Zoë".as_bytes(), Some("Zoë"), false),
        (Some("application/problem+json"), b"{}", Some("{}"), false),
        (Some("application/xml"), b"<a/>", Some("<a/>"), false),
        (Some("text/plain"), b"\xff\xfe", Some("//4="), true),
        (Some("application/octet-stream"), b"abc", Some("YWJj"), true),
        (Some("application/x-www-form-urlencoded"), b"a=b", Some("YT1i"), true),
        (None, b"abc", Some("YWJj"), true),
        (None, b"", None, false),
        (Some("image/png"), b"", None, false),
    ];
    for (content_type, body, expected, is_base64) in table {
        let headers: Vec<_> = content_type.map(|it| ("content-type", it)).into_iter().collect();
        let event = event("/", "", &headers, body);
        assert_eq!(event.get("body").and_then(Value::as_str), expected, "{content_type:?}");
        assert_eq!(event["isBase64Encoded"], is_base64, "{content_type:?}");
    }
}

#[test]
fn what_is_not_there_is_left_out_and_a_query_is_decoded_but_for_its_raw_form() {
    let bare = event("/", "", &[], b"");
    for member in ["queryStringParameters", "cookies", "body"] {
        assert_eq!(bare.get(member), None);
    }
    let event = event("/a%20b", "a=1%262&b=x+y&c&a=%C3%A9", &[], b"");
    assert_eq!(event["rawPath"], "/a%20b");
    assert_eq!(event["rawQueryString"], "a=1%262&b=x+y&c&a=%C3%A9");
    assert_eq!(event["queryStringParameters"], json!({ "a": "1&2,é", "b": "x y", "c": "" }));
}
