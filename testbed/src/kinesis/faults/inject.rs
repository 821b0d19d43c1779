//! Does to a put what was decided.

use std::future::pending;

use axum::Router;
use axum::extract::{Request, State};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::Response;

use super::Faults;
use super::decision::{Decision, Fault};
use super::put::{Put, refusal, reset};

impl Faults {
    /// The service with the faults in front of it.
    pub fn wrap(&self, service: Router) -> Router {
        service.layer(from_fn_with_state(self.clone(), inject))
    }
}

async fn inject(State(faults): State<Faults>, request: Request, next: Next) -> Response {
    if !Put::is(&request) {
        return next.run(request).await;
    }
    // Read first: a put that the client breaks off half-way never came, and uses up no decision.
    let put = match Put::read(request, next).await {
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
    let Some(fault) = decision.fault else { return put.forward_without(&decision.entries).await };
    match fault {
        Fault::Throttled => refusal(400, "ProvisionedThroughputExceededException"),
        Fault::ErrorBefore => refusal(500, "InternalFailure"),
        Fault::Unavailable => refusal(503, "ServiceUnavailable"),
        Fault::ErrorAfter => {
            commit(put, &decision).await;
            refusal(500, "InternalFailure")
        }
        // The server drops this future when the client closes the connection.
        Fault::HangBefore => pending().await,
        Fault::HangAfter => {
            commit(put, &decision).await;
            pending().await
        }
        Fault::ResetBefore | Fault::Late => reset(),
        Fault::ResetAfter => {
            commit(put, &decision).await;
            reset()
        }
        Fault::Duplicate => {
            let first = put.clone().forward_without(&decision.entries).await;
            let second = put.forward_without(&decision.entries).await;
            if decision.tells_second { second } else { first }
        }
    }
}

/// Kinesis gets it, whatever the client does meanwhile; nobody is told.
async fn commit(put: Put, decision: &Decision) {
    let entries = decision.entries.clone();
    // A task of its own: the server drops this one when the client hangs up. It fails only with the runtime.
    let _ = tokio::spawn(async move { put.forward_without(&entries).await }).await;
}
