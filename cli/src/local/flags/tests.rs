//! What command lines are read as.

use std::fs;
use std::path::Path;
use std::time::Duration;

use clap::Parser;
use kinetrace::history::Timestamp;
use kinetrace_testbed::event_source_mapping::{Filters, Settings, StartingPosition};

use super::super::deployment::{Deployment, OnFailure};
use super::Arguments;

#[derive(Debug, Parser)]
struct Program {
    #[command(flatten)]
    arguments: Arguments,
}

/// What a line, in whose words `PROGRAM` is one that this machine runs, comes to.
fn deployment(line: &str) -> Result<Deployment, String> {
    let own = std::env::current_exe().unwrap();
    let words = super::super::program::words::split(line).unwrap();
    let words = words.into_iter().map(|word| word.replace("PROGRAM", &own.to_string_lossy()));
    let program =
        Program::try_parse_from(["local".to_owned()].into_iter().chain(words)).map_err(|it| it.to_string())?;
    program.arguments.deployment().map_err(|it| it.to_string())
}

/// What a mapping has whose properties are all left out: AWS's defaults, and a read of each shard a second.
fn of_aws() -> Settings {
    Settings { poll_interval: Duration::from_secs(1), ..Settings::default() }
}

#[test]
fn flags_alone_make_a_stream_functions_and_a_mapping_for_each() {
    let line = "--function one=PROGRAM --command two='python3 -m awslambdaric app.handler' --stream flights --shards 3 \
                --env TABLE=x --env two.TABLE=y=z --timeout 30 --memory-size 512 --reserved-concurrent-executions 4";
    let deployment = deployment(line).unwrap();
    assert_eq!((deployment.streams[0].name.as_str(), deployment.streams[0].shards), ("flights", 3));
    let [one, two] = deployment.functions.as_slice() else { panic!("{deployment:?}") };
    assert_eq!(one.env, [("TABLE".to_owned(), "x".to_owned())]);
    assert_eq!(two.env, [("TABLE".to_owned(), "y=z".to_owned())]);
    assert_eq!((two.timeout, two.memory_mb, two.reserved_concurrency), (Duration::from_secs(30), 512, Some(4)));
    assert_eq!((two.program.command.as_path(), two.program.handler.as_str()), (Path::new("python3"), "app.handler"));
    assert_eq!(two.program.args, ["-m", "awslambdaric", "app.handler"]);
    let mapped: Vec<_> = deployment.mappings.iter().map(|it| (it.stream.as_str(), it.function.as_str())).collect();
    assert_eq!(mapped, [("flights", "one"), ("flights", "two")]);
    assert_eq!(deployment.mappings[0].settings, of_aws(), "what is left out is as AWS has it");
}

#[test]
fn names_may_be_left_out() {
    let deployment = deployment("--command 'node server.js --a=b'").unwrap();
    assert_eq!(deployment.functions[0].name, "function");
    assert_eq!(deployment.functions[0].program.args, ["server.js", "--a=b"]);
    assert_eq!((deployment.streams[0].name.as_str(), deployment.streams[0].shards), ("stream", 1));

    let folder = tempfile::tempdir().unwrap();
    let bootstrap = folder.path().join("target/lambda/consumer/bootstrap");
    fs::create_dir_all(bootstrap.parent().unwrap()).unwrap();
    fs::copy(std::env::current_exe().unwrap(), &bootstrap).unwrap();
    let deployment = self::deployment(&format!("--function {}", bootstrap.display())).unwrap();
    assert_eq!(deployment.functions[0].name, "consumer");
}

#[test]
fn every_property_of_the_mapping_has_a_flag_of_its_name() {
    let line = "--function f=PROGRAM --batch-size 10 --parallelization-factor 4 --maximum-retry-attempts 3 \
                --bisect-batch-on-function-error --report-batch-item-failures --on-failure-folder there --enabled false \
                --maximum-batching-window-in-seconds 5 --tumbling-window-in-seconds 60 --maximum-record-age-in-seconds 120 \
                --starting-position at_timestamp --starting-position-timestamp 1700000000.5 --enhanced-fan-out --poll-interval-ms 20 \
                --filter '{\"data\":{\"a\":[1]}}' --filter '{\"partitionKey\":[\"x\"]}'";
    let mapping = &deployment(line).unwrap().mappings[0];
    let expected = Settings {
        batch_size: 10,
        parallelization_factor: 4,
        maximum_retry_attempts: Some(3),
        bisect_batch_on_function_error: true,
        report_batch_item_failures: true,
        maximum_batching_window: Duration::from_secs(5),
        tumbling_window: Some(Duration::from_secs(60)),
        maximum_record_age: Some(Duration::from_secs(120)),
        starting_position: StartingPosition::AtTimestamp(Timestamp(1_700_000_000_500_000)),
        enhanced_fan_out: true,
        poll_interval: Duration::from_millis(20),
        filters: Filters::new(&[r#"{"data":{"a":[1]}}"#.to_owned(), r#"{"partitionKey":["x"]}"#.to_owned()]).unwrap(),
        ..Settings::default()
    };
    assert_eq!(mapping.settings, expected);
    assert_eq!((mapping.enabled, mapping.on_failure), (false, Some(OnFailure::Bucket)));

    let line = "--function f=PROGRAM --maximum-retry-attempts -1 --bisect-batch-on-function-error=false \
                --function-response-types ReportBatchItemFailures --on-failure-folder x --on-failure-shape sqs";
    let mapping = &deployment(line).unwrap().mappings[0];
    assert_eq!(mapping.settings, Settings { report_batch_item_failures: true, ..of_aws() });
    assert_eq!(mapping.on_failure, Some(OnFailure::Queue));
}

#[test]
fn flags_win_over_the_template_and_leave_the_rest_of_it() {
    let template = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/templates/sam-python.yaml");
    let over = |flags: &str| deployment(&format!("--template {} {flags}", template.display()));
    let plain = over("").unwrap();
    let changed = over(
        "--parameter Stage=prod --batch-size 7 --timeout 99 --env LOG_LEVEL=TRACE --env WorkerFunction.NEW=1 --shards 5 \
         --command 'uv run app' --on-failure-folder there",
    )
    .unwrap();
    let settings = Settings { batch_size: 7, ..plain.mappings[0].settings.clone() };
    assert_eq!(changed.mappings[0].settings, settings);
    assert_eq!(changed.mappings[0].on_failure, Some(OnFailure::Queue), "a folder does not change the shape");
    assert_eq!((changed.streams[0].name.as_str(), changed.streams[0].shards), ("orders-prod", 5));
    let function = &changed.functions[0];
    assert_eq!((function.timeout, function.program.command.as_path()), (Duration::from_secs(99), Path::new("uv")));
    let of = |name: &str| {
        function.env.iter().filter(|(its, _)| its == name).map(|(_, value)| value.as_str()).collect::<Vec<_>>()
    };
    assert_eq!((of("LOG_LEVEL"), of("NEW"), of("RETRIES")), (vec!["TRACE"], vec!["1"], vec!["3"]));
}

#[test]
fn what_is_mistyped_is_told_with_what_was_meant() {
    let python = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/templates/sam-python.yaml");
    let others = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/templates/anchors.yaml");
    let (python, others) = (python.display(), others.display());
    let table = [
        ("--batch-sice 1".to_owned(), "--batch-size"),
        ("--function f=PROGRAM --function f=PROGRAM".to_owned(), "this name is given to two functions"),
        ("--function f=/nowhere/at/all".to_owned(), "function f: cannot read /nowhere/at/all"),
        ("--function f=PROGRAM --parameter A=1".to_owned(), "--parameter is for a template"),
        ("--function f=PROGRAM --config-env dev".to_owned(), "--config-env is for a template"),
        ("--function f=PROGRAM --batch-size 10001".to_owned(), "BatchSize of the event source mapping is 10001"),
        (
            "--function f=PROGRAM --maximum-retry-attempts -2".to_owned(),
            "MaximumRetryAttempts of the event source mapping is -2",
        ),
        (
            "--function f=PROGRAM --maximum-record-age-in-seconds 59".to_owned(),
            "MaximumRecordAgeInSeconds of the event",
        ),
        ("--function f=PROGRAM --filter '{'".to_owned(), "FilterCriteria of the event source mapping"),
        ("--function f=PROGRAM --starting-position-timestamp -1".to_owned(), "seconds since the Unix epoch"),
        ("--function f=PROGRAM --starting-position AT_TIMESTAMP".to_owned(), "--starting-position-timestamp"),
        (
            "--function f=PROGRAM --starting-position LATEST --starting-position-timestamp 1".to_owned(),
            "it is for --starting-position AT_TIMESTAMP",
        ),
        ("--function f=PROGRAM --env g.A=1".to_owned(), "there is no function g; there are: f"),
        ("--function f=PROGRAM --env =1".to_owned(), "--env =1: it takes NAME=VALUE"),
        ("--function f=PROGRAM --env KINETRACE_NOT_SET_ANYWHERE".to_owned(), "it is not set outside"),
        ("--command \"f='a\"".to_owned(), "a quote ' is not closed"),
        ("--command f=".to_owned(), "the command is empty"),
        (format!("--template {python} --parameter Stag=prod"), "has no parameter Stag; did you mean Stage?"),
        (format!("--template {python} --parameter Stage"), "--parameter Stage: it takes NAME=VALUE"),
        (format!("--template {python} --function WorkerFuncton=PROGRAM"), "did you mean WorkerFunction?"),
        (format!("--template {python} --stream orders --shards 2"), "the template has no such stream"),
        (format!("--template {python} --stream orders-dev"), "add --shards"),
        (
            format!("--template {others} --command 'uv run'"),
            "say which function, as NAME=…: the template has First, Second, Third",
        ),
        ("--template nowhere.yaml".to_owned(), "cannot read --template nowhere.yaml"),
    ];
    for (line, what) in table {
        let error = deployment(&line).unwrap_err();
        assert!(error.contains(what), "{error}\n{line}");
    }
}
