//! What a watcher sees of a function's environments.

use std::time::Duration;

use kinetrace::history::Timestamp;
use kinetrace_testbed::configuration::Configuration;
use kinetrace_testbed::environment::InvokeError;
use kinetrace_testbed::function::{Function, FunctionHappening};
use tokio::join;
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};
use tokio::time::timeout;

use crate::bootstrap::{real, shell};
use crate::log;
#[cfg(target_os = "linux")]
use crate::standstill;

type Happenings = UnboundedReceiver<(Timestamp, FunctionHappening)>;

fn deploy(configuration: Configuration) -> (Function, Happenings) {
    let (watcher, happenings) = unbounded_channel();
    (Function::new_watched(configuration, unbounded_channel().0, watcher), happenings)
}

/// The next one, in words.
async fn next(happenings: &mut Happenings) -> String {
    match happenings.recv().await.unwrap().1 {
        FunctionHappening::Started { environment, process: Some(_) } => format!("started {environment}"),
        FunctionHappening::Ready { environment } => format!("ready {environment}"),
        FunctionHappening::Began { environment, number, .. } => format!("began {environment} {number:?}"),
        FunctionHappening::Ended { environment, error, .. } => format!("ended {environment} {error:?}"),
        FunctionHappening::Hung { environment } => format!("hung {environment}"),
        FunctionHappening::Gone { environment, status } => format!("gone {environment} {status}"),
        other => format!("{other:?}"),
    }
}

async fn expect(happenings: &mut Happenings, expected: &[&str]) {
    for expected in expected {
        let happening = next(happenings).await;
        assert!(happening.starts_with(expected), "{happening:?}, not {expected:?}");
    }
}

#[tokio::test]
async fn the_life_of_an_environment_is_told_in_order_also_its_end_while_it_is_idle() {
    let (function, mut happenings) = deploy(real());
    function.invoke_numbered(7, "1".into()).await.unwrap();
    function.invoke(r#""fail""#.into()).await.unwrap_err();
    let first = ["started 0", "ready 0", "began 0 Some(7)", "ended 0 None"];
    expect(&mut happenings, &first).await;
    expect(&mut happenings, &["began 0 None", "ended 0 Some(\"the function failed"]).await;
    assert!(function.kill_environment(0));
    expect(&mut happenings, &["gone 0 signal: 9 (SIGKILL)"]).await;
    function.invoke("2".into()).await.unwrap();
    function.shutdown().await;
    expect(&mut happenings, &["started 1", "ready 1", "began 1 None", "ended 1 None", "gone 1 signal: 9"]).await;
}

#[tokio::test]
async fn the_request_id_that_is_told_is_the_functions_own() {
    let (function, mut happenings) = deploy(real());
    let own = function.invoke(r#""id""#.into()).await.unwrap();
    let mut told = Vec::new();
    while told.len() < 2 {
        match happenings.recv().await.unwrap().1 {
            FunctionHappening::Began { request_id, .. } | FunctionHappening::Ended { request_id, .. } => {
                told.push(format!("{request_id:?}"));
            }
            _ => {}
        }
    }
    assert_eq!(told, [&own[..], &own[..]].map(|own| String::from_utf8_lossy(own)));
}

#[tokio::test]
async fn an_invocation_ends_before_its_environment_is_gone_however_it_ends() {
    let (function, mut happenings) = deploy(Configuration { max_concurrency: 1, ..real() });
    let exited = function.invoke(r#""exit""#.into()).await;
    assert!(matches!(exited, Err(InvokeError::Exited { .. })), "{exited:?}");
    expect(&mut happenings, &["started 0", "ready 0", "began 0", "ended 0 Some", "gone 0 exit status: 3"]).await;
    tokio::select! {
        _ = function.invoke(r#""hang""#.into()) => panic!("it hangs"),
        () = expect(&mut happenings, &["started 1", "ready 1", "began 1"]) => {}
    }
    expect(&mut happenings, &["ended 1 Some(\"the caller cancelled", "gone 1 signal: 9 (SIGKILL)"]).await;
}

#[tokio::test]
async fn an_environment_that_ends_before_it_asks_was_never_ready() {
    let (function, mut happenings) = deploy(shell("exit 3"));
    function.invoke("1".into()).await.unwrap_err();
    expect(&mut happenings, &["started 0", "gone 0 exit status: 3"]).await;
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn an_idle_environment_that_hangs_is_not_woken_by_the_next_invocation() {
    let timeout = Duration::from_millis(300);
    let (function, mut happenings) = deploy(Configuration { timeout, ..real() });
    function.invoke("1".into()).await.unwrap();
    let (_, FunctionHappening::Started { process: Some(process), .. }) = happenings.recv().await.unwrap() else {
        panic!("not started");
    };
    expect(&mut happenings, &["ready 0", "began 0", "ended 0"]).await;
    standstill::of_process(process).await;
    assert!(function.hang_environment(0) && !function.hang_environment(0) && !function.hang_environment(7));
    let result = function.invoke("2".into()).await;
    assert!(matches!(result, Err(InvokeError::Timeout { .. })), "{result:?}");
    expect(&mut happenings, &["hung 0", "began 0", "ended 0 Some", "gone 0 signal: 9 (SIGKILL)"]).await;
    assert!(!function.hang_environment(0));
    assert_eq!(function.invoke("3".into()).await.unwrap(), "3");
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn an_environment_that_hangs_in_the_middle_runs_into_its_time_out() {
    let (sender, mut logs) = unbounded_channel();
    let (watcher, mut happenings) = unbounded_channel();
    let timeout = Duration::from_secs(1);
    let function = Function::new_watched(Configuration { timeout, ..real() }, sender, watcher);
    let (result, ()) = join!(function.invoke(r#""hang""#.into()), async {
        log::wait_for(&mut logs, r#"got "hang""#).await;
        assert!(function.hang_environment(0));
        expect(&mut happenings, &["started 0", "ready 0", "began 0", "hung 0"]).await;
    });
    assert!(matches!(result, Err(InvokeError::Timeout { .. })), "{result:?}");
    expect(&mut happenings, &["ended 0 Some", "gone 0 signal: 9 (SIGKILL)"]).await;
}

#[cfg(unix)]
#[tokio::test]
async fn a_shutdown_does_not_wake_an_environment_that_hangs() {
    let (function, mut happenings) = deploy(real());
    function.invoke("1".into()).await.unwrap();
    assert!(function.hang_environment(0));
    function.shutdown().await;
    expect(&mut happenings, &["started 0", "ready 0", "began 0", "ended 0", "hung 0", "gone 0 signal: 9"]).await;
}

#[cfg(unix)]
#[tokio::test]
async fn what_a_program_has_started_ends_with_it() {
    let (sender, mut logs) = unbounded_channel();
    let function = Function::new(shell("sleep 1000 & echo child; wait"), sender);
    let (result, ()) = join!(function.invoke("1".into()), async {
        log::wait_for(&mut logs, "child").await;
        assert!(function.kill_environment(0));
    });
    assert!(matches!(result, Err(InvokeError::Exited { .. })), "{result:?}");
    drop(function);
    // The child holds the other end of the log.
    let end = async { while logs.recv().await.is_some() {} };
    timeout(Duration::from_secs(10), end).await.unwrap();
}
