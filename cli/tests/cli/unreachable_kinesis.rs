//! The function `producer`, when there is no Kinesis, or no such stream.

use std::time::Duration;

use kinetrace_testbed::function::Function;
use kinetrace_testbed::kinesis::Kinesis;
use serde_json::Value;

use crate::bootstrap::deploy;
use crate::program::{Dead, sample};

/// Leaves a second for attempts, in addition to the one that the function keeps for its answer.
const TIMEOUT: Duration = Duration::from_secs(2);

fn producer(kinesis: &str) -> Function {
    let variables =
        [("KINETRACE_STREAM", "flights"), ("KINETRACE_GROUP_FIELD", "tailnum"), ("AWS_ENDPOINT_URL", kinesis)];
    deploy(&["producer"], &[&variables[..], &[("OTEL_TRACES_EXPORTER", "none")]].concat(), TIMEOUT).0
}

async fn invoke(function: &Function, event: &str) -> Value {
    let answer = function.invoke(sample(event).into()).await.unwrap();
    serde_json::from_slice(&answer).unwrap()
}

fn assert_all_failed(results: &Value, reason: &str) {
    assert_eq!((&results["published"], &results["failed"]), (&0.into(), &3.into()), "{results}");
    let results = results["results"].as_array().unwrap();
    assert_eq!(results.len(), 3);
    // Results stand in the order of the events, so no key need be named: it may be personal.
    for (result, key) in results.iter().zip(["N14228", "N24211", "N619AA"]) {
        let error = result["error"].as_str().unwrap();
        assert!(error.contains(reason) && !error.contains(key) && !error.contains('\n'), "{error}");
    }
}

#[tokio::test]
async fn without_a_kinesis_every_event_has_an_error_in_time_and_the_function_lives_on() {
    let dead = Dead::new();
    let function = producer(&dead.url);
    let answer = invoke(&function, "events/producer-http.json").await;
    assert_eq!(answer["statusCode"], 207, "{answer}");
    assert_all_failed(&serde_json::from_str(answer["body"].as_str().unwrap()).unwrap(), "refused");
    assert_all_failed(&invoke(&function, "events/producer-direct.json").await, "refused");
    assert!(!function.kill_environment(1), "the first environment did not survive");
}

#[tokio::test]
async fn without_the_stream_every_event_has_an_error_that_names_it() {
    let kinesis = Kinesis::start().await.unwrap();
    let function = producer(kinesis.endpoint());
    assert_all_failed(&invoke(&function, "events/producer-direct.json").await, "flights");
}

#[tokio::test]
async fn a_kinesis_without_a_scheme_is_an_error_of_every_event() {
    let function = producer("localhost:4566");
    assert_all_failed(&invoke(&function, "events/producer-direct.json").await, "localhost:4566");
}
