//! What the records share.

use std::convert::Infallible;

use crate::from_record::FromRecord;
use crate::record::Record;

/// What was given to [`with_state`](crate::IntoHandler::with_state), cloned for each record: put what is costly to clone
/// into an `Arc`.
///
/// It lives as long as the execution environment, across invocations. Records of different groups may use it at the same
/// time.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct State<S>(pub S);

impl<S: Clone> FromRecord<S> for State<S> {
    type Rejection = Infallible;

    fn from_record(_: &Record, state: &S) -> Result<Self, Infallible> {
        Ok(Self(state.clone()))
    }
}
