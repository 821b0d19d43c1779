//! Who signed a request, by the signature's own words: nothing is verified.

use axum::http::{Uri, header, request};

/// The access key's id; empty if the request is not signed.
///
/// Signature Version 4 has it first in its credential scope, in a header
/// (`AWS4-HMAC-SHA256 Credential=AKIA…/20250101/us-east-1/kinesis/aws4_request, …`) or in the query of a presigned URL
/// (<https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-signing-elements.html>).
pub(in crate::kinesis) fn access_key(head: &request::Parts) -> String {
    let authorization = head.headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
    let scope = authorization.and_then(of_header).or_else(|| of_query(&head.uri)).unwrap_or_default();
    // The slash after it is escaped in a query, where an id itself never is.
    let end = scope.find(['/', '%']).unwrap_or(scope.len());
    scope[..end].to_owned()
}

fn of_header(authorization: &str) -> Option<&str> {
    authorization.split([' ', ',']).find_map(|part| part.trim().strip_prefix("Credential="))
}

fn of_query(uri: &Uri) -> Option<&str> {
    uri.query()?.split('&').find_map(|parameter| parameter.strip_prefix("X-Amz-Credential="))
}

#[cfg(test)]
mod tests {
    use axum::extract::Request;

    use super::*;

    #[test]
    fn the_access_key_is_that_of_the_signature_in_the_header_or_in_the_query() {
        let signed = "AWS4-HMAC-SHA256 Credential=AKIAEXAMPLE/20260101/us-east-1/kinesis/aws4_request, SignedHeaders=host, Signature=0";
        let tight =
            "AWS4-HMAC-SHA256 SignedHeaders=host,Credential=x/20260101/us-east-1/kinesis/aws4_request,Signature=0";
        let asymmetric = "AWS4-ECDSA-P256-SHA256 Credential=AKIA/20260101/kinesis/aws4_request, Signature=0";
        let presigned = "/?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=ASIA2%2F20260101%2Fus-east-1&X-Amz-Date=0";
        for (authorization, uri, expected) in [
            (Some(signed), "/", "AKIAEXAMPLE"),
            (Some(tight), "/", "x"),
            (Some(asymmetric), "/", "AKIA"),
            (Some("Basic dXNlcg=="), "/", ""),
            (Some("AWS4-HMAC-SHA256 Credential="), "/", ""),
            (None, presigned, "ASIA2"),
            (None, "/?X-Amz-Credential=a/b", "a"),
            (None, "/", ""),
        ] {
            let request = Request::builder().uri(uri);
            let request = match authorization {
                Some(value) => request.header("authorization", value),
                None => request,
            };
            let (head, ()) = request.body(()).unwrap().into_parts();
            assert_eq!(access_key(&head), expected, "{authorization:?} {uri}");
        }
    }
}
