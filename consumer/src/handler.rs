//! The business code, and how it fails.

use std::error::Error;
use std::fmt;
use std::future::Future;

use kinetrace::Causes;

use crate::record::Record;

mod function;
pub use function::Function;

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
    fn handle(&self, record: Record) -> impl Future<Output = Result<(), Failure>> + Send;
}

/// What [`run`](crate::run()) and [`Consumer`](crate::Consumer) take: a [`Handler`], or a function whose arguments are
/// taken from the record, each as its type says ([`FromRecord`](crate::FromRecord)).
///
/// Such a function is an `async fn`, or a closure that returns a future, of one to four arguments, each of which is a
/// [`Record`], [`Json`](crate::Json), [`State`](crate::State), [`TraceContext`](crate::TraceContext), a `Result` of one of
/// these, or a type of your own. It returns `Result<(), E>`, where `E` is [`Failure`] or any error. Arguments are taken
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

/// Why a record could not be processed. It is not lost: Lambda sends it again, and nothing behind it before it.
///
/// Every error turns into one with `?`.
pub struct Failure(Box<dyn Error + Send + Sync>);

impl Failure {
    /// A failure that is only a sentence; or what turns into a boxed error without being one, such as a boxed error, or
    /// that of the crate `anyhow`: `.map_err(Failure::new)?`.
    ///
    /// ```
    /// use kinetrace_consumer::Failure;
    ///
    /// fn look_up() -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
    ///     Err("no such plane".into())
    /// }
    ///
    /// let failure = look_up().map_err(Failure::new).unwrap_err();
    /// assert_eq!(failure.to_string(), Failure::new("no such plane").to_string());
    /// ```
    pub fn new(reason: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self(reason.into())
    }
}

impl<E: Error + Send + Sync + 'static> From<E> for Failure {
    fn from(error: E) -> Self {
        Self(error.into())
    }
}

/// The error and its sources, on one line.
impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        Causes(self.0.as_ref()).fmt(f)
    }
}

impl fmt::Debug for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}
