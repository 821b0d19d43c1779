//! Events of tumbling windows, whose answer Lambda takes for a failure unless it has a state.

use kinetrace_consumer::BatchResponse;

use crate::world::{World, event, moody};

fn in_window(event: &str, state: &str) -> String {
    let window =
        r#""window":{"start":"2020-07-30T17:00:00Z","end":"2020-07-30T17:05:00Z"},"isFinalInvokeForWindow":true"#;
    event.replacen('{', &format!("{{{window},{state}"), 1)
}

fn json(response: &Result<BatchResponse, String>) -> String {
    serde_json::to_string(response.as_ref().unwrap()).unwrap()
}

#[tokio::test]
async fn the_state_comes_back_as_it_came_beside_what_failed() {
    let failed = r#""batchItemFailures":[{"itemIdentifier":"9"}]"#;
    let table: [(&str, &[&str], &str); 4] = [
        (r#""state":{"1":2.10},"#, &["ok"], r#"{"batchItemFailures":[],"state":{"1":2.10}}"#),
        (r#""state":{"1":2},"#, &["ok", "fail"], &format!(r#"{{{failed},"state":{{"1":2}}}}"#)),
        (r#""state":{},"#, &[], r#"{"batchItemFailures":[],"state":{}}"#),
        ("", &["ok"], r#"{"batchItemFailures":[],"state":{}}"#),
    ];
    for (state, records, answer) in table {
        let outcome = World::new().invoke(moody, &in_window(&event(records), state)).await;
        assert_eq!(json(&outcome.response), answer);
    }
}

#[tokio::test]
async fn without_a_window_there_is_no_state() {
    let outcome = World::new().invoke(moody, &event(&["ok"])).await;
    assert_eq!(json(&outcome.response), r#"{"batchItemFailures":[]}"#);
}
