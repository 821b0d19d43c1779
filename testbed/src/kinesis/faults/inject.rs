//! Does to a put what was decided.

use std::future::pending;

use axum::Router;
use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::middleware::{Next, from_fn_with_state};
use axum::response::Response;

use super::Faults;
use super::decision::{Decision, Fault};
use crate::kinesis::put_request::{PutRequest, Refusal, reset};

impl Faults {
    /// The service with the faults in front of it.
    pub fn wrap(&self, service: Router) -> Router {
        service.layer(from_fn_with_state(self.clone(), inject))
    }
}

async fn inject(State(faults): State<Faults>, request: Request, next: Next) -> Response {
    if !PutRequest::is(&request) {
        return next.run(request).await;
    }
    // Read first: a put that the client breaks off half-way never came, and uses up no decision.
    let put = match PutRequest::read(request, next).await {
        Ok(put) => put,
        Err(answer) => return answer,
    };
    let (decision, late) = faults.state().next(&put);
    for put in late {
        commit(put, &Decision::default()).await;
    }
    if let Some(delay) = decision.delay {
        tokio::time::sleep(delay).await;
    }
    match decision.fault {
        Some(fault) => afflict(put, fault, &decision).await,
        None => put.forward_without(&entries(&decision)).await,
    }
}

/// Answers a put as a service does that has this fault.
async fn afflict(put: PutRequest, fault: Fault, decision: &Decision) -> Response {
    match fault {
        Fault::Throttled => refuse(&put, StatusCode::BAD_REQUEST, "ProvisionedThroughputExceededException"),
        Fault::ErrorBefore => refuse(&put, StatusCode::INTERNAL_SERVER_ERROR, "InternalFailure"),
        Fault::Unavailable => refuse(&put, StatusCode::SERVICE_UNAVAILABLE, "ServiceUnavailable"),
        Fault::ErrorAfter => {
            commit(put.clone(), decision).await;
            refuse(&put, StatusCode::INTERNAL_SERVER_ERROR, "InternalFailure")
        }
        // The server drops this future when the client closes the connection.
        Fault::HangBefore => pending().await,
        Fault::HangAfter => {
            commit(put, decision).await;
            pending().await
        }
        Fault::ResetBefore | Fault::Late => reset(),
        Fault::ResetAfter => {
            commit(put, decision).await;
            reset()
        }
        Fault::Duplicate => {
            let first = put.clone().forward_without(&entries(decision)).await;
            let second = put.forward_without(&entries(decision)).await;
            if decision.tells_second { second } else { first }
        }
    }
}

/// Kinesis gets it, whatever the client does meanwhile; nobody is told.
async fn commit(put: PutRequest, decision: &Decision) {
    let entries = entries(decision);
    // A task of its own: the server drops this one when the client hangs up. It fails only with the runtime.
    let _ = tokio::spawn(async move { put.forward_without(&entries).await }).await;
}

fn refuse(put: &PutRequest, status: StatusCode, code: &'static str) -> Response {
    put.refuse(status, &refusal(code))
}

fn entries(decision: &Decision) -> Vec<Option<Refusal>> {
    decision.entries.iter().map(|fault| fault.map(|fault| refusal(fault.code()))).collect()
}

fn refusal(code: &'static str) -> Refusal {
    Refusal { code, message: "injected by the testbed".to_owned() }
}
