//! What Lambda is told of a batch, and how far into it the business code got.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use kinetrace::history::ProcessOutcome;

use crate::world::{World, event, moody};

#[tokio::test]
async fn a_batch_stops_at_its_first_failure_and_names_it() {
    use ProcessOutcome::{Failed, Succeeded};
    type Case<'a> = (&'a [&'a str], Option<&'a str>, &'a [(&'a str, ProcessOutcome)]);
    let table: [Case<'_>; 6] = [
        (&[], None, &[]),
        (&["ok"], None, &[("8", Succeeded)]),
        (&["ok", "ok"], None, &[("8", Succeeded), ("9", Succeeded)]),
        (&["ok", "fail", "ok", "fail"], Some("9"), &[("8", Succeeded), ("9", Failed)]),
        (&["panic", "ok"], Some("8"), &[("8", Failed)]),
        (&["ok", "ok", "instantly"], Some("10"), &[("8", Succeeded), ("9", Succeeded), ("10", Failed)]),
    ];
    for (records, stop, processed) in table {
        let outcome = World::new().invoke(moody, &event(records)).await;
        assert_eq!(outcome.stop().as_deref(), stop, "{records:?}");
        assert_eq!(outcome.processed(), processed, "{records:?}");
    }
}

#[tokio::test]
async fn a_record_that_cannot_be_read_fails_itself_and_only_in_its_turn() {
    let good = event(&["ok", "spoiled", "ok"]);
    let unreadable = good.replace(&BASE64.encode("spoiled"), "%%%");
    let outcome = World::new().invoke(moody, &unreadable).await;
    assert_eq!(outcome.stop().as_deref(), Some("9"));
    assert_eq!(outcome.processed(), [("8", ProcessOutcome::Succeeded)]);

    let nameless = good.replace(r#""sequenceNumber":"9","#, "");
    let error = World::new().invoke(moody, &nameless).await.response.unwrap_err();
    assert!(error.contains("whole batch") && error.contains("record 1"), "{error}");
}
