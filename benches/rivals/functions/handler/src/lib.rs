//! What the functions over `lambda_runtime` do with an event: nothing. It is parsed, and with it the data of each record is
//! decoded; who reads a context from it is each function's own affair.

use std::hint::black_box;

use aws_lambda_events::kinesis::KinesisEvent;
use aws_lambda_events::streams::KinesisEventResponse;
use lambda_runtime::{Error, LambdaEvent};

/// Looks at each record, and reports none as failed.
///
/// # Errors
///
/// None.
pub async fn handle(event: LambdaEvent<KinesisEvent>) -> Result<KinesisEventResponse, Error> {
    event.payload.records.iter().for_each(|record| {
        black_box(&record.kinesis.data);
    });
    Ok(KinesisEventResponse::default())
}
