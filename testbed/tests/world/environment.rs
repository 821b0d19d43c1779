use std::time::Duration;

use bytes::Bytes;
use kinetrace_testbed::configuration::Configuration;
use kinetrace_testbed::environment::{Environment, InvokeError, LogLine, LogStream};
use tokio::io::AsyncWriteExt;
use tokio::join;
use tokio::net::TcpListener;
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};
use tokio::time::timeout;

use crate::bootstrap::{extended, lingering, real, shell};
use crate::log;
#[cfg(target_os = "linux")]
use crate::standstill;

async fn start(configuration: Configuration) -> (Environment, UnboundedReceiver<LogLine>) {
    let (sender, logs) = unbounded_channel();
    (Environment::start(0, &configuration, sender).await.unwrap(), logs)
}

#[tokio::test]
async fn a_bootstrap_that_ends_before_it_asks_is_noticed_and_its_last_lines_are_kept() {
    let (environment, mut logs) = start(shell("echo out; echo err >&2; exit 3")).await;
    let error = environment.invoke(Bytes::new()).await.unwrap_err();
    assert!(matches!(&error, InvokeError::Exited { status } if status == "exit status: 3"), "{error:?}");
    let lines = log::so_far(&mut logs);
    for (stream, line) in [(LogStream::Stdout, "out"), (LogStream::Stderr, "err")] {
        assert!(lines.contains(&LogLine { environment: 0, stream, line: line.into() }), "{lines:?}");
    }
    assert!(matches!(environment.invoke(Bytes::new()).await, Err(InvokeError::Exited { .. })), "and stays noticed");
}

#[tokio::test(start_paused = true)]
async fn a_bootstrap_that_never_asks_is_killed() {
    let (environment, _logs) = start(shell("exec sleep 1000")).await;
    let error = environment.invoke(Bytes::new()).await.unwrap_err();
    assert!(matches!(error, InvokeError::InitTimeout { .. }), "{error:?}");
    assert!(!environment.kill_switch().is_running());
}

#[tokio::test]
async fn a_bootstrap_that_is_not_there_is_named() {
    let (sender, _logs) = unbounded_channel();
    let configuration = Configuration::new("f", "/no/such/bootstrap");
    let error = Environment::start(0, &configuration, sender).await.unwrap_err();
    assert!(error.to_string().contains("/no/such/bootstrap"), "{error}");
}

#[tokio::test]
async fn a_child_sees_nothing_of_the_testbeds_own_environment() {
    let (environment, mut logs) = start(shell("env")).await;
    environment.invoke(Bytes::new()).await.unwrap_err();
    let lines: Vec<String> = log::so_far(&mut logs).into_iter().map(|line| line.line).collect();
    assert!(lines.iter().any(|line| line == "AWS_LAMBDA_FUNCTION_NAME=f"), "{lines:?}");
    assert!(!lines.iter().any(|line| line.starts_with("CARGO")), "{lines:?}");
}

#[tokio::test]
async fn the_real_runtime_gets_and_returns_bytes_untouched_also_after_a_failure() {
    let (environment, _logs) = start(real()).await;
    let payload = r#"{"b":1, "a":2.10}"#;
    assert_eq!(environment.invoke(payload.into()).await.unwrap(), payload);
    let error = environment.invoke(r#""fail""#.into()).await.unwrap_err();
    assert!(matches!(&error, InvokeError::Function { message, .. } if message == "as asked"), "{error:?}");
    assert_eq!(environment.invoke(payload.into()).await.unwrap(), payload);
}

#[tokio::test]
async fn an_invocation_that_hangs_is_ended_with_its_process() {
    let (environment, _logs) = start(real()).await;
    environment.ready().await.unwrap();
    tokio::time::pause();
    let error = environment.invoke(r#""hang""#.into()).await.unwrap_err();
    assert!(matches!(error, InvokeError::Timeout { .. }), "{error:?}");
    assert!(!environment.kill_switch().is_running());
}

#[tokio::test]
async fn a_process_that_ends_or_is_killed_in_the_middle_is_noticed() {
    let (environment, _logs) = start(real()).await;
    let error = environment.invoke(r#""exit""#.into()).await.unwrap_err();
    assert!(matches!(&error, InvokeError::Exited { status } if status == "exit status: 3"), "{error:?}");

    let (environment, mut logs) = start(real()).await;
    let kill_switch = environment.kill_switch();
    let (result, was_running) = join!(environment.invoke(r#""hang""#.into()), async {
        log::wait_for(&mut logs, r#"got "hang""#).await;
        kill_switch.kill()
    });
    assert!(was_running && !kill_switch.kill());
    let error = result.unwrap_err();
    assert!(matches!(&error, InvokeError::Exited { status } if status.contains("SIGKILL")), "{error:?}");
}

#[tokio::test]
async fn work_after_the_response_delays_the_shutdown_but_not_the_response() {
    let gate = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let (environment, mut logs) = start(lingering(gate.local_addr().unwrap().to_string())).await;
    assert_eq!(environment.invoke("1".into()).await.unwrap(), "done");
    let (mut at_work, _) = gate.accept().await.unwrap();
    join!(environment.shutdown(), async { at_work.write_u8(1).await.unwrap() });
    log::wait_for(&mut logs, "flushed").await;
}

#[tokio::test]
async fn work_after_the_response_is_part_of_the_invocations_time() {
    let gate = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let (environment, _logs) = start(lingering(gate.local_addr().unwrap().to_string())).await;
    environment.invoke("1".into()).await.unwrap();
    tokio::time::pause();
    let error = environment.ready().await.unwrap_err();
    assert!(matches!(error, InvokeError::Timeout { .. }), "{error:?}");
    assert!(!environment.kill_switch().is_running());
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn a_process_that_has_nothing_to_do_stands_still_unless_it_may_have_several_invocations() {
    let (environment, _logs) = start(real()).await;
    for _ in 0..2 {
        standstill::of(&environment).await;
        assert_eq!(environment.invoke("1".into()).await.unwrap(), "1");
    }
    let (environment, _logs) = start(Configuration { environment_concurrency: 2, ..real() }).await;
    assert_eq!(environment.invoke("1".into()).await.unwrap(), "1");
    environment.ready().await.unwrap();
    assert!(!standstill::is_stopped(&environment));
}

#[tokio::test]
async fn the_end_is_announced_to_an_environment_with_an_extension_and_to_no_other() {
    for (configuration, end, told) in [(extended(), "exit status: 7", 1), (real(), "signal: 9 (SIGKILL)", 0)] {
        let (environment, mut logs) = start(configuration).await;
        environment.ready().await.unwrap();
        assert_eq!(environment.shutdown().await, end);
        assert_eq!(log::so_far(&mut logs).iter().filter(|line| line.line.ends_with("told")).count(), told, "{end}");
    }
}

#[tokio::test]
async fn who_does_not_end_when_told_to_is_killed() {
    let stubborn = Configuration { env: vec![("STUBBORN".into(), "yes".into())], ..extended() };
    let (environment, _logs) = start(stubborn).await;
    environment.ready().await.unwrap();
    assert_eq!(environment.shutdown().await, "signal: 9 (SIGKILL)");
}

#[tokio::test]
async fn several_invocations_are_in_flight_where_the_runtime_asks_for_them() {
    let (environment, mut logs) = start(Configuration { environment_concurrency: 2, ..real() }).await;
    tokio::select! {
        _ = environment.invoke(r#""hang""#.into()) => panic!("it hangs"),
        () = async {
            log::wait_for(&mut logs, r#"got "hang""#).await;
            assert_eq!(environment.invoke("1".into()).await.unwrap(), "1");
        } => {}
    }
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn a_program_that_is_being_written_is_started_once_it_is_closed() {
    let folder = tempfile::tempdir().unwrap();
    let bootstrap = folder.path().join("bootstrap");
    std::fs::copy("/bin/true", &bootstrap).unwrap();
    let at_work = std::fs::OpenOptions::new().write(true).open(&bootstrap).unwrap();
    let (sender, _logs) = unbounded_channel();
    let configuration = Configuration::new("f", bootstrap);
    let start = Environment::start(0, &configuration, sender);
    let started = async {
        tokio::pin!(start);
        // It does not start while it is open.
        assert!(timeout(Duration::from_millis(100), &mut start).await.is_err());
        drop(at_work);
        start.await
    };
    assert!(started.await.is_ok());
}
