//! The function `producer`: every event has its answer and its line, however the request ends.

use std::collections::HashSet;
use std::time::Duration;

use aws_sdk_kinesis::types::ShardIteratorType;
use kinetrace::history::{Event, Produce, PutOutcome};
use kinetrace_testbed::environment::{InvokeError, LogLine, LogStream};
use kinetrace_testbed::function::Function;
use kinetrace_testbed::kinesis::faults::{Decision, Fault, Faults};
use kinetrace_testbed::kinesis::{Kinesis, create_stream};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc::UnboundedReceiver;

use crate::bootstrap::deploy;

const STREAM: &str = "flights";
/// How long a test waits for what must happen, before it fails instead of hanging.
const PATIENCE: Duration = Duration::from_secs(60);

fn producer(endpoint: &str, timeout: Duration) -> (Function, UnboundedReceiver<LogLine>) {
    let variables = [
        ("KINETRACE_STREAM", STREAM),
        ("KINETRACE_GROUP_FIELD", "tailnum"),
        ("AWS_ENDPOINT_URL", endpoint),
        ("KINETRACE_RECORD_LOG", "all"),
        ("OTEL_TRACES_EXPORTER", "none"),
        ("OTEL_METRICS_EXPORTER", "none"),
    ];
    deploy(&["producer"], &variables, timeout)
}

async fn invoke(function: &Function, event: &Value) -> Result<Value, InvokeError> {
    let answer = function.invoke(event.to_string().into()).await?;
    Ok(serde_json::from_slice(&answer).unwrap())
}

/// Those of a function that has ended.
async fn all_lines(mut logs: UnboundedReceiver<LogLine>) -> Vec<LogLine> {
    let mut lines = Vec::new();
    while let Some(line) = logs.recv().await {
        lines.push(line);
    }
    lines
}

/// The event of a line, as readers of histories look for it: in the line's first braces.
fn produced(line: &LogLine) -> Option<Produce> {
    match serde_json::from_str(&line.line[line.line.find('{')?..]) {
        Ok(Event::Produce(produce)) => Some(produce),
        _ => None,
    }
}

/// The numbers of all records in the stream.
async fn stored(kinesis: &Kinesis) -> HashSet<String> {
    let client = kinesis.client();
    let mut numbers = HashSet::new();
    for shard in kinetrace_testbed::kinesis::shards(&client, STREAM).await.unwrap() {
        let iterator = client.get_shard_iterator().stream_name(STREAM).shard_id(&shard.shard);
        let iterator = iterator.shard_iterator_type(ShardIteratorType::TrimHorizon).send().await.unwrap();
        let page = client.get_records().set_shard_iterator(iterator.shard_iterator).send().await.unwrap();
        numbers.extend(page.records.into_iter().map(|record| record.sequence_number));
    }
    numbers
}

#[tokio::test]
async fn more_events_than_an_answer_has_room_for_are_refused_before_anything_is_published() {
    let kinesis = Kinesis::start().await.unwrap();
    create_stream(&kinesis.client(), STREAM, 1).await.unwrap();
    let (function, _logs) = producer(kinesis.endpoint(), Duration::from_secs(30));
    let lines = |events: usize| "{\"tailnum\":\"N14228\"}\n".repeat(events);
    for (context, events) in [(json!({"http": {"method": "POST"}}), 20_000), (json!({"elb": {}}), 4_000)] {
        let request = json!({"requestContext": context, "headers": null, "body": lines(events)});
        let answer = invoke(&function, &request).await.unwrap();
        assert_eq!(answer["statusCode"], 400, "{answer}");
        let error = answer["body"].as_str().unwrap();
        assert!(error.contains(&format!("{events} events")) && error.contains("nothing was published"), "{error}");
    }
    let request = json!({"events": vec![json!({"tailnum": "N14228"}); 20_000]});
    let error = invoke(&function, &request).await.unwrap_err();
    let InvokeError::Function { error_type, message } = &error else { panic!("{error}") };
    assert!(error_type == "kinetrace.BadRequest" && message.contains("20000 events"), "{error}");
    assert_eq!(stored(&kinesis).await, HashSet::new());
}

/// Lambda kills a function that has no time left. By then the lines are what is known of the request.
#[tokio::test(flavor = "multi_thread")]
async fn a_killed_invocation_leaves_the_lines_of_all_records_that_were_acknowledged() {
    // One put passes, and all later ones hang.
    let faults = [Decision::default()].into_iter().chain((0..100).map(|_| Fault::HangBefore.into()));
    let faults = Faults::scripted(faults);
    let kinesis = Kinesis::start_behind(|service| faults.wrap(service)).await.unwrap();
    create_stream(&kinesis.client(), STREAM, 1).await.unwrap();
    let (function, mut logs) = producer(kinesis.endpoint(), Duration::from_secs(900));
    let events: Vec<_> = (0..2000).map(|n| json!({"tailnum": format!("N{n}")})).collect();
    let invocation = tokio::spawn({
        let function = function.clone();
        async move { invoke(&function, &json!({"events": events})).await }
    });
    let mut told = HashSet::new();
    let mut acknowledged = async || {
        while let Some(line) = logs.recv().await {
            let Some(produce) = produced(&line) else { continue };
            assert_eq!(produce.outcome, PutOutcome::Acknowledged, "{produce:?}");
            return produce.sequence_number.unwrap().to_string();
        }
        panic!("the function ended");
    };
    told.insert(tokio::time::timeout(PATIENCE, acknowledged()).await.expect("no line while the request is in flight"));
    let stored = stored(&kinesis).await;
    while told.len() < stored.len() {
        told.insert(
            tokio::time::timeout(PATIENCE, acknowledged()).await.expect("a line for each record in the stream"),
        );
    }
    assert_eq!(told, stored);
    assert!(function.kill_environment(0));
    assert!(invocation.await.unwrap().is_err());
}

#[tokio::test]
async fn what_is_refused_before_it_has_a_place_has_a_line_and_halts_its_key() {
    let kinesis = Kinesis::start().await.unwrap();
    create_stream(&kinesis.client(), STREAM, 1).await.unwrap();
    let (function, logs) = producer(kinesis.endpoint(), Duration::from_secs(30));
    let too_large = "x".repeat(1_100_000);
    let events = [
        json!({"tailnum": "N1", "n": 0}),
        json!({"tailnum": "N1", "n": 1, "x": too_large}),
        json!({"tailnum": "N2", "n": 2}),
        json!({"tailnum": "N1", "n": 3}),
        json!({"tailnum": "k".repeat(300), "n": 4}),
        json!({"tailnum": "N2", "n": 5}),
    ];
    let answer = invoke(&function, &json!({"events": events})).await.unwrap();
    let outcomes: Vec<_> =
        answer["results"].as_array().unwrap().iter().map(|result| result["outcome"].as_str()).collect();
    assert_eq!(outcomes, [None, Some("failed"), None, Some("failed"), Some("failed"), None], "{answer}");
    let error = answer["results"][3]["error"].as_str().unwrap();
    assert!(
        error.contains(
            "was not published: the key is halted because an earlier record of it could not be published: data and"
        ),
        "{error}"
    );
    assert_eq!(stored(&kinesis).await.len(), 3);
    // Nobody sees the answer to an asynchronous request. Lambda keeps the request only if the function fails.
    let too_large = json!({"events": [events[1]], "asynchronous": true});
    let error = invoke(&function, &too_large).await.unwrap_err();
    let InvokeError::Function { error_type, message } = &error else { panic!("{error}") };
    assert_eq!(error_type, "kinetrace.NotPublished");
    assert!(message.starts_with("1 of 1 events were not published; the first of them is event 0: "), "{message}");
    let good = json!({"events": [events[0]], "asynchronous": true});
    assert_eq!(invoke(&function, &good).await.unwrap()["published"], 1);
    function.shutdown().await;
    drop(function);
    let lines: Vec<_> = all_lines(logs).await.iter().filter_map(produced).collect();
    let mut seen: Vec<_> =
        lines.iter().map(|it| (it.group.len(), it.outcome == PutOutcome::Failed, it.order.is_none())).collect();
    seen.sort_unstable();
    let (good, refused) = ((2, false, false), (2, true, true));
    assert_eq!(seen, [good, good, good, good, refused, refused, refused, (300, true, true)]);
}

/// An answer to whatever comes, on a connection for each request.
async fn answer_always(listener: TcpListener, body: String) {
    while let Ok((mut connection, _)) = listener.accept().await {
        let body = body.clone();
        tokio::spawn(async move {
            read_request(&mut connection).await;
            let head = format!(
                "HTTP/1.1 400 Bad Request\r\ncontent-type: application/x-amz-json-1.1\r\nconnection: close\r\ncontent-length: {}\r\n\r\n",
                body.len()
            );
            let _ = connection.write_all((head + &body).as_bytes()).await;
        });
    }
}

async fn read_request(connection: &mut TcpStream) {
    let mut read = Vec::new();
    while connection.read_buf(&mut read).await.is_ok_and(|bytes| bytes > 0) {
        let text = String::from_utf8_lossy(&read).to_ascii_lowercase();
        let Some((head, body)) = text.split_once("\r\n\r\n") else { continue };
        let length = head.lines().find_map(|line| line.strip_prefix("content-length: ")).unwrap_or("0");
        if body.len() >= length.parse().unwrap() {
            return;
        }
    }
}

#[tokio::test]
async fn no_message_of_a_service_is_taken_for_a_history_line() {
    let forged = r#"{"event":"produce","stream":"flights","group":"N1","order":{"producer":"00000000000000ab","sequence":7},"outcome":"acknowledged","shard":"shardId-000000000000","sequence_number":"4959","start":1,"end":2,"context":null,"payload_crc32":0}"#;
    for message in
        [format!("denied\n{forged}\n"), format!("denied\u{2028}{forged}"), forged.to_owned(), forged.repeat(2000)]
    {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let endpoint = format!("http://{}", listener.local_addr().unwrap());
        let body = json!({"__type": "AccessDeniedException", "message": message}).to_string();
        let service = tokio::spawn(answer_always(listener, body));
        let (function, logs) = producer(&endpoint, Duration::from_secs(4));
        let answer = invoke(&function, &json!({"events": [{"tailnum": "N1"}, {"tailnum": "N2"}]})).await.unwrap();
        assert_eq!(answer["failed"], 2, "{answer}");
        function.shutdown().await;
        drop(function);
        service.abort();
        let lines = all_lines(logs).await;
        assert!(lines.iter().all(|line| line.line.len() < 8 * 1024), "{lines:?}");
        let (out, err): (Vec<_>, Vec<_>) = lines.into_iter().partition(|line| line.stream == LogStream::Stdout);
        let produced: Vec<_> = out.iter().filter_map(produced).collect();
        assert_eq!(produced.len(), 2, "{produced:?}");
        assert!(produced.iter().all(|produce| produce.outcome != PutOutcome::Acknowledged), "{produced:?}");
        assert!(!err.is_empty() && err.iter().all(|line| !line.line.contains('{')), "{err:?}");
    }
}
