//! What an invocation asks for. Everything is read and checked before anything is published.

use std::collections::HashMap;

use kinetrace::__private::JsonFault;
use kinetrace::Record;
use serde_json::value::RawValue;

use crate::answer_room::{AnswerRoom, TooManyEventsError};
use crate::body::BodyError;
use crate::channel::Channel;
use crate::events::{EventsError, Texts};
use crate::http::{HttpError, HttpRequest};
use crate::object::{self, Object};
use crate::status::Status;

/// What an invocation asks for.
#[derive(Debug)]
pub(crate) struct Request {
    pub(crate) channel: Channel,
    /// Where the caller's context is: headers of an HTTP request, by names in lower case; members of a direct one. What is
    /// not text is not among them, so no context can be a reason to refuse events.
    pub(crate) fields: HashMap<String, String>,
    pub(crate) events: Result<Events, RequestError>,
    /// The caller says that nobody sees the answer. Lambda does not tell.
    pub(crate) asynchronous: bool,
}

/// What is to be published, and the room for its results.
#[derive(Debug)]
pub(crate) struct Events {
    pub(crate) records: Vec<Record>,
    pub(crate) room: AnswerRoom,
}

/// What is wrong with a request, by the place where it is.
#[derive(Debug, thiserror::Error)]
pub(crate) enum RequestError {
    #[error("the invocation is neither an HTTP request nor {{\"events\":[…]}}: {}", JsonFault(.0))]
    Invocation(serde_json::Error),
    #[error("the invocation is neither an HTTP request nor {{\"events\":[…]}}")]
    NoEvents,
    #[error("the invocation's \"events\" are not an array: {}", JsonFault(.0))]
    NotAnArray(serde_json::Error),
    #[error("the invocation has {0} members \"events\": which of them is meant is not known")]
    Ambiguous(usize),
    #[error("the invocation's \"asynchronous\" is neither true nor false")]
    Asynchronous,
    #[error(transparent)]
    Http(#[from] HttpError),
    #[error(transparent)]
    TooMany(#[from] TooManyEventsError),
    #[error(transparent)]
    Events(#[from] EventsError),
}

impl RequestError {
    /// Of the answer, if the caller gets one by HTTP.
    pub(crate) fn status(&self) -> Status {
        match self {
            Self::Http(HttpError::Method(_)) => Status::MethodNotAllowed,
            Self::Http(HttpError::Body(BodyError::Compressed(_))) => Status::UnsupportedMediaType,
            _ => Status::BadRequest,
        }
    }
}

impl Request {
    pub(crate) fn read(invocation: &str, group_field: &str) -> Self {
        match Object::read(invocation) {
            Ok(invocation) => match HttpRequest::of(&invocation) {
                Some(http) => Self::http(http, group_field),
                None => Self::direct(&invocation, group_field),
            },
            Err(error) => {
                let events = Err(RequestError::Invocation(error));
                Self { channel: Channel::Direct, fields: HashMap::new(), events, asynchronous: false }
            }
        }
    }

    fn http(http: HttpRequest<'_>, group_field: &str) -> Self {
        let events = http.text().map_err(RequestError::from).and_then(|text| {
            let read = Texts::split(&text).map_err(RequestError::from);
            let read = read.and_then(|texts| Events::read(http.channel, &texts, group_field));
            read.map_err(|bad| match (bad, http.compression(&text)) {
                (RequestError::Events(_), Some(compressed)) => compressed.into(),
                (bad, _) => bad,
            })
        });
        Self { channel: http.channel, fields: http.headers, events, asynchronous: false }
    }

    fn direct(invocation: &Object<'_>, group_field: &str) -> Self {
        let asynchronous = asynchronous(invocation);
        let is_asynchronous = matches!(asynchronous, Ok(true));
        let events = asynchronous.and_then(|_| Events::direct(invocation, group_field));
        Self { channel: Channel::Direct, fields: texts(invocation), events, asynchronous: is_asynchronous }
    }
}

/// Members that are strings; of several with one name, the last one counts.
fn texts(invocation: &Object<'_>) -> HashMap<String, String> {
    let mut texts = HashMap::new();
    for (name, value) in invocation.iter() {
        match object::text(value) {
            Some(text) => texts.insert(name.to_owned(), text.into_owned()),
            None => texts.remove(name),
        };
    }
    texts
}

fn asynchronous(invocation: &Object<'_>) -> Result<bool, RequestError> {
    match invocation.get("asynchronous").map(RawValue::get) {
        None | Some("false") => Ok(false),
        Some("true") => Ok(true),
        Some(_) => Err(RequestError::Asynchronous),
    }
}

impl Events {
    fn direct(invocation: &Object<'_>, group_field: &str) -> Result<Self, RequestError> {
        let events = invocation.get("events").ok_or(RequestError::NoEvents)?;
        let times = invocation.count("events");
        if times > 1 {
            return Err(RequestError::Ambiguous(times));
        }
        let events: Vec<&RawValue> = serde_json::from_str(events.get()).map_err(RequestError::NotAnArray)?;
        Self::read(Channel::Direct, &Texts::of_array(&events), group_field)
    }

    /// They are counted before there is a record of each.
    fn read(channel: Channel, texts: &Texts<'_>, group_field: &str) -> Result<Self, RequestError> {
        let room = AnswerRoom::of(channel, texts.len())?;
        Ok(Self { records: texts.records(group_field)?, room })
    }
}

/// What an invocation asks to be published, or why it is refused: for the fuzz target, which gets at nothing private.
#[doc(hidden)]
pub fn requested(invocation: &str, group_field: &str) -> Result<Vec<Record>, String> {
    let request = Request::read(invocation, group_field);
    request.events.map(|events| events.records).map_err(|bad| bad.to_string())
}

#[cfg(test)]
mod tests;
