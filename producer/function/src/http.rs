//! An HTTP request, whichever of AWS's front ends passes it on.

use std::borrow::Cow;
use std::collections::HashMap;

use crate::body::{Body, BodyError};
use crate::channel::Channel;
use crate::headers;
use crate::object::Object;

/// What is wrong with an HTTP request, apart from its events.
#[derive(Debug, thiserror::Error)]
pub(crate) enum HttpError {
    #[error("{0} publishes nothing: POST the events, as a JSON array or one JSON object a line")]
    Method(String),
    #[error(transparent)]
    Body(#[from] BodyError),
}

#[derive(Debug)]
pub(crate) struct HttpRequest<'a> {
    pub(crate) channel: Channel,
    /// By names in lower case.
    pub(crate) headers: HashMap<String, String>,
    method: Option<Cow<'a, str>>,
    body: Body<'a>,
}

/// By these an invocation without a request's context is known for one: a test by hand, or a front end's own test.
const MEMBERS: [&str; 6] = ["httpMethod", "rawPath", "routeKey", "headers", "multiValueHeaders", "body"];

impl<'a> HttpRequest<'a> {
    /// `None` if the invocation is something else.
    ///
    /// A function URL and an HTTP API name the method in the context (payload format 2.0,
    /// <https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html>), a REST API
    /// and a load balancer next to it. One that is named nowhere, or is not text, is taken for `POST`.
    pub(crate) fn of(invocation: &Object<'a>) -> Option<Self> {
        let has_context = invocation.get("requestContext").is_some();
        let is_like_one = || MEMBERS.iter().any(|name| invocation.count(name) > 0);
        if !has_context && (invocation.get("events").is_some() || !is_like_one()) {
            return None;
        }
        let context = invocation.object("requestContext");
        let http = context.as_ref().and_then(|context| context.object("http"));
        let (single, multiple) = (invocation.object("headers"), invocation.object("multiValueHeaders"));
        let headers = headers::read(single.as_ref(), multiple.as_ref());
        let is_load_balancer = context.is_some_and(|context| context.get("elb").is_some());
        Some(Self {
            channel: if is_load_balancer {
                Channel::LoadBalancer { multi_value_headers: multiple.is_some() }
            } else {
                Channel::Http
            },
            method: http.and_then(|http| http.text("method")).or_else(|| invocation.text("httpMethod")),
            body: Body {
                value: invocation.get("body"),
                is_base64: invocation.get("isBase64Encoded"),
                content_encoding: headers.get("content-encoding").cloned(),
            },
            headers,
        })
    }

    /// The text of the events.
    pub(crate) fn text(&self) -> Result<Cow<'a, str>, HttpError> {
        match self.method.as_deref() {
            None | Some("POST" | "PUT" | "PATCH") => Ok(self.body.text()?),
            Some(method) => Err(HttpError::Method(method.to_owned())),
        }
    }

    /// How a text of which nothing can be made is compressed, if it is.
    pub(crate) fn compression(&self, text: &str) -> Option<HttpError> {
        self.body.compression(text.as_bytes()).map(|compression| BodyError::Compressed(compression).into())
    }
}
