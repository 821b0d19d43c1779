//! The payload, as a type of the business code's own.

use serde::de::DeserializeOwned;

use crate::from_record::FromRecord;
use crate::json_error::JsonError;
use crate::record::Record;

/// The payload, read as JSON. For types that borrow from it, take the [`Record`] and its [`json`](Record::json).
///
/// A payload that does not fit fails its record, and Lambda sends it again until the mapping gives it up: give the mapping
/// a limit and a destination for what fails, or take a `Result` and decide yourself.
///
/// A tombstone of Kafka has no payload, so it fails as well. `Option<Json<T>>` takes it, as `None`, and fails on what else does
/// not fit.
///
/// ```
/// use kinetrace_consumer::JsonError;
/// use kinetrace_consumer::{Failure, Json};
///
/// #[derive(serde::Deserialize)]
/// struct Flight {
///     tailnum: String,
/// }
///
/// async fn handle(flight: Result<Json<Flight>, JsonError>) -> Result<(), Failure> {
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

impl<S, T: DeserializeOwned> FromRecord<S> for Json<T> {
    type Rejection = JsonError;

    fn from_record(record: &Record, _: &S) -> Result<Self, JsonError> {
        record.json().map(Self)
    }
}

/// `None` of a [tombstone](Record::is_tombstone), which only Kafka has.
impl<S, T: DeserializeOwned> FromRecord<S> for Option<Json<T>> {
    type Rejection = JsonError;

    fn from_record(record: &Record, _: &S) -> Result<Self, JsonError> {
        if record.is_tombstone() { Ok(None) } else { record.json().map(|json| Some(Json(json))) }
    }
}
