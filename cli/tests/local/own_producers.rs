//! Clients that know nothing of kinetrace.

use aws_sdk_kinesis::Client;
use aws_sdk_kinesis::config::retry::RetryConfig;
use aws_sdk_kinesis::primitives::Blob;
use kinetrace_testbed::kinesis::client;
use rustix::process::Signal;

use crate::running::{Running, consumer};

#[tokio::test]
async fn puts_of_any_client_are_counted_by_key_and_judged() {
    let mut running = Running::start_with(&consumer(), &["--stream", "flights", "--shards", "2"]);
    let client = client(&running.after("AWS_ENDPOINT_URL_KINESIS="));
    for flight in 0..30 {
        let data = Blob::new(format!(r#"{{"flight":{flight}}}"#));
        let put = client.put_record().stream_name("flights").partition_key(format!("N{}", flight % 4)).data(data);
        put.send().await.unwrap();
    }
    running.signal(Signal::INT);
    let finished = running.finish();
    assert_eq!(finished.code, Some(0), "{finished:#?}");
    assert!(finished.stdout.contains("30 records of 4 keys: 30 acknowledged"), "{finished:#?}");
}

#[tokio::test]
async fn a_producer_that_never_ends_is_refused_at_the_end_and_what_it_has_put_is_processed() {
    let mut running = Running::start_with(&consumer(), &["--stream", "flights"]);
    let client = client(&running.after("AWS_ENDPOINT_URL_KINESIS="));
    let client = Client::from_conf(client.config().to_builder().retry_config(RetryConfig::disabled()).build());
    let mut taken = 0;
    loop {
        let data = Blob::new(format!(r#"{{"flight":{taken}}}"#));
        let put = client.put_record().stream_name("flights").partition_key("N1").data(data).send().await;
        if let Err(error) = put {
            let error = error.into_service_error();
            assert!(error.is_provisioned_throughput_exceeded_exception(), "{error:?}");
            break;
        }
        taken += 1;
        if taken == 20 {
            running.signal(Signal::INT);
        }
    }
    let finished = running.finish();
    assert_eq!(finished.code, Some(0), "{finished:#?}");
    assert!(finished.stdout.contains(&format!("{taken} acknowledged")), "{taken}: {finished:#?}");
}
