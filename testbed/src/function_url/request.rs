//! The event that a function URL makes of an HTTP request: API Gateway's payload format 2.0.
//!
//! <https://docs.aws.amazon.com/lambda/latest/dg/urls-invocation.html#urls-request-payload>

use std::collections::BTreeMap;
use std::time::{SystemTime, UNIX_EPOCH};

use axum::http::header::{CONTENT_TYPE, COOKIE, HOST, USER_AGENT};
use axum::http::{HeaderMap, HeaderName, Method, Version};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use crate::utc::Utc;

/// All clients connect from here.
const SOURCE: &str = "127.0.0.1";

/// An HTTP request to the URL of a function.
#[derive(Debug)]
pub(super) struct HttpRequest<'a> {
    pub(super) method: &'a Method,
    /// Below the function's URL, as it came.
    pub(super) path: &'a str,
    /// As it came.
    pub(super) query: &'a str,
    pub(super) version: Version,
    pub(super) headers: &'a HeaderMap,
    pub(super) body: &'a [u8],
}

impl HttpRequest<'_> {
    /// The function's event. What a function URL does not use, and members that would be empty, are left out.
    pub(super) fn event(&self, function: &str, request_id: &str, at: SystemTime) -> String {
        let mut event = json!({
            "version": "2.0",
            "routeKey": "$default",
            "rawPath": self.path,
            "rawQueryString": self.query,
            "headers": self.headers(),
            "requestContext": self.context(function, request_id, at),
            "isBase64Encoded": false,
        });
        let query = joined(form_urlencoded::parse(self.query.as_bytes()));
        if !query.is_empty() {
            event["queryStringParameters"] = json!(query);
        }
        let cookies = self.cookies();
        if !cookies.is_empty() {
            event["cookies"] = json!(cookies);
        }
        match self.text() {
            _ if self.body.is_empty() => {}
            Some(text) => event["body"] = json!(text),
            None => {
                event["body"] = json!(STANDARD.encode(self.body));
                event["isBase64Encoded"] = json!(true);
            }
        }
        event.to_string()
    }

    fn context(&self, function: &str, request_id: &str, at: SystemTime) -> Value {
        let since = at.duration_since(UNIX_EPOCH).unwrap_or_default();
        let millis = i64::try_from(since.as_millis()).unwrap_or(i64::MAX);
        json!({
            "accountId": "anonymous",
            "apiId": function,
            "domainName": self.header(&HOST),
            "domainPrefix": function,
            "http": {
                "method": self.method.as_str(),
                "path": self.path,
                "protocol": format!("{:?}", self.version),
                "sourceIp": SOURCE,
                "userAgent": self.header(&USER_AGENT),
            },
            "requestId": request_id,
            "routeKey": "$default",
            "stage": "$default",
            "time": Utc::of(millis).to_common_log(),
            "timeEpoch": millis,
        })
    }

    /// Those of the request but its cookies, and those that Lambda's front adds.
    fn headers(&self) -> BTreeMap<String, String> {
        let added = [("x-forwarded-for", SOURCE), ("x-forwarded-proto", "http")];
        let own = self.headers.iter().filter(|(name, _)| *name != COOKIE);
        let own = own.map(|(name, value)| (name.as_str(), String::from_utf8_lossy(value.as_bytes())));
        joined(own.chain(added.map(|(name, value)| (name, value.into()))))
    }

    fn cookies(&self) -> Vec<String> {
        let headers = self.headers.get_all(COOKIE).into_iter();
        let lists = headers.map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned());
        let cookies = lists.flat_map(|list| list.split(';').map(|it| it.trim().to_owned()).collect::<Vec<_>>());
        cookies.filter(|cookie| !cookie.is_empty()).collect()
    }

    /// The body, if it goes into the event as it is: if its type says that it is text, and it is. A form, and a body without a
    /// type, do not.
    fn text(&self) -> Option<&str> {
        let content_type = self.header(&CONTENT_TYPE).to_ascii_lowercase();
        let is_text = ["text", "json", "xml", "javascript"].iter().any(|text| content_type.contains(text));
        std::str::from_utf8(self.body).ok().filter(|_| is_text)
    }

    fn header(&self, name: &HeaderName) -> String {
        let value = self.headers.get(name).map(|value| String::from_utf8_lossy(value.as_bytes()));
        value.unwrap_or_default().into_owned()
    }
}

/// Values of one name are joined by commas.
fn joined(pairs: impl Iterator<Item = (impl AsRef<str>, impl AsRef<str>)>) -> BTreeMap<String, String> {
    let mut joined = BTreeMap::<String, String>::new();
    for (name, value) in pairs {
        let values = joined.entry(name.as_ref().to_owned());
        let values = values.and_modify(|values| values.push(','));
        values.or_default().push_str(value.as_ref());
    }
    joined
}

#[cfg(test)]
mod tests;
