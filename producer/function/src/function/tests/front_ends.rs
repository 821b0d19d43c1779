//! Requests as AWS's front ends pass them on: what is published, in whose trace, and an answer in the front end's own form.

use opentelemetry_sdk::trace::Sampler;
use serde_json::{Value, json};

use super::front_end::{ALL, LoadBalancer, MultiValue, RestApi, Url};
use super::world::{World, world};
use super::*;

const TRACE_ID: &str = "4bf92f3577b34da6a3ce929d0e0e4736";
const TRACEPARENT: &str = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
const OTHER: &str = "00-00000000000000000000000000000001-0000000000000001-01";

fn trusting() -> World {
    world(false, Propagators::default(), Sampler::AlwaysOn)
}

/// The request with some members changed.
fn changed(mut request: Value, changes: &Value) -> String {
    request.as_object_mut().unwrap().extend(changes.as_object().unwrap().clone());
    request.to_string()
}

fn error(answer: &Value) -> String {
    let body: Value = serde_json::from_str(answer["body"].as_str().unwrap()).unwrap();
    body["error"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn every_front_end_gets_an_answer_of_its_own_form_and_the_callers_trace_goes_on() {
    let headers = [("TraceParent", TRACEPARENT), ("tracestate", "rojo=1"), ("BAGGAGE", "tenant=7")];
    for front_end in ALL {
        let world = trusting();
        let answer = world.invoke(&front_end.request("POST", &headers).to_string()).await.unwrap();
        assert_eq!(front_end.headers(&answer, 200), json!({"content-type": "application/json"}));
        assert!(answer["body"].as_str().unwrap().starts_with(r#"{"published":1,"failed":0,"#), "{answer}");
        assert_eq!(world.data().len(), 1, "{front_end:?}");
        assert!(world.field("traceparent").unwrap().contains(TRACE_ID), "{front_end:?}");
        assert_eq!(world.field("tracestate").as_deref(), Some("rojo=1"), "{front_end:?}");
        assert_eq!(world.field("baggage").as_deref(), Some("tenant=7"), "{front_end:?}");
    }
}

#[tokio::test]
async fn a_method_that_brings_no_events_is_a_405_and_publishes_nothing() {
    for front_end in ALL {
        for method in ["GET", "HEAD", "OPTIONS", "DELETE", "TRACE"] {
            let world = trusting();
            let answer = world.invoke(&front_end.request(method, &[]).to_string()).await.unwrap();
            assert_eq!(front_end.headers(&answer, 405)["allow"], "POST, PUT, PATCH");
            assert!(error(&answer).starts_with(&format!("{method} publishes nothing")), "{answer}");
            assert_eq!(world.data().len(), 0, "{front_end:?} {method}");
        }
    }
}

#[tokio::test]
async fn a_body_without_events_is_refused_and_publishes_nothing() {
    let gzip = "H4sIAAAAAAAAA6tWKknMzClSslIyNDI0MlGqBQDjVJhdFAAAAA==";
    for front_end in ALL {
        for (changes, status, words) in [
            (json!({"body": null}), 400, "the body is empty"),
            (json!({"body": ""}), 400, "the body is empty"),
            (json!({"body": "\n", "isBase64Encoded": "true"}), 400, "the body is empty"),
            (json!({"body": 7}), 400, "the body is not a JSON string"),
            (json!({"body": "null"}), 400, "not a JSON object"),
            (json!({"body": "{}", "isBase64Encoded": []}), 400, "isBase64Encoded"),
            (json!({"body": "%", "isBase64Encoded": true}), 400, "not base64"),
            (json!({"body": gzip, "isBase64Encoded": true}), 415, "compressed (gzip)"),
            (json!({"body": gzip, "isBase64Encoded": null}), 415, "compressed (gzip, in base64)"),
        ] {
            let world = trusting();
            let answer = world.invoke(&changed(front_end.request("POST", &[]), &changes)).await.unwrap();
            let headers = front_end.headers(&answer, status);
            assert_eq!(headers.get("accept-encoding"), (status == 415).then_some(&json!("identity")), "{changes}");
            assert!(error(&answer).contains(words), "{front_end:?} {changes}: {answer}");
            assert_eq!(world.data().len(), 0, "{front_end:?} {changes}");
        }
    }
}

/// Whatever stands where a context may be, the event is published, and it joins no other caller's trace.
#[tokio::test]
async fn an_odd_context_is_absent_and_refuses_no_event() {
    let twice = [("traceparent", TRACEPARENT), ("Traceparent", OTHER)];
    let mut requests = vec![
        MultiValue.request("POST", &[twice[0], ("traceparent", TRACEPARENT)]).to_string(),
        RestApi.request("POST", &[twice[0], ("traceparent", OTHER)]).to_string(),
        LoadBalancer.request("POST", &twice).to_string(),
        Url.request("POST", &[("traceparent", &[TRACEPARENT, OTHER].join(","))]).to_string(),
    ];
    for value in
        [json!(null), json!(7), json!([TRACEPARENT]), json!({"traceparent": TRACEPARENT}), json!(""), json!("x")]
    {
        let headers = json!({"traceparent": value, "tracestate": 7, "baggage": [], "x": null});
        requests.push(changed(Url.request("POST", &[]), &json!({"headers": headers})));
        requests.push(changed(RestApi.request("POST", &[]), &json!({"headers": headers, "multiValueHeaders": null})));
        let events = json!([{"tailnum": "N14228"}]);
        requests.push(json!({"events": events, "traceparent": value, "tracestate": {}, "baggage": 1}).to_string());
    }
    for value in [json!(null), json!(TRACEPARENT), json!([7]), json!([[TRACEPARENT]]), json!({})] {
        let headers = json!({"Traceparent": value, "baggage": "a=b"});
        requests.push(changed(MultiValue.request("POST", &[]), &json!({"multiValueHeaders": headers})));
    }
    for (headers, multiple) in [(json!(null), json!(null)), (json!([]), json!("")), (json!(1), json!([TRACEPARENT]))] {
        let changes = json!({"headers": headers, "multiValueHeaders": multiple});
        requests.extend(ALL.map(|front_end| changed(front_end.request("POST", &[]), &changes)));
    }
    for request in requests {
        let world = trusting();
        let answer = world.invoke(&request).await.unwrap();
        assert!(answer["published"] == 1 || answer["statusCode"] == 200, "{request}: {answer}");
        assert_eq!(world.data().len(), 1, "{request}");
        let sent = world.field("traceparent").unwrap();
        assert!(!sent.contains(TRACE_ID) && !sent.contains(&OTHER[3..35]), "{request}: {sent}");
    }
}

#[tokio::test]
async fn members_of_several_headers_travel_together() {
    let headers = [
        ("traceparent", TRACEPARENT),
        ("tracestate", "rojo=1"),
        ("tracestate", "congo=2"),
        ("baggage", "tenant=7"),
        ("baggage", "region=eu"),
    ];
    for front_end in [RestApi, MultiValue] {
        let world = trusting();
        world.invoke(&front_end.request("POST", &headers).to_string()).await.unwrap();
        assert_eq!(world.field("tracestate").as_deref(), Some("rojo=1,congo=2"), "{front_end:?}");
        let baggage = world.field("baggage").unwrap();
        assert!(baggage.contains("tenant=7") && baggage.contains("region=eu"), "{front_end:?}: {baggage}");
    }
}

/// As consoles and people write them.
#[tokio::test]
async fn a_request_without_its_context_is_known_by_its_other_members() {
    let event = json!({"body": "{\"tailnum\":1}", "headers": {"traceparent": TRACEPARENT}});
    for changes in [
        json!({}),
        json!({"requestContext": null}),
        json!({"httpMethod": "POST", "requestContext": null, "multiValueHeaders": null}),
        json!({"requestContext": [], "events": null}),
    ] {
        let world = trusting();
        let answer = world.invoke(&changed(event.clone(), &changes)).await.unwrap();
        assert_eq!(answer["statusCode"], 200, "{changes}: {answer}");
        assert!(world.field("traceparent").unwrap().contains(TRACE_ID), "{changes}");
    }
    let world = trusting();
    let answer = world.invoke(r#"{"headers":null,"multiValueHeaders":null,"body":null}"#).await.unwrap();
    assert_eq!((Url.headers(&answer, 400).is_object(), world.data().len()), (true, 0));
}
