//! Functions as handlers: each argument is taken from the record.

use std::any::type_name;
use std::fmt;
use std::future::Future;
use std::marker::PhantomData;

use crate::failure::Failure;
use crate::from_record::FromRecord;
use crate::handler::{Handler, IntoHandler};
use crate::record::Record;

/// The [`Handler`] that a function becomes by [`IntoHandler`]. `A` are its arguments, `S` the state they are taken from.
pub struct Function<F, S, A> {
    function: F,
    state: S,
    arguments: PhantomData<A>,
}

impl<F, S, A> fmt::Debug for Function<F, S, A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(type_name::<F>())
    }
}

macro_rules! function_of {
    ($($argument:ident)* | $last:ident) => {
        impl<F, S, T, E, $($argument,)* $last> Handler for Function<F, S, fn($($argument,)* $last)>
        where
            F: Fn($($argument,)* $last) -> T + Send + Sync + 'static,
            S: Send + Sync + 'static,
            T: Future<Output = Result<(), E>> + Send,
            E: Into<Failure>,
            $($argument: FromRecord<S> + 'static,)*
            $last: FromRecord<S> + 'static,
        {
            #[allow(non_snake_case)]
            async fn handle(&self, record: Record) -> Result<(), Failure> {
                let future = {
                    $(let $argument = $argument::from_record(&record, &self.state).map_err(Into::into)?;)*
                    let $last = $last::from_owned(record, &self.state).map_err(Into::into)?;
                    (self.function)($($argument,)* $last)
                };
                future.await.map_err(Into::into)
            }
        }

        impl<F, S, T, $($argument,)* $last> IntoHandler<fn($($argument,)* $last), S> for F
        where
            F: Fn($($argument,)* $last) -> T,
        {
            type Handler = Function<F, S, fn($($argument,)* $last)>;

            fn with_state(self, state: S) -> Self::Handler {
                Function { function: self, state, arguments: PhantomData }
            }
        }
    };
}

function_of!(| A);
function_of!(A | B);
function_of!(A B | C);
function_of!(A B C | D);

/// What is not a handler does not compile. Each differs in one thing from the first, which does.
///
/// ```
/// async fn handle(record: kinetrace_consumer::Record) -> Result<(), kinetrace_consumer::Failure> { Ok(()) }
/// let _ = kinetrace_consumer::run(handle);
/// ```
/// ```compile_fail
/// fn handle(record: kinetrace_consumer::Record) -> Result<(), kinetrace_consumer::Failure> { Ok(()) }
/// let _ = kinetrace_consumer::run(handle);
/// ```
/// ```compile_fail
/// async fn handle(record: kinetrace_consumer::Record) {}
/// let _ = kinetrace_consumer::run(handle);
/// ```
/// ```compile_fail
/// async fn handle(record: kinetrace_consumer::Record) -> Result<u8, kinetrace_consumer::Failure> { Ok(1) }
/// let _ = kinetrace_consumer::run(handle);
/// ```
/// ```compile_fail
/// async fn handle(record: kinetrace_consumer::Record) -> Result<(), u8> { Ok(()) }
/// let _ = kinetrace_consumer::run(handle);
/// ```
/// ```compile_fail
/// async fn handle(record: String) -> Result<(), kinetrace_consumer::Failure> { Ok(()) }
/// let _ = kinetrace_consumer::run(handle);
/// ```
/// ```compile_fail
/// async fn handle(record: kinetrace_consumer::State<u8>) -> Result<(), kinetrace_consumer::Failure> { Ok(()) }
/// let _ = kinetrace_consumer::run(handle);
/// ```
/// ```compile_fail
/// async fn handle(record: kinetrace_consumer::Record) -> Result<(), kinetrace_consumer::Failure> {
///     let not_send = std::rc::Rc::new(());
///     std::future::ready(()).await;
///     drop(not_send);
///     Ok(())
/// }
/// let _ = kinetrace_consumer::run(handle);
/// ```
#[cfg(doctest)]
struct WhatIsNoHandler;
