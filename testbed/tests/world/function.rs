use std::sync::{Arc, Barrier};

use kinetrace_testbed::configuration::Configuration;
use kinetrace_testbed::environment::{InvokeError, LogLine};
use kinetrace_testbed::function::Function;
use tokio::join;
use tokio::runtime::Handle;
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};
use tokio::task::spawn_blocking;

use crate::bootstrap::{real, shell};
use crate::log;

fn deploy(configuration: Configuration) -> (Function, UnboundedReceiver<LogLine>) {
    let (sender, logs) = unbounded_channel();
    (Function::new(configuration, sender), logs)
}

#[tokio::test]
async fn an_idle_environment_is_used_again_and_a_function_error_does_not_cost_it() {
    let (function, mut logs) = deploy(real());
    function.invoke("1".into()).await.unwrap();
    function.invoke(r#""fail""#.into()).await.unwrap_err();
    function.invoke("2".into()).await.unwrap();
    assert_eq!(log::wait_for(&mut logs, "got 1").await, 0);
    assert_eq!(log::wait_for(&mut logs, "got 2").await, 0);
}

#[tokio::test]
async fn concurrent_invocations_get_environments_of_their_own_up_to_the_limit() {
    let (function, mut logs) = deploy(Configuration { max_concurrency: 2, ..real() });
    let echo = async |payload: &'static str| function.invoke(payload.into()).await.unwrap();
    let (one, two, three) = join!(echo("1"), echo("2"), echo("3"));
    assert_eq!([one, two, three], ["1", "2", "3"]);
    function.shutdown().await;
    let mut environments: Vec<u32> = log::so_far(&mut logs).iter().map(|line| line.environment).collect();
    environments.sort_unstable();
    environments.dedup();
    assert_eq!(environments, [0, 1]);
}

#[tokio::test]
async fn an_environment_killed_in_the_middle_is_replaced_for_the_next_invocation() {
    let (function, mut logs) = deploy(real());
    let (result, was_running) = join!(function.invoke(r#""hang""#.into()), async {
        log::wait_for(&mut logs, r#"got "hang""#).await;
        function.kill_environment(0)
    });
    assert!(was_running);
    assert!(matches!(result, Err(InvokeError::Exited { .. })), "{result:?}");
    assert_eq!(function.invoke("1".into()).await.unwrap(), "1");
    assert_eq!(log::wait_for(&mut logs, "got 1").await, 1);
    assert!(!function.kill_environment(0) && !function.kill_environment(7));
}

#[tokio::test]
async fn an_environment_that_died_idle_loses_no_invocation() {
    let (function, mut logs) = deploy(real());
    function.invoke("1".into()).await.unwrap();
    assert!(function.kill_environment(0));
    assert_eq!(function.invoke("2".into()).await.unwrap(), "2");
    log::wait_for(&mut logs, "got 2").await;
}

#[tokio::test]
async fn a_cancelled_invocation_does_not_leave_its_environment_to_the_next_one() {
    let (function, mut logs) = deploy(Configuration { max_concurrency: 1, ..real() });
    tokio::select! {
        _ = function.invoke(r#""hang""#.into()) => panic!("it hangs"),
        _ = log::wait_for(&mut logs, r#"got "hang""#) => {}
    }
    assert_eq!(function.invoke("1".into()).await.unwrap(), "1");
    assert_eq!(log::wait_for(&mut logs, "got 1").await, 1);
}

#[tokio::test]
async fn a_bootstrap_that_cannot_start_fails_every_invocation_alike() {
    let (function, _logs) = deploy(Configuration { max_concurrency: 1, ..shell("exit 3") });
    for _ in 0..2 {
        let result = function.invoke("1".into()).await;
        assert!(matches!(&result, Err(InvokeError::Exited { status }) if status == "exit status: 3"), "{result:?}");
    }
}

#[tokio::test]
async fn after_the_shutdown_nothing_runs_and_the_log_has_an_end() {
    let (function, mut logs) = deploy(real());
    function.invoke("1".into()).await.unwrap();
    function.shutdown().await;
    assert!(!function.kill_environment(0));
    assert!(matches!(function.invoke("2".into()).await, Err(InvokeError::ShutDown)));
    drop(function);
    while logs.recv().await.is_some() {}
}

#[tokio::test]
async fn an_environment_with_free_slots_is_filled_before_another_one_is_started() {
    let (function, mut logs) = deploy(Configuration { max_concurrency: 2, environment_concurrency: 2, ..real() });
    let echo = async |payload: &'static str| function.invoke(payload.into()).await.unwrap();
    tokio::select! {
        _ = function.invoke(r#""hang""#.into()) => panic!("it hangs"),
        () = async {
            log::wait_for(&mut logs, r#"got "hang""#).await;
            assert_eq!([echo("1").await, echo("2").await], ["1", "2"]);
            for line in ["got 1", "got 2"] {
                assert_eq!(log::wait_for(&mut logs, line).await, 0);
            }
            // One slot is taken, so that of three at once two need another environment.
            let (three, four, five) = join!(echo("3"), echo("4"), echo("5"));
            assert_eq!([three, four, five], ["3", "4", "5"]);
        } => {}
    }
    let mut environments: Vec<u32> = log::so_far(&mut logs).iter().map(|line| line.environment).collect();
    environments.sort_unstable();
    environments.dedup();
    assert_eq!(environments, [0, 1]);
}

#[tokio::test]
async fn an_environment_that_died_takes_all_its_slots_along() {
    let (function, mut logs) = deploy(Configuration { max_concurrency: 1, environment_concurrency: 3, ..real() });
    function.invoke("1".into()).await.unwrap();
    assert!(function.kill_environment(0));
    assert_eq!(function.invoke("2".into()).await.unwrap(), "2");
    assert_eq!(log::wait_for(&mut logs, "got 2").await, 1);
    function.shutdown().await;
    assert!(!function.kill_environment(1));
}

#[tokio::test(flavor = "multi_thread")]
async fn who_comes_while_an_environment_is_started_gets_one_of_its_slots() {
    let (function, mut logs) = deploy(Configuration { max_concurrency: 8, environment_concurrency: 8, ..real() });
    let together = Arc::new(Barrier::new(8));
    let invocations = (0..8).map(|number: u32| {
        let (function, together, runtime) = (function.clone(), Arc::clone(&together), Handle::current());
        spawn_blocking(move || {
            together.wait();
            runtime.block_on(function.invoke(number.to_string().into()))
        })
    });
    for invocation in invocations.collect::<Vec<_>>() {
        invocation.await.unwrap().unwrap();
    }
    function.shutdown().await;
    assert_eq!(log::so_far(&mut logs).iter().map(|line| line.environment).max(), Some(0));
}
