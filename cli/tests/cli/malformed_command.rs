//! Command lines and input files that nothing can be done with.

use crate::program::{Dead, Finished, file, run};

/// Both commands that read events say the same of them.
fn both(args: &[&str], check: impl Fn(Finished)) {
    for command in ["demo", "ordering"] {
        let finished = run(&[&[command], args].concat());
        assert!(!finished.stdout.contains("published"), "{finished:#?}");
        check(finished);
    }
}

#[test]
fn an_input_that_cannot_be_read_is_named_with_the_reason() {
    for (path, reason) in [("/no/such/file.ndjson", "No such file"), ("/", "directory")] {
        both(&["--input", path, "--group-by", "g"], |it| it.assert_error(2, &["--input", path, reason]));
    }
}

#[test]
fn a_malformed_input_line_is_named_with_file_line_and_reason() {
    let good = "{\"g\":1}\n{\"g\":2}\n";
    for (line, reason) in [
        ("{\"g\":3", "not a JSON object"),
        ("[3]", "not a JSON object"),
        ("{\"h\":3}", "no field \"g\""),
        ("{\"g\":\"\"}", "\"g\" is empty"),
        ("{\"g\":[3]}", "array"),
    ] {
        let (_directory, path) = file("events.ndjson", format!("{good}{line}\n{good}"));
        both(&["--input", &path, "--group-by", "g"], |it| it.assert_error(2, &[&path, "line 3", reason]));
    }
}

#[test]
fn an_input_without_usable_text_is_named() {
    let table: [(&[u8], &str); 4] =
        [(b"", "no event"), (b"\n \n", "no event"), (b"[]", "no event"), (b"\xff\xfe", "UTF-8")];
    for (text, reason) in table {
        let (_directory, path) = file("events.ndjson", text);
        both(&["--input", &path, "--group-by", "g"], |it| it.assert_error(2, &[&path, reason]));
    }
}

#[test]
fn a_field_to_group_by_that_no_event_has_is_named() {
    both(&["--group-by", "tail_number"], |it| it.assert_error(2, &["--group-by", "tail_number", "line 1"]));
}

#[test]
fn an_argument_out_of_its_range_is_named_with_the_value() {
    let table: [(&[&str], &[&str]); 12] = [
        (&["ordering", "--parallelization-factor", "11"], &["--parallelization-factor", "11", "1..=10"]),
        (&["ordering", "--parallelization-factor", "1,0"], &["--parallelization-factor", "'0'"]),
        (&["ordering", "--shards", "0"], &["--shards", "'0'"]),
        (&["ordering", "--limit", "0"], &["--limit", "'0'"]),
        (&["ordering", "--batch-size", "10001"], &["--batch-size", "10001"]),
        (&["ordering", "--carrier", "envelope,header"], &["--carrier", "header"]),
        (&["ordering", "--publisher", "kpl"], &["--publisher", "kpl"]),
        (&["ordering", "--faults", "severe"], &["--faults", "severe"]),
        (&["ordering", "--seed", "x"], &["--seed", "'x'"]),
        (&["demo", "--limit", "0"], &["--limit", "'0'"]),
        (&["demo", "--limt", "1"], &["--limt"]),
        (&["order"], &["'order'"]),
    ];
    for (args, parts) in table {
        run(args).assert_error(2, parts);
    }
}

#[test]
fn an_argument_that_needs_another_one_says_which() {
    for (args, missing) in [(&["demo", "--input", "events.ndjson"][..], "--group-by"), (&["verify"], "--history")] {
        let finished = run(args);
        finished.assert_error(2, &["required"]);
        assert!(finished.stderr.lines().any(|line| line.trim_start().starts_with(missing)), "{finished:#?}");
    }
}

#[test]
fn a_file_for_the_rows_that_cannot_be_written_is_named_before_the_first_run() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("missing").join("rows.json");
    let finished = run(&["ordering", "--json", path.to_str().unwrap()]);
    finished.assert_error(2, &["--json", path.to_str().unwrap(), "No such file"]);
    assert!(!finished.stderr.contains("run 1"), "{finished:#?}");
}

#[test]
fn an_endpoint_without_a_kinesis_is_named_before_the_first_run() {
    let dead = Dead::new();
    for (url, reason) in [
        (dead.url.as_str(), "refused"),
        ("localhost:4566", "http://"),
        ("", "http://"),
        ("http://", "URI"),
        ("http://local host", "URI"),
    ] {
        let finished = run(&["ordering", "--endpoint-url", url]);
        finished.assert_error(2, &["--endpoint-url", url, reason]);
        assert!(!finished.stderr.contains("run 1"), "{finished:#?}");
    }
}

#[test]
fn faults_at_a_kinesis_of_ones_own_are_refused_with_both_names() {
    let dead = Dead::new();
    let finished = run(&["ordering", "--endpoint-url", &dead.url, "--faults", "light", "--reshard"]);
    finished.assert_error(2, &["--endpoint-url", &dead.url, "--faults light", "leave out one"]);
}
