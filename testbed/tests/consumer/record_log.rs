//! Which records have a line.

use kinetrace::history::Event;

use crate::world::World;

/// The records that have a line: number and outcome.
async fn lines(variables: &[(&str, &str)]) -> Vec<String> {
    let world = World::start(variables).await;
    for records in [&["a", "b"][..], &["c", "skip"], &["d", "fail", "unreached"], &["panic"]] {
        world.invoke(records).await;
    }
    let of = |event| match event {
        Event::Process(line) => format!("{} {:?}", line.sequence_number, line.outcome),
        other => format!("{other:?}"),
    };
    world.finish().await.lines.into_iter().map(of).collect()
}

#[tokio::test]
async fn records_have_lines_as_the_variable_says_and_none_without_it() {
    let all =
        ["8 Succeeded", "9 Succeeded", "8 Succeeded", "9 SkippedByHandler", "8 Succeeded", "9 Failed", "8 Failed"];
    let failures = ["9 SkippedByHandler", "9 Failed", "8 Failed"];
    for (value, expected) in [
        (Some("all"), &all[..]),
        (Some("failures"), &failures[..]),
        (Some("none"), &[]),
        (Some("verbose"), &[]),
        (None, &[]),
    ] {
        let variables: Vec<_> = value.map(|value| ("KINETRACE_RECORD_LOG", value)).into_iter().collect();
        assert_eq!(lines(&variables).await, expected, "{value:?}");
    }
}
