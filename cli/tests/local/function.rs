//! A function that knows nothing of kinetrace: this very test program, told to run one ignored test, in which it speaks the
//! Runtime API.

use std::env;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;

use serde_json::{Value, json};

const KIND: &str = "KIND";

/// The flags of a function of this kind: `quiet` succeeds, `ignored` reports flights whose number ends in 7, and `stuck` never
/// answers.
pub(crate) fn flags(kind: &str) -> Vec<String> {
    let program = env::current_exe().unwrap();
    let command = format!("plain='{}' function::serve --exact --ignored --nocapture", program.display());
    ["--command", &command, "--env", &format!("{KIND}={kind}")].map(str::to_owned).to_vec()
}

#[test]
#[ignore = "the child process of other tests"]
fn serve() {
    let (Ok(kind), Ok(api)) = (env::var(KIND), env::var("AWS_LAMBDA_RUNTIME_API")) else { return };
    loop {
        let (request, event) = call(&api, "GET", "/2018-06-01/runtime/invocation/next", "");
        let event: Value = serde_json::from_str(&event).unwrap();
        if kind == "stuck" {
            std::thread::park();
        }
        let answer = if kind == "ignored" { report(&event) } else { json!({}) };
        call(&api, "POST", &format!("/2018-06-01/runtime/invocation/{request}/response"), &answer.to_string());
    }
}

/// The first record of which it says that it has failed.
fn report(event: &Value) -> Value {
    let records = event["Records"].as_array().unwrap();
    let failed = records.iter().find(|record| {
        let data = base64(record["kinesis"]["data"].as_str().unwrap());
        // The flight's number comes last, and the envelope around it ends with a brace, too.
        String::from_utf8(data).unwrap().trim_end_matches('}').ends_with('7')
    });
    let failed = failed.map(|record| json!({"itemIdentifier": record["kinesis"]["sequenceNumber"]}));
    json!({"batchItemFailures": failed.into_iter().collect::<Vec<_>>()})
}

fn base64(text: &str) -> Vec<u8> {
    use base64::Engine as _;
    base64::engine::general_purpose::STANDARD.decode(text).unwrap()
}

/// The invocation's id, if the answer names one, and the body.
fn call(api: &str, method: &str, path: &str, body: &str) -> (String, String) {
    let mut stream = TcpStream::connect(api).unwrap();
    let length = body.len();
    write!(
        stream,
        "{method} {path} HTTP/1.1\r\nhost: {api}\r\nconnection: close\r\ncontent-length: {length}\r\n\r\n{body}"
    )
    .unwrap();
    let mut answer = BufReader::new(stream);
    let (mut request, mut line) = (String::new(), String::new());
    while answer.read_line(&mut line).unwrap() > 2 {
        if let Some((name, value)) = line.split_once(':')
            && name.eq_ignore_ascii_case("lambda-runtime-aws-request-id")
        {
            request = value.trim().to_owned();
        }
        line.clear();
    }
    let mut body = String::new();
    answer.read_to_string(&mut body).unwrap();
    (request, body)
}
