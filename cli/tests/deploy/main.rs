//! The functions as they are deployed, under other people's emulators: every sample event, what it is answered with and
//! the spans that arrive, compared with `events/expected/`.
//!
//! `deploy/check` installs the emulators, builds the functions and runs these tests; an environment variable tells where
//! each of them is.
#![cfg(unix)]
#![allow(clippy::unwrap_used, clippy::panic)]

mod cargo_lambda;
mod deployed;
mod expectation;
mod function;
mod process_group;
mod runtime_interface_emulator;
mod seen;

use crate::cargo_lambda::CargoLambda;
use crate::deployed::{DEPLOYMENTS, Deployment};
use crate::function::{Emulator, Function};
use crate::runtime_interface_emulator::RuntimeInterfaceEmulator;

/// A path that `deploy/check` hands over.
fn given(variable: &str) -> String {
    std::env::var(variable).unwrap_or_else(|_| panic!("{variable} is not set: run deploy/check"))
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs deploy/check"]
async fn every_event_has_its_answer_and_spans_under_cargo_lambda() {
    all_as_expected(CargoLambda::start).await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs deploy/check"]
async fn every_event_has_its_answer_and_spans_under_the_runtime_interface_emulator() {
    all_as_expected(RuntimeInterfaceEmulator::start).await;
}

/// The Extensions API there is AWS's own.
#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs deploy/check"]
async fn what_waits_leaves_when_the_runtime_interface_emulator_ends_the_function() {
    let start = async |deployment, variables: &[(&str, &str)]| {
        RuntimeInterfaceEmulator::start(deployment, &[variables, &[("KINETRACE_FLUSH_SECONDS", "3600")]].concat()).await
    };
    let [consumer, ..] = DEPLOYMENTS;
    let mut function = Function::start(consumer, start).await;
    for _ in 0..2 {
        function.answer("kinesis-plain").await;
    }
    // The second did not begin before everything after the first was done.
    assert_eq!(function.traced(), 0);
    function.stop().await;
    assert_eq!(function.traced(), 2);
}

/// One function after another, because not all of the emulators' ports can be chosen; reports every event that differs.
async fn all_as_expected<E: Emulator>(start: impl AsyncFn(Deployment, &[(&str, &str)]) -> E) {
    let mut differences = Vec::new();
    for (deployment, events) in expectation::events() {
        let name = format!("{} of {}", deployment.function, deployment.template);
        let mut function = Function::start(deployment, &start).await;
        for event in &events {
            let seen = function.invoke(event).await;
            differences.extend(expectation::differences(event, &seen));
        }
        function.stop().await;
        differences.extend(function.complaints().into_iter().map(|it| format!("{name}: {it}")));
        println!("{name}: {} events", events.len());
    }
    assert!(differences.is_empty(), "\n{}", differences.join("\n"));
}
