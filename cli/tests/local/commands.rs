//! What is done to a run in its middle.

use crate::events;
use crate::running::{Running, consumer, run, tell};

#[test]
fn environments_that_are_killed_and_shards_that_are_split_and_merged_lose_nothing() {
    let (_directory, input) = events::file(400, 13);
    let flags = ["--stream", "flights", "--shards", "2", "--function-response-types", "ReportBatchItemFailures"];
    let input = ["--input", &input, "--group-by", "plane", "--rate", "100", "--once"];
    let mut running = Running::start_with(&consumer(), &[&flags[..], &input].concat());
    let page = running.page();
    assert_eq!(tell(&page, &["kill", "consumer/0"]), "killed: consumer/0\n");
    tell(&page, &["split", "flights/shardId-000000000000"]);
    tell(&page, &["kill", "consumer/1"]);
    tell(&page, &["merge", "2", "3"]);
    tell(&page, &["throttle", "1", "0.5"]);
    let finished = running.finish();
    assert_eq!(finished.code, Some(0), "{finished:#?}");
    assert!(finished.stdout.contains("400 acknowledged"), "{finished:#?}");
    assert!(finished.stdout.contains("verdict: kept"), "{finished:#?}");
}

#[test]
fn what_cannot_be_done_says_what_there_is() {
    let mut running = Running::start_with(&consumer(), &["--stream", "flights"]);
    let page = running.page();
    let refused = |words: &[&str]| {
        let told = run(&[&["tell", "--page", &page][..], words].concat());
        assert_eq!(told.code, Some(2), "{told:#?}");
        told.stderr
    };
    let table: [(&[&str], &str); 5] = [
        (&["kill", "consumer/9"], "consumer/9 does not run"),
        (&["throttle", "7", "1"], "flights has no shardId-000000000007; it has: shardId-000000000000"),
        (&["split", "trains/0"], "the streams are: flights"),
        (&["pause"], "there is no input"),
        (&["explode"], "is not a command"),
    ];
    for (words, part) in table {
        let error = refused(words);
        assert!(error.contains(part), "{words:?}: {error}");
    }
    running.signal(rustix::process::Signal::TERM);
    running.finish();
}
