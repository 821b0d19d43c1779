//! The business code, and how it fails.

use std::borrow::Cow;
use std::error::Error;
use std::fmt;
use std::future::Future;
use std::sync::Arc;

use kinetrace::{Causes, JsonFault};

use crate::json_rejection::JsonRejection;
use crate::record::Record;

/// Something that processes records one at a time: a type with more to it than a function has. Functions become one by
/// [`IntoHandler`].
///
/// ```
/// use kinetrace_consumer::{Failure, Handler, Record};
///
/// struct Departures {
///     airport: String,
/// }
///
/// impl Handler for Departures {
///     async fn handle(&self, record: Record) -> Result<(), Failure> {
///         let flight: serde_json::Value = record.json()?;
///         if flight["origin"] == *self.airport {
///             println!("{} departed", flight["tailnum"]);
///         }
///         Ok(())
///     }
/// }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no `Handler`",
    note = "of a function, `handle.with_state(())` is one: see `IntoHandler`"
)]
pub trait Handler: Send + Sync + 'static {
    /// Processes one record. What it opens by `tracing` or OpenTelemetry lands below the record's process span.
    ///
    /// Everything must be done when the future is ready: a task left behind would run beside the next records of the
    /// same group, or not until Lambda thaws the process.
    ///
    /// Shortly before the invocation's deadline it is cut off, which is possible only where it awaits something. Code that
    /// blocks its thread goes on past the deadline, and Lambda ends the process: hand it to `tokio::task::spawn_blocking`.
    fn handle(&self, record: Record) -> impl Future<Output = Result<(), Failure>> + Send;
}

/// What [`run`](crate::run()) and [`Consumer`](crate::Consumer) take: a [`Handler`], or a function whose arguments are
/// taken from the record, each as its type says ([`FromRecord`](crate::FromRecord)).
///
/// Such a function is an `async fn`, or a closure that returns a future, of one to four arguments, each of which is a
/// [`Record`], [`Json`](crate::Json), [`LogEvents`](crate::LogEvents), [`State`](crate::State),
/// [`TraceContext`](crate::TraceContext), a `Result` of one of these, or a type of your own. It returns `Result<(), E>`, where `E` is [`Failure`] or any error. Arguments are taken
/// inside the record's process span, in their order; at the first that cannot be had, the record fails, and the function
/// is not called. A [`Record`] costs nothing in the last place, and a clone of it elsewhere.
///
/// `M` only tells the two kinds, and the functions, from each other; it is never written. `S` is the state.
///
/// ```no_run
/// use std::sync::Arc;
///
/// use kinetrace_consumer::{Failure, IntoHandler, Json, Record, State};
///
/// #[derive(serde::Deserialize)]
/// struct Flight {
///     tailnum: String,
/// }
///
/// struct Fleet;
///
/// async fn handle(State(fleet): State<Arc<Fleet>>, Json(flight): Json<Flight>, record: Record) -> Result<(), Failure> {
///     # let _ = (fleet, flight, record);
///     Ok(())
/// }
///
/// # async fn main_() -> Result<(), kinetrace_consumer::Error> {
/// kinetrace_consumer::run(handle.with_state(Arc::new(Fleet))).await
/// # }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no handler of records",
    label = "neither a `Handler` nor a function of one to four arguments",
    note = "a handler is `async fn handle(record: Record) -> Result<(), Failure>`; its arguments may also be `Json<T>`, \
            `State<S>`, `TraceContext`, and whatever else implements `FromRecord`"
)]
pub trait IntoHandler<M, S = ()>: Sized {
    /// What it becomes. Of a function, that is a [`Handler`] if its arguments and its answer are as said above: not asked
    /// for here, but where a handler is needed, so that the compiler names what is wrong with it.
    type Handler;

    /// The handler, with the state that its arguments are taken from; `()` will do if none of them asks for
    /// [`State`](crate::State).
    fn with_state(self, state: S) -> Self::Handler;
}

/// Tells a [`Handler`] from a function.
#[derive(Debug)]
pub enum IsHandler {}

impl<H: Handler> IntoHandler<IsHandler> for H {
    type Handler = Self;

    fn with_state(self, (): ()) -> Self {
        self
    }
}

/// Why a record was not processed, and what is to be done about it.
///
/// * [`retry`](Self::retry): the record fails. It is not lost: Lambda sends it again, and nothing after it before it. Every
///   error turns into such a failure with `?`.
/// * [`skip`](Self::skip): the record is given up, and the next one of its key is processed.
///
/// Cloning shares the error.
#[derive(Clone)]
pub struct Failure {
    remedy: Remedy,
    error: Arc<dyn Error + Send + Sync>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Remedy {
    Retry,
    Skip,
}

impl Failure {
    /// Of a record that is to come again. The error is a sentence, or what turns into a boxed error without being one, such
    /// as a boxed error, or that of the crate `anyhow`: `.map_err(Failure::retry)?`. Others turn into it with `?`.
    ///
    /// ```
    /// use kinetrace_consumer::Failure;
    ///
    /// fn look_up() -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
    ///     Err("no such plane".into())
    /// }
    ///
    /// let failure = look_up().map_err(Failure::retry).unwrap_err();
    /// assert_eq!(failure.to_string(), Failure::retry("no such plane").to_string());
    /// ```
    pub fn retry(error: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self { remedy: Remedy::Retry, error: error.into().into() }
    }

    /// Of a record that will never be processed, however often it comes: it is done with, and what comes after it is
    /// processed. The record does not come again, and **nothing keeps it but the stream**, unless there are
    /// [`DeadLetters`](crate::DeadLetters) around the handler.
    ///
    /// A record that is skipped counts with `error.type` = `skipped` in the metrics; its span has that and the reason; and it
    /// has a line, or an event of `tracing` where the [`RecordLog`](crate::RecordLog) is off.
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
    ///     let Json(flight) = flight.map_err(Failure::skip)?;
    ///     if flight.tailnum.is_empty() {
    ///         return Err(Failure::skip("a flight without a plane"));
    ///     }
    ///     Ok(())
    /// }
    /// # let _ = kinetrace_consumer::run(handle);
    /// ```
    pub fn skip(reason: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self { remedy: Remedy::Skip, error: reason.into().into() }
    }

    /// Whether the record is to be skipped.
    pub fn is_skip(&self) -> bool {
        self.remedy == Remedy::Skip
    }

    pub(crate) fn into_retry(self) -> Self {
        Self { remedy: Remedy::Retry, ..self }
    }

    /// The error, or the reason, as it was given. Its text may quote the payload; that of the failure does not.
    pub fn error(&self) -> &(dyn Error + Send + Sync + 'static) {
        &*self.error
    }
}

impl<E: Error + Send + Sync + 'static> From<E> for Failure {
    fn from(error: E) -> Self {
        Self::retry(error)
    }
}

/// The error and its sources, on one line. An error of `serde_json` quotes the payload, so of one among them kind and place
/// are told, and no more: also where another one quotes it, or passes it off as its own.
impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut text = Causes(self.error.as_ref()).to_string();
        let mut is_known = false;
        let mut error: Option<&(dyn Error + 'static)> = Some(self.error.as_ref());
        while let Some(each) = error {
            if let Some(json) = each.downcast_ref::<serde_json::Error>() {
                text = text.replace(&json.to_string(), &JsonFault(json).to_string());
                is_known = true;
            }
            is_known |= each.is::<JsonRejection>();
            error = each.source();
        }
        f.write_str(&if is_known { Cow::Borrowed(text.as_str()) } else { JsonFault::unquoted(&text) })
    }
}

impl fmt::Debug for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, thiserror::Error)]
    enum Business {
        #[error("no flight: {0}")]
        Quoting(#[source] serde_json::Error),
        #[error("no flight")]
        Silent(#[source] serde_json::Error),
        #[error(transparent)]
        Transparent(serde_json::Error),
    }

    #[test]
    fn whichever_way_an_error_of_serde_json_gets_into_a_failure_its_text_does_not() {
        let error = || serde_json::from_str::<u8>(r#""alice@example.com""#).unwrap_err();
        let place = "invalid type: string, expected u8 at line 1 column 19";
        for (failure, told) in [
            (Failure::from(error()), place.to_owned()),
            (Failure::retry(error()), place.to_owned()),
            (Business::Quoting(error()).into(), format!("no flight: {place}")),
            (Business::Silent(error()).into(), format!("no flight: {place}")),
            (Business::Transparent(error()).into(), place.to_owned()),
            (std::io::Error::other(error()).into(), place.to_owned()),
            (Failure::retry(format!("no flight: {}", error())), format!("no flight: {place}")),
            (
                Failure::retry(format!("no flight: {:?}", error())),
                "no flight: JSON error at line 1 column 19".to_owned(),
            ),
            (
                Record::new("N1", r#""alice@example.com""#).json::<u8>().unwrap_err().into(),
                format!("the payload is not a u8: {place}"),
            ),
            (Failure::retry("no such plane"), "no such plane".to_owned()),
        ] {
            assert_eq!((failure.to_string(), format!("{failure:?}")), (told.clone(), told));
        }
    }
}
