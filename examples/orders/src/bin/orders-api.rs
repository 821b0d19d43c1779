//! Takes an order over HTTP, and puts it into the stream.
//!
//! * `LISTEN`: where, `127.0.0.1:8080` by default.
//! * `ORDERS_STREAM`: the stream, `orders` by default.
//! * `AWS_*` and `OTEL_*`, as everywhere.

use aws_sdk_kinesis::{Client, config::Builder, error::ProvideErrorMetadata as _, primitives::Blob};
use aws_smithy_http_client::tls::{Provider, rustls_provider::CryptoMode};
use axum::extract::State;
use axum::extract::rejection::JsonRejection;
use axum::http::StatusCode;
use axum::routing::post;
use axum::{Json, Router};
use kinetrace::Telemetry;
use kinetrace_producer::{Carrier, Propagation};
use opentelemetry::{Context, trace::TraceContextExt as _};
use opentelemetry_instrumentation_tower::http::server::Layer as HttpTrace;
use orders::{Order, asked_to_stop, flush, start_telemetry, variable};
use serde_json::{Value, json};
use tokio::net::TcpListener;

/// Where orders go.
#[derive(Clone)]
struct Orders {
    kinesis: Client,
    stream: String,
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let telemetry = start_telemetry()?;
    let orders = Orders { kinesis: kinesis(&telemetry).await, stream: variable("ORDERS_STREAM", "orders") };
    let router = Router::new().route("/orders", post(take)).layer(HttpTrace::new()).with_state(orders);
    let listener = TcpListener::bind(variable("LISTEN", "127.0.0.1:8080")).await?;
    // Before the address is told: a signal that comes earlier than its handler would be lost.
    let asked_to_stop = asked_to_stop();
    println!("orders-api at http://{}", listener.local_addr()?);
    axum::serve(listener, router).with_graceful_shutdown(asked_to_stop).await?;
    flush(&telemetry).await;
    Ok(())
}

/// The client that every service has, with one line more.
async fn kinesis(telemetry: &Telemetry) -> Client {
    let http = aws_smithy_http_client::Builder::new().tls_provider(Provider::Rustls(CryptoMode::Ring)).build_https();
    let aws = aws_config::defaults(aws_config::BehaviorVersion::latest()).http_client(http).load().await;
    let propagation = Propagation::new(Carrier::Envelope).telemetry(telemetry); // this line
    Client::from_conf(Builder::from(&aws).interceptor(propagation).build())
}

/// The customer is the partition key, so that orders of one are processed in the order in which they were accepted.
async fn take(State(orders): State<Orders>, order: Result<Json<Order>, JsonRejection>) -> (StatusCode, Json<Value>) {
    let order = match order {
        Ok(Json(order)) => order,
        Err(reason) => return (StatusCode::BAD_REQUEST, Json(json!({"error": reason.body_text()}))),
    };
    let put = orders.kinesis.put_record().stream_name(&orders.stream).partition_key(&order.customer);
    let trace_id = Context::current().span().span_context().trace_id().to_string();
    match put.data(Blob::new(json!(order).to_string())).send().await {
        Ok(_) => (StatusCode::ACCEPTED, Json(json!({"id": order.id, "trace_id": trace_id}))),
        Err(error) => {
            // Not the message of Kinesis, which may name the customer.
            let reason = error.code().map_or_else(|| error.to_string(), str::to_owned);
            eprintln!("orders-api: an order is not in the stream: {reason} (trace {trace_id})");
            (StatusCode::SERVICE_UNAVAILABLE, Json(json!({"error": "try again", "trace_id": trace_id})))
        }
    }
}
