//! The Lambda function `consumer`. The business code is in `handler.rs`.

mod handler;

#[tokio::main]
async fn main() -> Result<(), kinetrace_consumer::Error> {
    kinetrace_consumer::run(handler::handle).await
}
