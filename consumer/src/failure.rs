//! How the business code fails.

use std::borrow::Cow;
use std::error::Error;
use std::fmt;
use std::sync::Arc;

use kinetrace::__private::{Causes, JsonFault};

use crate::json_error::JsonError;

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
    /// [`DeadLetters`](crate::dead_letters::DeadLetters) around the handler.
    ///
    /// A record that is skipped counts with `error.type` = `skipped` in the metrics; its span has that and the reason; and it
    /// has a line, or an event of `tracing` where the [`RecordLog`](crate::RecordLog) is off.
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
            is_known |= each.is::<JsonError>();
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
    use crate::record::Record;

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
    fn an_error_of_serde_json_never_brings_its_text_into_a_failure() {
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
