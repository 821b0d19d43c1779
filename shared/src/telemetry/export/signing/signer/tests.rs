use std::time::Duration;

use http::StatusCode;

use super::*;

const SECRET: &str = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";

fn signing() -> Signing {
    Signing { service: "xray".to_owned(), region: "eu-central-1".to_owned() }
}

fn credentials(token: Option<&str>) -> Credentials {
    Credentials::new("AKIDEXAMPLE", SECRET, token.map(str::to_owned), None, "test")
}

fn request(body: &'static [u8], headers: &[(&str, &str)]) -> Request<Bytes> {
    let request = Request::post("https://xray.eu-central-1.amazonaws.com/v1/traces");
    let request = headers.iter().fold(request, |request, (name, value)| request.header(*name, *value));
    request.body(Bytes::from_static(body)).unwrap()
}

/// 2026-01-01T00:00:00Z
fn time() -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_secs(1_767_225_600)
}

fn header<'a>(request: &'a Request<Bytes>, name: &str) -> &'a str {
    request.headers().get(name).unwrap().to_str().unwrap()
}

/// `SigV4Auth` of botocore 1.44.8 has computed these for the same key, time and requests.
#[test]
fn a_signature_is_the_one_that_botocore_computes() {
    let types = [("content-type", "application/x-protobuf"), ("user-agent", "otel")];
    let logs = [("content-type", "application/x-protobuf"), ("x-aws-log-group", "a b"), ("api-key", "k")];
    let table: [(Request<Bytes>, Option<&str>, &str, &str); 3] = [
        (
            request(b"spans", &types),
            None,
            "content-type;host;x-amz-date",
            "e3bae40a52b09e3cb05399bd72ad5ccc73db6b8036bda1d74b7a559c8c637350",
        ),
        (
            request(b"", &types),
            Some("t0k3n/+=="),
            "content-type;host;x-amz-date;x-amz-security-token",
            "a4e4a90a10ab82a34a740d768c65c9e8d3d3f2003ad8c011227bc1b5a23f7b51",
        ),
        (
            request(b"spans", &logs),
            Some("t0k3n"),
            "content-type;host;x-amz-date;x-amz-security-token;x-aws-log-group",
            "9472a00e7b815c8d2869a8c4f769a6910cbcc46fd428beb8c424997063bb25b0",
        ),
    ];
    const SCOPE: &str = "AKIDEXAMPLE/20260101/eu-central-1/xray/aws4_request";
    for (request, token, headers, signature) in table {
        let request = signed(request, &signing(), &credentials(token), time()).unwrap();
        assert_eq!(header(&request, "x-amz-date"), "20260101T000000Z");
        assert_eq!(request.headers().get("x-amz-security-token").map(|value| value.to_str().unwrap()), token);
        let expected = format!("AWS4-HMAC-SHA256 Credential={SCOPE}, SignedHeaders={headers}, Signature={signature}");
        assert_eq!(header(&request, "authorization"), expected);
        assert!(request.headers().get("authorization").unwrap().is_sensitive());
    }
}

#[test]
fn a_signature_replaces_one_of_an_earlier_attempt() {
    let once = signed(request(b"spans", &[]), &signing(), &credentials(Some("one")), time()).unwrap();
    let later = time() + Duration::from_secs(60);
    let twice = signed(once.clone(), &signing(), &credentials(Some("two")), later).unwrap();
    assert_eq!(twice.headers().len(), once.headers().len());
    assert_eq!(header(&twice, "x-amz-security-token"), "two");
    assert_ne!(header(&twice, "authorization"), header(&once, "authorization"));
}

fn answer(status: u16, error: &str, date: Option<&str>) -> Response<Bytes> {
    let answer = Response::builder().status(status).header("x-amzn-errortype", error);
    let answer = date.into_iter().fold(answer, |answer, date| answer.header("date", date));
    answer.body(Bytes::new()).unwrap()
}

fn refused(status: u16, text: &str) -> Refused {
    let status = StatusCode::from_u16(status).unwrap();
    Refused { status, text: text.to_owned(), is_foreign: None, location: None, retry_after: None, signing: None }
}

fn seal() -> Seal {
    let credentials = credentials(Some("t0k3n"));
    let sent = signed(request(b"spans", &[]), &signing(), &credentials, time()).unwrap();
    Seal { signing: Arc::new(signing()), credentials, time: time(), headers: sent.headers().clone() }
}

#[test]
fn a_clock_is_set_only_if_the_endpoint_blames_the_signature_and_tells_another_time() {
    const FIVE: Option<&str> = Some("Thu, 01 Jan 2026 00:05:00 GMT");
    for (status, error, date, is_set) in [
        (403, "InvalidSignatureException", FIVE, true),
        (403, "RequestTimeTooSkewed", FIVE, true),
        (403, "InvalidSignatureException", Some("Wed, 31 Dec 2025 23:00:00 GMT"), true),
        (403, "InvalidSignatureException", Some("Thu, 01 Jan 2026 00:03:00 GMT"), false),
        (403, "InvalidSignatureException", Some("yesterday"), false),
        // A signature a second later would have a year of five digits, or a time before there were any.
        (403, "InvalidSignatureException", Some("Fri, 31 Dec 9999 23:59:59 GMT"), false),
        (403, "InvalidSignatureException", Some("Wed, 01 Jan 2200 00:00:00 GMT"), false),
        (403, "InvalidSignatureException", Some("Wed, 31 Dec 1969 23:59:59 GMT"), false),
        // A machine without a battery begins there.
        (403, "InvalidSignatureException", Some("Thu, 01 Jan 1970 00:00:00 GMT"), true),
        (403, "InvalidSignatureException", None, false),
        (403, "AccessDeniedException", FIVE, false),
        (500, "InvalidSignatureException", FIVE, false),
    ] {
        let (_, remedy) = seal().examine(refused(status, ""), &answer(status, error, date));
        assert_eq!(matches!(remedy, Some(Remedy::Clock(_))), is_set, "{status} {error} {date:?}");
    }
    let (_, remedy) = seal().examine(refused(403, "…token included in the request is expired"), &answer(403, "", FIVE));
    assert!(remedy.is_none(), "that is not the sentence");
    let (_, remedy) = seal().examine(refused(403, ""), &answer(403, "ExpiredTokenException", FIVE));
    assert!(matches!(remedy, Some(Remedy::Credentials(_))));
}

#[test]
fn what_aws_quotes_of_a_request_is_not_told() {
    let text = "The Canonical String should have been 'POST\nx-amz-security-token:t0k3n\n…' at 20260101T000000Z";
    let (refused, _) = seal().examine(refused(403, text), &answer(403, "InvalidSignatureException", None));
    assert!(!refused.text.contains("t0k3n") && refused.text.contains("20260101T000000Z"), "{}", refused.text);
    assert_eq!(refused.signing.as_deref(), Some(&signing()));
    let shown = format!("{:?}", seal());
    assert!(!shown.contains("t0k3n") && !shown.contains(SECRET), "{shown}");
}
