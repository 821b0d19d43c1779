//! `lambda_runtime` and `aws_lambda_events`, without a trace: what the others are compared with.

use lambda_runtime::{Error, service_fn};

#[tokio::main]
async fn main() -> Result<(), Error> {
    lambda_runtime::run(service_fn(rivals_handler::handle)).await
}
