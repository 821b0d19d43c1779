//! What is global after a program has set itself up: it is seen in a process of its own, where no other test is.

#![cfg(feature = "otlp")]
#![allow(clippy::unwrap_used)]

use std::env;
use std::process::Command;

use kinetrace_consumer::trace_layer::TraceLayer;
use opentelemetry::global::get_text_map_propagator;

#[test]
fn layers_of_others_send_the_context_as_the_propagators_in_use_have_it() {
    let mut child = Command::new(env::current_exe().unwrap());
    child.args(["set_up_this_process", "--exact", "--ignored", "--nocapture"]).env_clear().envs([
        ("AWS_LAMBDA_RUNTIME_API", "127.0.0.1:0"),
        ("AWS_LAMBDA_FUNCTION_NAME", "f"),
        ("AWS_LAMBDA_FUNCTION_VERSION", "$LATEST"),
        ("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "128"),
        ("OTEL_PROPAGATORS", "b3"),
        ("OTEL_SDK_DISABLED", "true"),
    ]);
    let output = child.output().unwrap();
    let [stdout, stderr] = [output.stdout, output.stderr].map(|text| String::from_utf8(text).unwrap());
    assert!(output.status.success() && stdout.contains("global fields: b3\n"), "{stdout}{stderr}");
}

#[test]
#[ignore = "the child process of the other test"]
fn set_up_this_process() {
    if env::var_os("AWS_LAMBDA_RUNTIME_API").is_none() {
        return;
    }
    let _layer = TraceLayer::from_env().unwrap();
    let fields = get_text_map_propagator(|it| it.fields().map(str::to_owned).collect::<Vec<_>>().join(","));
    println!("global fields: {fields}");
}
