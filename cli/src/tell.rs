//! `tell`: a command for a `kinetrace local` that runs.

use std::time::Duration;

use axum::http::{Method, Request, StatusCode};
use bytes::Bytes;
use http_body_util::{BodyExt as _, Full};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use kinetrace_testbed::printable::Printable;
use tokio::time::timeout;

use crate::outcome::{Failure, Outcome};
use crate::say::say;

/// A split is done within a second, and waits for the puts before it.
const LIMIT: Duration = Duration::from_secs(60);

/// Tell a `kinetrace local` that runs to do something: kill an environment, split a shard, pause its input.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  kinetrace tell help
  kinetrace tell kill consumer/0
  kinetrace tell split flights/shardId-000000000000
  kinetrace tell --page http://127.0.0.1:8878 throttle 1 10

Exit code: 0 if it was done, 2 if not.")]
pub(crate) struct Arguments {
    /// The URL of the page, as `kinetrace local` said it
    #[arg(long, value_name = "URL", default_value = "http://127.0.0.1:8877")]
    page: String,
    /// What to do; `help` lists what there is
    #[arg(required = true, trailing_var_arg = true, value_name = "WORDS")]
    words: Vec<String>,
}

pub(crate) async fn run(arguments: Arguments) -> Result<Outcome, Failure> {
    let Arguments { page, words } = arguments;
    let url = format!("{}/api/tell", page.trim_end_matches('/'));
    let request = Request::builder()
        .method(Method::POST)
        .uri(&url)
        .header("x-kinetrace", "1")
        .body(Full::new(Bytes::from(words.join(" "))))
        .map_err(|error| format!("--page {page} is not a URL such as http://127.0.0.1:8877: {error}"))?;
    let client = Client::builder(TokioExecutor::new()).build::<_, Full<Bytes>>(HttpConnector::new());
    let asked = async {
        let answer = client.request(request).await.map_err(|error| {
            format!("nothing answers at {page}: start `kinetrace local`, or name its page by --page ({error})")
        })?;
        let status = answer.status();
        let body = answer.into_body().collect().await.map_err(|error| format!("{page} broke off: {error}"))?;
        Ok::<_, Failure>((status, String::from_utf8_lossy(&body.to_bytes()).into_owned()))
    };
    let answered = timeout(LIMIT, asked).await.map_err(|_| format!("{page} has not answered within {LIMIT:?}"))?;
    match answered? {
        (StatusCode::OK, text) => text.lines().for_each(|line| say!("{}", Printable(line))),
        (StatusCode::BAD_REQUEST, text) => return Err(text.into()),
        (status, text) => return Err(format!("{page} is not a page of `kinetrace local`: {status} {text}").into()),
    }
    Ok(Outcome::Holds)
}
