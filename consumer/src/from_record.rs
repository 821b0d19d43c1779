//! What a handler's argument is taken from.

use std::convert::Infallible;

use crate::failure::Failure;
use crate::record::Record;

/// A type that a handler may have as an argument: see [`IntoHandler`](crate::IntoHandler). `S` is the state.
///
/// `Result<T, T::Rejection>` is such a type wherever `T` is, so that the handler decides itself what happens to a record
/// that has no `T`.
///
/// ```
/// use kinetrace_consumer::{Failure, FromRecord, Record};
///
/// struct Tenant(String);
///
/// impl<S> FromRecord<S> for Tenant {
///     type Rejection = Failure;
///
///     fn from_record(record: &Record, _: &S) -> Result<Self, Failure> {
///         let tenant = record.partition_key.as_deref().and_then(|key| key.split_once('#'));
///         tenant.map(|(tenant, _)| Tenant(tenant.to_owned())).ok_or_else(|| Failure::retry("a key without a tenant"))
///     }
/// }
///
/// async fn handle(tenant: Tenant, record: Record) -> Result<(), Failure> {
///     println!("{}: {} bytes", tenant.0, record.payload.len());
///     Ok(())
/// }
/// # let _ = kinetrace_consumer::run(handle);
/// ```
#[diagnostic::on_unimplemented(
    message = "a handler cannot have an argument of the type `{Self}` with the state `{S}`",
    label = "no record has one",
    note = "arguments are `Record`, `Json<T>`, `TraceContext`, `State<S>`, a `Result` of one of these, or implement \
            `FromRecord<S>`",
    note = "a function of a `Batch` is a handler as `ByBatch(function)`",
    note = "an argument `State<S>` needs its state: `run(handle.with_state(state))`"
)]
pub trait FromRecord<S>: Sized {
    /// Why a record has none. The record fails with it, and Lambda sends it again.
    type Rejection: Into<Failure>;

    /// Takes it from a record that others look at as well.
    ///
    /// # Errors
    ///
    /// The record has none.
    fn from_record(record: &Record, state: &S) -> Result<Self, Self::Rejection>;

    /// Takes it from a record that nobody else wants: the last argument is made by this one.
    ///
    /// # Errors
    ///
    /// The record has none.
    fn from_owned(record: Record, state: &S) -> Result<Self, Self::Rejection> {
        Self::from_record(&record, state)
    }
}

impl<S> FromRecord<S> for Record {
    type Rejection = Infallible;

    fn from_record(record: &Record, _: &S) -> Result<Self, Infallible> {
        Ok(record.clone())
    }

    fn from_owned(record: Record, _: &S) -> Result<Self, Infallible> {
        Ok(record)
    }
}

impl<S, T: FromRecord<S>> FromRecord<S> for Result<T, T::Rejection> {
    type Rejection = Infallible;

    fn from_record(record: &Record, state: &S) -> Result<Self, Infallible> {
        Ok(T::from_record(record, state))
    }

    fn from_owned(record: Record, state: &S) -> Result<Self, Infallible> {
        Ok(T::from_owned(record, state))
    }
}
