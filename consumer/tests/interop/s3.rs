//! What is in the bucket, and what a record's fate is without it.

use aws_sdk_s3::Client;
use kinetrace_consumer::dead_letters::S3;
use serde_json::Value;

use crate::invocation::{envelope, invoke, raw};
use crate::moto::{Moto, dead, s3};

const BUCKET: &str = "departures-dead";

async fn create(moto: &Moto) -> Client {
    let client = moto.s3();
    client.create_bucket().bucket(BUCKET).send().await.unwrap();
    client
}

async fn keys(client: &Client) -> Vec<String> {
    let listed = client.list_objects_v2().bucket(BUCKET).send().await.unwrap();
    listed.contents().iter().map(|object| object.key().unwrap().to_owned()).collect()
}

async fn letter(client: &Client, key: &str) -> Value {
    let object = client.get_object().bucket(BUCKET).key(key).send().await.unwrap();
    assert_eq!(object.content_type(), Some("application/json"));
    serde_json::from_slice(&object.body.collect().await.unwrap().to_vec()).unwrap()
}

#[tokio::test]
#[ignore = "needs what interop/run installs"]
async fn each_skipped_record_is_one_object_with_its_bytes_however_often_and_however_large_it_comes() {
    let moto = Moto::start().await;
    let client = create(&moto).await;
    let large = [b"\xff skip".to_vec(), vec![0; 3_000_000]].concat();
    let traced = envelope("\"skip\"");
    for _ in 0..2 {
        let queue = S3::new(client.clone(), BUCKET).prefix("letters/");
        let ended = invoke(queue, &[("N1", traced.as_bytes()), ("N1", b"ok"), ("N2", &large)]).await;
        assert_eq!((ended.stop, ended.errors.len()), (None, 2));
    }
    let folder = "letters/departures/flights/shardId-000000000000/2018/12/17";
    let expected = [format!("{folder}/10.json"), format!("{folder}/8.json")];
    assert_eq!(keys(&client).await, expected);
    assert_eq!(raw(&letter(&client, &expected[0]).await), (large.clone(), large));
    let letter = letter(&client, &expected[1]).await;
    assert_eq!(raw(&letter), (traced.into_bytes(), b"\"skip\"".to_vec()));
}

#[tokio::test]
#[ignore = "needs what interop/run installs"]
async fn without_a_bucket_that_takes_the_letter_the_record_fails_and_is_kept_when_it_comes_again() {
    let moto = Moto::start().await;
    let client = create(&moto).await;
    let (_socket, endpoint) = dead();
    let failing =
        [(S3::new(s3(&endpoint), BUCKET), "dispatch failure"), (S3::new(client.clone(), "missing"), "NoSuchBucket")];
    for (queue, reason) in failing {
        let ended = invoke(queue, &[("N1", b"ok"), ("N1", b"skip"), ("N1", b"ok")]).await;
        assert_eq!(ended.stop.as_deref(), Some("9"), "{reason}");
        let [(number, error)] = &ended.errors[..] else { panic!("{:?}", ended.errors) };
        assert!(number == "9" && error.contains(reason) && error.contains("(no plane)"), "{number}: {error}");
    }
    assert!(keys(&client).await.is_empty());

    let ended = invoke(S3::new(client.clone(), BUCKET), &[("N1", b"skip"), ("N1", b"ok")]).await;
    assert_eq!((ended.stop, keys(&client).await.len()), (None, 1));
}
