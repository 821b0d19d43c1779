use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use serde_json::{Value, json};

use super::*;

fn http(body: &str, is_base64: bool) -> String {
    let body = serde_json::to_string(body).unwrap();
    format!(
        r#"{{"version":"2.0","headers":{{"Traceparent":"00-a-b-01"}},"requestContext":{{"http":{{"method":"POST"}}}},
        "body":{body},"isBase64Encoded":{is_base64}}}"#
    )
}

fn events(invocation: &str) -> Vec<(String, String)> {
    let records = Request::read(invocation, "g").events.unwrap().records.into_iter();
    records.map(|record| (record.partition_key, String::from_utf8(record.data).unwrap())).collect()
}

fn field<'a>(request: &'a Request, name: &str) -> Option<&'a str> {
    request.fields.get(name).map(String::as_str)
}

#[test]
fn events_are_taken_to_the_byte_from_every_form() {
    let expected = [("a".to_owned(), r#"{"g":"a", "n":1.0}"#.to_owned()), ("1".to_owned(), r#"{"g":1}"#.to_owned())];
    let lines = "{\"g\":\"a\", \"n\":1.0}\n\n{\"g\":1}\r\n";
    let array = r#" [{"g":"a", "n":1.0} , {"g":1}]"#;
    for invocation in [
        http(lines, false),
        http(array, false),
        http(&BASE64.encode(lines), true),
        r#"{"events":[{"g":"a", "n":1.0},{"g":1}]}"#.to_owned(),
    ] {
        assert_eq!(events(&invocation), expected, "{invocation}");
    }
}

#[test]
fn an_empty_list_of_events_is_accepted() {
    for invocation in [http("[]", false), http(&BASE64.encode(" [ ]\n"), true), r#"{"events":[]}"#.to_owned()] {
        assert_eq!(events(&invocation), [], "{invocation}");
    }
}

/// Requests as other front ends pass them on: each differs from a good one in a few members.
fn changed(changes: Value) -> String {
    let mut request = json!({"requestContext": {}, "httpMethod": "POST", "headers": {}, "body": "{\"g\":1}"});
    let Value::Object(changes) = changes else { panic!("{changes}") };
    request.as_object_mut().unwrap().extend(changes);
    request.to_string()
}

#[test]
fn a_request_without_events_is_refused_in_words() {
    let gzip = BASE64.encode([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3, 0xab, 0x56]);
    for (changes, words) in [
        (json!({"body": null}), "empty"),
        (json!({"body": ""}), "empty"),
        (json!({"body": " \r\n\n"}), "empty"),
        (json!({"body": "", "isBase64Encoded": true}), "empty"),
        (json!({"body": null, "httpMethod": "GET"}), "GET publishes nothing"),
        (json!({"httpMethod": "DELETE"}), "DELETE publishes nothing"),
        (json!({"httpMethod": null, "requestContext": {"http": {"method": "HEAD"}}}), "HEAD publishes nothing"),
        (json!({"body": gzip, "isBase64Encoded": true}), "compressed (gzip)"),
        (json!({"body": "\u{1f}\u{fffd}\u{8}"}), "compressed (gzip)"),
        (json!({"body": "KLUv/QQA", "isBase64Encoded": true}), "compressed (zstd)"),
        (
            json!({"body": "GwAA/w==", "isBase64Encoded": true, "headers": {"Content-Encoding": "br"}}),
            "compressed (br)",
        ),
        (json!({"body": "\u{fffd}", "multiValueHeaders": {"content-encoding": ["br"]}}), "compressed (br)"),
        (json!({"body": "/w==", "isBase64Encoded": true}), "not UTF-8"),
        (json!({"body": "%", "isBase64Encoded": true}), "not base64"),
        (json!({"body": "null"}), "not a JSON object"),
    ] {
        let request = Request::read(&changed(changes.clone()), "g");
        assert_ne!(request.channel, Channel::Direct, "{changes}");
        let error = request.events.unwrap_err().to_string();
        assert!(error.contains(words), "{changes}: {error}");
    }
}

#[test]
fn what_only_telemetry_needs_fails_no_request() {
    let identity = json!({"headers": {"content-encoding": "identity"}});
    let decompressed = json!({"headers": {"content-encoding": "gzip"}});
    let odd = json!({"headers": {"a": null, "b": 1, "traceparent": "t"}, "multiValueHeaders": [1]});
    for changes in [
        json!({"headers": null, "multiValueHeaders": null, "isBase64Encoded": null}),
        json!({"requestContext": 1, "httpMethod": null}),
        json!({"requestContext": {"http": null, "elb": null}}),
        json!({"requestContext": null}),
        json!({"requestContext": null, "headers": null, "httpMethod": null, "isBase64Encoded": "false"}),
        json!({"requestContext": {"http": {"method": ["GET"]}, "elb": []}, "httpMethod": 7}),
        json!({"httpMethod": "PUT"}),
        identity,
        decompressed,
        odd,
    ] {
        assert_eq!(events(&changed(changes.clone())).len(), 1, "{changes}");
    }
    for direct in [
        r#"{"events":[{"g":1}],"traceparent":5,"tracestate":null,"baggage":["a=b"]}"#,
        r#"{"events":[{"g":1}],"traceparent":"t","traceparent":{"a":[1e999]},"_otel":[],"headers":null,"body":7}"#,
        r#"{"\ud800":1,"events":[{"g":1}],"traceparent":"\ud800","requestContext":null,"asynchronous":null}"#,
    ] {
        let request = Request::read(direct, "g");
        assert_eq!(request.events.as_ref().unwrap().records.len(), 1, "{direct}");
        assert_eq!((request.channel, field(&request, "traceparent")), (Channel::Direct, None), "{direct}");
    }
}

#[test]
fn a_load_balancers_headers_have_one_value_or_several() {
    let elb = json!({"elb": {"targetGroupArn": "arn"}});
    let several = json!({"Traceparent": ["00-a-b-01"], "baggage": ["k=v", "l=w"], "x": "odd"});
    for (changes, multi_value_headers, baggage) in [
        (json!({"requestContext": elb, "headers": {"traceparent": "00-a-b-01"}}), false, None),
        (json!({"requestContext": elb, "headers": null, "multiValueHeaders": several}), true, Some("k=v,l=w")),
    ] {
        let request = Request::read(&changed(changes), "g");
        assert_eq!(request.channel, Channel::LoadBalancer { multi_value_headers });
        assert_eq!((field(&request, "traceparent"), field(&request, "baggage")), (Some("00-a-b-01"), baggage));
    }
    // A REST API tells both, and of several values the last one only.
    let request = json!({"headers": {"baggage": "l=w"}, "multiValueHeaders": {"baggage": ["k=v", "l=w"]}});
    let request = Request::read(&changed(request), "g");
    assert_eq!((request.channel, field(&request, "baggage")), (Channel::Http, Some("k=v,l=w")));
}

#[test]
fn more_events_than_the_answer_has_room_for_are_refused_with_their_number() {
    let most = AnswerRoom::of(Channel::Http, usize::MAX).unwrap_err().most;
    let lines = |events: usize| http(&"{\"g\":1}\n".repeat(events), false);
    assert_eq!(events(&lines(most)).len(), most);
    let error = Request::read(&lines(most + 1), "g").events.unwrap_err().to_string();
    assert!(error.contains(&format!("{} events", most + 1)) && error.contains(&most.to_string()), "{error}");
    // Those that are not events are not looked at.
    let error = Request::read(&http(&"x\n".repeat(most + 1), false), "g").events.unwrap_err();
    assert!(matches!(error, RequestError::TooMany(_)), "{error}");
}

#[test]
fn the_callers_context_is_found_in_headers_and_members() {
    let direct = r#"{"events":[],"traceparent":"00-a-b-01"}"#.to_owned();
    for invocation in [http("[]", false), direct] {
        let request = Request::read(&invocation, "g");
        assert_eq!(field(&request, "traceparent"), Some("00-a-b-01"), "{invocation}");
    }
}

/// It goes to the caller, into the span's status, and with an asynchronous invocation to a destination.
#[test]
fn a_bad_request_is_logged_without_its_content() {
    for invocation in [
        r#""alice""#.to_owned(),
        r#"{"events":"alice"}"#.to_owned(),
        r#"{"events":["alice"]}"#.to_owned(),
        r#"{"requestContext":{},"isBase64Encoded":4111111111111111}"#.to_owned(),
        r#"{"requestContext":{},"body":4111111111111111}"#.to_owned(),
        http("\"alice\"", false),
        http("[\"alice\"]", false),
        http("[alice]", false),
        http("alice%", true),
        http(&BASE64.encode(b"alice\xff"), true),
    ] {
        let error = Request::read(&invocation, "g").events.unwrap_err().to_string();
        assert!(!error.contains("alice") && !error.contains("4111"), "{invocation}: {error}");
    }
}

#[test]
fn a_bad_request_names_the_place_and_the_reason() {
    for (invocation, place, reason) in [
        (http("{\"g\":1}\n{\"h\":1}\n", false), "line 2", "no field"),
        (http("{\"g\":1}\n\nnot JSON", false), "line 3", "not a JSON object"),
        (http(r#"[{"g":1},{"g":{}}]"#, false), "event 1", "object or an array"),
        (http("[1", false), "not a JSON array", "EOF"),
        (http("%", true), "body", "base64"),
        (http(&BASE64.encode(b"\xff"), true), "body", "UTF-8"),
        (r#"{"events":[{"g":1},2]}"#.to_owned(), "event 1", "not a JSON object"),
        ("{}".to_owned(), "invocation", "events"),
        ("[]".to_owned(), "invocation", "events"),
        (r#"{"events":1}"#.to_owned(), "invocation", "sequence"),
        (r#"{"events":null,"traceparent":"t"}"#.to_owned(), "invocation", "events"),
        (r#"{"events":[{"g":1}],"events":[]}"#.to_owned(), "2 members \"events\"", "not known"),
        (r#"{"events":[{"g":1}],"asynchronous":"true"}"#.to_owned(), "asynchronous", "neither true nor false"),
    ] {
        let error = Request::read(&invocation, "g").events.unwrap_err().to_string();
        assert!(error.contains(place) && error.contains(reason), "{invocation}: {error}");
    }
}
