//! The process: what is set up once, and the loop that Lambda drives.

use std::sync::Arc;

use aws_sdk_kinesis::Client;
use kinetrace::__private::{RecordLogFilter, StderrLines, warn};
use kinetrace::Telemetry;
use kinetrace::lambda::{
    Error, FlushLayer, LogControls, check_environment, read_variables, register_last_flush, report_panics,
};
use lambda_runtime::{LambdaEvent, LambdaInvocation, Runtime, service_fn};
use serde_json::value::RawValue;

use crate::configuration::{Configuration, ConfigurationError};
use crate::function::Function;

/// Runs the function until Lambda ends the process, or announces its end and telemetry is flushed. The client of Kinesis is as the
/// AWS SDK configures it: by variables, profiles and what answers on the network.
///
/// # Errors
///
/// The process does not run in Lambda, or a variable of the business is missing or malformed. One of telemetry is reported on
/// standard error, and stops nothing.
#[cfg(feature = "aws-config")]
pub async fn run() -> Result<(), Error> {
    serve(client).await
}

/// The same with a client of the program's own, for which the feature `aws-config` is not needed.
///
/// # Errors
///
/// Those of `run`.
pub async fn run_with(client: Client) -> Result<(), Error> {
    serve(async || client).await
}

/// The client is made when all that it may say has somewhere to go.
async fn serve(client: impl AsyncFnOnce() -> Client) -> Result<(), Error> {
    report_panics();
    // An error means that the program has a subscriber, which stays.
    let _ = tracing::subscriber::set_global_default(StderrLines);
    check_environment()?;
    let (configuration, (_, line)) =
        read_variables(|get| Ok::<_, ConfigurationError>((Configuration::read(get)?, RecordLogFilter::read(get))))
            .map_err(Error::new)?;
    line.iter().for_each(warn);
    LogControls::read(|name| std::env::var(name).ok()).without_levels().iter().for_each(warn);
    let telemetry = Telemetry::from_env()?;
    let last_flush = register_last_flush(&telemetry).await;
    let function = Arc::new(Function::new(client().await, configuration, telemetry.clone()));
    let flush = FlushLayer::new(telemetry, |invocation: &LambdaInvocation| invocation.context.deadline());
    let service = service_fn(move |event: LambdaEvent<Box<RawValue>>| {
        let function = Arc::clone(&function);
        async move { function.invoke(event).await }
    });
    last_flush.run(Runtime::new(service).layer(flush).run_concurrent()).await?;
    Ok(())
}

#[cfg(feature = "aws-config")]
async fn client() -> Client {
    use aws_smithy_http_client::tls;

    // The SDK's default client brings a second cryptography library, which takes minutes to build.
    let http = aws_smithy_http_client::Builder::new()
        .tls_provider(tls::Provider::Rustls(tls::rustls_provider::CryptoMode::Ring));
    let defaults = aws_config::defaults(aws_config::BehaviorVersion::latest()).http_client(http.build_https());
    Client::new(&defaults.load().await)
}
