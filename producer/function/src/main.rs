//! The Lambda function `producer`.

#[tokio::main]
async fn main() -> Result<(), kinetrace_producer_function::Error> {
    kinetrace_producer_function::run().await
}
