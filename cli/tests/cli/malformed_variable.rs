//! The functions' environment variables.

use crate::program::{Dead, Finished, run, run_with};

type Variables<'a> = [(&'a str, &'a str)];

/// What Lambda sets.
const LAMBDA: [(&str, &str); 4] = [
    // Nothing is asked of it before everything else was understood.
    ("AWS_LAMBDA_RUNTIME_API", "127.0.0.1:0"),
    ("AWS_LAMBDA_FUNCTION_NAME", "f"),
    ("AWS_LAMBDA_FUNCTION_VERSION", "$LATEST"),
    ("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "128"),
];

/// What else the producer needs.
const PRODUCER: [(&str, &str); 2] = [("KINETRACE_STREAM", "flights"), ("KINETRACE_GROUP_FIELD", "tailnum")];

fn with<'a>(base: &Variables<'a>, name: &'a str, value: &'a str) -> Vec<(&'a str, &'a str)> {
    let others = base.iter().copied().filter(|(other, _)| *other != name);
    others.chain([(name, value)]).collect()
}

#[test]
fn a_function_that_lambda_did_not_start_says_so() {
    for args in [&["bootstrap", "consumer"][..], &["bootstrap", "producer"], &["bootstrap", "benchmark", "--seed", "1"]]
    {
        run(args).assert_error(2, &["AWS_LAMBDA_RUNTIME_API is not set", "Lambda function"]);
        for (name, _) in LAMBDA {
            let others: Vec<_> = LAMBDA.into_iter().filter(|(other, _)| *other != name).collect();
            run_with(args, &others, b"").assert_error(2, &[name, "is not set"]);
        }
    }
}

#[test]
fn a_malformed_variable_of_the_business_ends_either_function_and_is_named_with_its_value() {
    let base = [&LAMBDA[..], &PRODUCER].concat();
    for function in ["consumer", "producer"] {
        let finished = run_with(&["bootstrap", function], &with(&base, "KINETRACE_HASH_KEYS", "yes"), b"");
        finished.assert_error(2, &["KINETRACE_HASH_KEYS", "yes"]);
    }
}

/// Nothing about telemetry stops a function. All variables have their rows in `shared/tests/variables`.
#[test]
fn a_malformed_telemetry_variable_is_reported_and_ends_neither_function() {
    for (name, value, told) in [
        ("OTEL_SDK_DISABLED", "yes", "OTEL_SDK_DISABLED=\"yes\" is not understood, so false is used"),
        ("OTEL_PROPAGATORS", "tracecontext,baggage,xray-lambda", "so tracecontext,baggage is used"),
        (
            "OTEL_TRACES_EXPORTER",
            "otlp,zipkin",
            "OTEL_TRACES_EXPORTER=\"otlp,zipkin\" is not understood, so otlp is used",
        ),
        ("OTEL_TRACES_SAMPLER", "xray", "so parentbased_always_on is used"),
        (
            "OTEL_EXPORTER_OTLP_ENDPOINT",
            "http://user:s3cr3t@:4318?k=s3cr3t",
            "OTEL_EXPORTER_OTLP_ENDPOINT=\"http://:4318\"",
        ),
        ("OTEL_EXPORTER_OTLP_PROTOCOL", "grpc", "so http/protobuf is used"),
        ("OTEL_EXPORTER_OTLP_TIMEOUT", "10s", "so 10000 is used"),
        ("OTEL_EXPORTER_OTLP_HEADERS", "api-key: s3cr3t", "`name: value`"),
        ("OTEL_EXPORTER_OTLP_CERTIFICATE", "/missing.pem", "has no effect"),
        ("OTEL_RESOURCE_ATTRIBUTES", "foo", "so none of it is used"),
        ("OTEL_BSP_MAX_QUEUE_SIZE", "many", "so none is used"),
        ("OTEL_TRACE_EXPORTER", "none", "OTEL_TRACE_EXPORTER is set, and nothing here reads it"),
        ("KINETRACE_FLUSH_INVOCATIONS", "0", "so 1 is used"),
        ("KINETRACE_FLUSH_SECONDS", "1m", "so none is used"),
        ("KINETRACE_BAGGAGE_KEYS", "tenant=7", "so no baggage travels"),
        ("KINETRACE_MAX_BAGGAGE_BYTES", "1 KiB", "so 1024 is used"),
        ("KINETRACE_RECORD_LOG", "some", "so none is used"),
        ("AWS_LAMBDA_LOG_LEVEL", "LOUD", "so INFO is used"),
        ("AWS_LAMBDA_LOG_FORMAT", "Text", "has no effect: log lines are JSON"),
    ] {
        for (function, further) in [("consumer", &[][..]), ("producer", &PRODUCER)] {
            let finished = runs_out_of_work(function, &with(further, name, value));
            let lines: Vec<_> = finished.stderr.lines().filter(|line| line.contains(name)).collect();
            let [line] = lines[..] else { panic!("{function}: {name}={value}: {finished:#?}") };
            assert!(line.starts_with("kinetrace: ") && line.contains(told), "{line}");
            assert!(!finished.stderr.contains("s3cr3t"), "{finished:#?}");
        }
    }
}

#[test]
fn a_consumer_tells_of_a_malformed_filter_of_lines_and_of_a_relation_and_goes_on() {
    for (name, value, instead) in [("RUST_LOG", "my_crate=loud", "info"), ("KINETRACE_RELATION", "child", "auto")] {
        let finished = runs_out_of_work("consumer", &[(name, value)]);
        let told = format!("kinetrace: {name}={value:?} is not understood, so {instead} is used");
        assert!(finished.stderr.lines().any(|line| line.starts_with(&told)), "{finished:#?}");
    }
}

#[test]
fn a_consumer_tells_that_its_lines_do_not_have_datadogs_ids_after_all() {
    let finished = runs_out_of_work("consumer", &[("DD_LOGS_INJECTION", "yes")]);
    let told = "kinetrace: DD_LOGS_INJECTION=\"yes\" is not understood, so lines do not have Datadog's ids";
    assert_eq!(finished.stderr.lines().filter(|line| line.starts_with(told)).count(), 1, "{finished:#?}");
}

#[test]
fn a_disabled_sdk_has_nothing_to_say_of_other_variables() {
    for (function, further) in [("consumer", &[][..]), ("producer", &PRODUCER)] {
        let variables =
            [("OTEL_SDK_DISABLED", " TRUE\n"), ("OTEL_TRACES_SAMPLER", "xray"), ("OTEL_PROPAGATORS", "w3c")];
        let finished = runs_out_of_work(function, &[further, &variables].concat());
        assert!(!finished.stderr.contains("OTEL_"), "{finished:#?}");
    }
}

#[test]
fn the_producer_names_a_variable_that_is_missing_or_malformed() {
    let base = [&LAMBDA[..], &PRODUCER].concat();
    for (name, value, reason) in [
        ("KINETRACE_STREAM", "", "is not set"),
        ("KINETRACE_GROUP_FIELD", "", "is not set"),
        ("KINETRACE_CARRIER", "headers", "`envelope`, `member`, `datadog`, `aggregate`, `partition-key` or `none`"),
        ("KINETRACE_MAX_RECORD_BYTES", "1MB", "1048576"),
        ("KINETRACE_AUTO_DISTRIBUTION", "deny", "`refuse`, `warn` or `allow`"),
    ] {
        let finished = run_with(&["bootstrap", "producer"], &with(&base, name, value), b"");
        finished.assert_error(2, &[name, value, reason]);
    }
    for (name, _) in PRODUCER {
        let others: Vec<_> = base.iter().copied().filter(|(other, _)| *other != name).collect();
        run_with(&["bootstrap", "producer"], &others, b"").assert_error(2, &[name, "is not set"]);
    }
}

#[test]
fn the_consumer_names_a_switch_that_is_malformed() {
    for name in ["KINETRACE_STRIP_FOREIGN", "KINETRACE_READ_PARTITION_KEY"] {
        let finished = run_with(&["bootstrap", "consumer"], &with(&LAMBDA, name, "yes"), b"");
        finished.assert_error(2, &[name, "yes", "`true` or `false`"]);
    }
}

/// A function that starts, and then finds nobody who would have work for it.
fn runs_out_of_work(function: &str, further: &Variables<'_>) -> Finished {
    let dead = Dead::new();
    let address = dead.url.trim_start_matches("http://");
    let variables = with(&[&LAMBDA, further].concat(), "AWS_LAMBDA_RUNTIME_API", address);
    let finished = run_with(&["bootstrap", function], &variables, b"");
    finished.assert_error(2, &["refused"]);
    finished
}

#[test]
fn a_function_whose_runtime_api_is_gone_ends_with_an_error() {
    runs_out_of_work("consumer", &[]);
    runs_out_of_work("producer", &PRODUCER);
}

#[test]
fn a_variable_without_a_reader_is_reported_and_ends_nothing() {
    let known = [("KINETRACE_FLUSH_SECONDS", "10"), ("OTEL_SDK_DISABLED", "true")];
    for (function, further, others) in
        [("consumer", &[][..], "KINETRACE_MAX_CONCURRENCY"), ("producer", &PRODUCER, "KINETRACE_CARRIER")]
    {
        let told = |variables: &Variables<'static>| {
            let finished = runs_out_of_work(function, &[further, variables].concat());
            finished.stderr.lines().find(|line| line.contains("nothing here reads")).map(str::to_owned)
        };
        let line = told(&[("KINETRACE_CARIER", "none")]).unwrap();
        assert!(line.starts_with("kinetrace: KINETRACE_CARIER is set") && line.contains(others), "{line}");
        assert_eq!(told(&known), None);
    }
}

#[test]
fn a_malformed_key_attribute_switch_is_reported_and_ends_nothing() {
    for (function, further) in [("consumer", &[][..]), ("producer", &PRODUCER)] {
        let told = |value| {
            let finished = runs_out_of_work(function, &[further, &[("KINETRACE_KEY_ATTRIBUTE", value)]].concat());
            finished.stderr.lines().filter(|line| line.contains("KINETRACE_KEY_ATTRIBUTE")).map(str::to_owned).collect()
        };
        let lines: Vec<_> = told("yes");
        let [line] = &lines[..] else { panic!("{function}: {lines:?}") };
        assert!(line.contains("\"yes\"") && line.contains("no span names a key"), "{line}");
        assert_eq!(told("false"), Vec::<String>::new(), "{function}");
    }
}
