//! The status of an HTTP answer.

/// What the answer says in addition to its body.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Status {
    Ok,
    /// Some events were published and some were not, and the body says which.
    SomeFailed,
    BadRequest,
    MethodNotAllowed,
    UnsupportedMediaType,
}

impl Status {
    pub(crate) fn code(self) -> u16 {
        match self {
            Self::Ok => 200,
            Self::SomeFailed => 207,
            Self::BadRequest => 400,
            Self::MethodNotAllowed => 405,
            Self::UnsupportedMediaType => 415,
        }
    }

    /// The code and its reason, as a load balancer asks for them.
    pub(crate) fn description(self) -> &'static str {
        match self {
            Self::Ok => "200 OK",
            Self::SomeFailed => "207 Multi-Status",
            Self::BadRequest => "400 Bad Request",
            Self::MethodNotAllowed => "405 Method Not Allowed",
            Self::UnsupportedMediaType => "415 Unsupported Media Type",
        }
    }

    /// The header that tells the caller what would be taken: RFC 9110 demands it of a 405
    /// ([15.5.6](https://www.rfc-editor.org/rfc/rfc9110#name-405-method-not-allowed)), and suggests it for a 415 that is
    /// about a content coding ([15.5.16](https://www.rfc-editor.org/rfc/rfc9110#name-415-unsupported-media-type)).
    pub(crate) fn header(self) -> Option<(&'static str, &'static str)> {
        match self {
            Self::MethodNotAllowed => Some(("allow", "POST, PUT, PATCH")),
            Self::UnsupportedMediaType => Some(("accept-encoding", "identity")),
            Self::Ok | Self::SomeFailed | Self::BadRequest => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_description_begins_with_the_code() {
        for status in
            [Status::Ok, Status::SomeFailed, Status::BadRequest, Status::MethodNotAllowed, Status::UnsupportedMediaType]
        {
            assert_eq!(status.description().split_once(' ').unwrap().0, status.code().to_string());
        }
    }
}
