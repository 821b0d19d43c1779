//! What of a record gets into its line and its span: no value of the payload, and no key that is to stay out of the span.

use kinetrace::KeyNames;
use kinetrace_consumer::{Failure, Json, Record};
use serde::Deserialize;

use crate::world::{Outcome, World, keyed_event};

#[derive(Debug, Deserialize)]
struct Charge {
    #[expect(dead_code, reason = "only read")]
    cents: u64,
}

/// An error that passes another one off as its own.
#[derive(Debug, thiserror::Error)]
#[error(transparent)]
struct Billing(#[from] serde_json::Error);

async fn argument(_: Json<Charge>) -> Result<(), Failure> {
    Ok(())
}

async fn borrowed(record: Record) -> Result<(), Failure> {
    record.json::<Charge>()?;
    Ok(())
}

async fn unwrapped(record: Record) -> Result<(), Failure> {
    record.json::<Charge>().unwrap();
    Ok(())
}

async fn by_serde(record: Record) -> Result<(), Failure> {
    serde_json::from_slice::<Charge>(&record.payload)?;
    Ok(())
}

async fn unwrapped_by_serde(record: Record) -> Result<(), Failure> {
    serde_json::from_slice::<Charge>(&record.payload).expect("a charge");
    Ok(())
}

async fn passed_off(record: Record) -> Result<(), Billing> {
    serde_json::from_slice::<Charge>(&record.payload)?;
    Ok(())
}

async fn in_words(record: Record) -> Result<(), Failure> {
    let charge = serde_json::from_slice::<Charge>(&record.payload);
    charge.map(drop).map_err(|error| Failure::retry(format!("no charge: {error}")))
}

fn told(outcome: &Outcome) -> String {
    let line = outcome.log[0].error.clone().unwrap();
    let span = outcome.span("process flights");
    assert!(format!("{:?}", span.status).contains(&line), "{:?} tells otherwise than {line}", span.status);
    line
}

#[tokio::test]
async fn a_payload_errors_line_and_span_say_what_is_wrong_and_no_value() {
    for payload in [
        r#"{"cents":"alice@example.com"}"#,
        r#""alice@example.com""#,
        r#"{"cents":"a, expected alice"}"#,
        r#"{"cents":{"alice":4111111111111111}}"#,
    ] {
        let event = keyed_event(&[("N1", payload)]);
        let outcomes = [
            World::new().invoke(argument, &event).await,
            World::new().invoke(borrowed, &event).await,
            World::new().invoke(unwrapped, &event).await,
            World::new().invoke(by_serde, &event).await,
            World::new().invoke(unwrapped_by_serde, &event).await,
            World::new().invoke(passed_off, &event).await,
            World::new().invoke(in_words, &event).await,
        ];
        for (way, outcome) in outcomes.iter().enumerate() {
            let told = told(outcome);
            assert!(told.contains(" at line 1 column "), "{way}: {told}");
            for secret in ["alice", "4111111111111111"] {
                let spans = format!("{:?}", outcome.spans);
                assert!(!told.contains(secret) && !spans.contains(secret), "{way}: {told}");
            }
        }
    }
}

#[tokio::test]
async fn no_span_names_a_key_that_is_to_be_hashed_or_left_out() {
    let event = keyed_event(&[("alice@example.com", "1"), ("alice@example.com", "fail")]);
    for world in [
        World::new().naming(KeyNames::hashed()),
        World::new().choosing(|configuration| configuration.key_attribute(false)),
    ] {
        let outcome = world.invoke(borrowed, &event).await;
        assert!(!format!("{:?}", outcome.spans).contains("alice"), "{:?}", outcome.spans);
    }
}
