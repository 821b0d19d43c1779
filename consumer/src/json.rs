//! The payload, as a type of the business code's own.

use std::any::type_name;

use serde::de::DeserializeOwned;

use crate::from_record::FromRecord;
use crate::record::Record;

/// The payload, read as JSON. For types that borrow from it, take the [`Record`] and its [`json`](Record::json).
///
/// A payload that does not fit fails its record, and Lambda sends it again until the mapping gives it up: give the mapping
/// a limit and a destination for what fails, or take a `Result` and decide yourself.
///
/// ```
/// use kinetrace_consumer::json::JsonRejection;
/// use kinetrace_consumer::{Failure, Json};
///
/// #[derive(serde::Deserialize)]
/// struct Flight {
///     tailnum: String,
/// }
///
/// async fn handle(flight: Result<Json<Flight>, JsonRejection>) -> Result<(), Failure> {
///     match flight {
///         Ok(Json(flight)) => println!("{} departed", flight.tailnum),
///         Err(rejection) => eprintln!("passed over: {rejection}"),
///     }
///     Ok(())
/// }
/// # let _ = kinetrace_consumer::run(handle);
/// ```
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Json<T>(pub T);

/// The payload is not JSON, or not of this type; the text tells what is wrong, with line and column.
#[derive(Debug, thiserror::Error)]
#[error("the payload is no {type_name}: {source}")]
pub struct JsonRejection {
    type_name: &'static str,
    source: serde_json::Error,
}

impl<S, T: DeserializeOwned> FromRecord<S> for Json<T> {
    type Rejection = JsonRejection;

    fn from_record(record: &Record, _: &S) -> Result<Self, JsonRejection> {
        record.json().map(Self).map_err(|source| JsonRejection { type_name: type_name::<T>(), source })
    }
}
