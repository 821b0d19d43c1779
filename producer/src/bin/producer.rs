//! The Lambda function `producer`.

#[tokio::main]
async fn main() -> Result<(), kinetrace_producer::function::Error> {
    kinetrace_producer::function::run().await
}
