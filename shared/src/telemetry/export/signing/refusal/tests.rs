use super::*;

fn refused(status: u16, text: &str) -> Refused {
    Refused {
        status: StatusCode::from_u16(status).unwrap(),
        text: text.to_owned(),
        is_foreign: None,
        location: None,
        retry_after: None,
        signing: None,
    }
}

fn signing(service: &str) -> Signing {
    Signing { service: service.to_owned(), region: "eu-central-1".to_owned() }
}

#[test]
fn what_is_wrong_with_a_signed_request_is_known_by_what_aws_says() {
    for (status, named, text, expected) in [
        (
            403,
            "",
            "{\"message\":\"Signature expired: 20260101T000000Z is now earlier than …\"}",
            Some(Fault::Signature),
        ),
        (403, "", "Signature not yet current: …", Some(Fault::Signature)),
        (400, "InvalidSignatureException:http://internal.amazon.com/", "", Some(Fault::Signature)),
        (403, "", "<Code>RequestTimeTooSkewed</Code>", Some(Fault::Signature)),
        (403, "ExpiredTokenException", "", Some(Fault::Expired)),
        (403, "", "The security token included in the request is expired", Some(Fault::Expired)),
        (403, "", "The security token included in the request is invalid.", Some(Fault::Unknown)),
        (403, "AccessDeniedException", "", Some(Fault::Denied)),
        (403, "", "User: arn:… is not authorized to perform: xray:PutSpans", Some(Fault::Denied)),
        (
            400,
            "",
            "The OTLP API is supported with CloudWatch Logs as a Trace Segment Destination.",
            Some(Fault::Destination),
        ),
        (403, "", "Forbidden", None),
        (500, "ExpiredTokenException", "Signature expired", None),
    ] {
        let mut headers = HeaderMap::new();
        headers.insert("x-amzn-errortype", named.parse().unwrap());
        assert_eq!(fault(&refused(status, text), &headers), expected, "{status} {named} {text}");
    }
}

#[test]
fn a_refusal_of_a_signed_request_names_the_permission_and_not_the_headers() {
    for (status, text, service, told) in [
        (
            403,
            "AccessDeniedException",
            "xray",
            "must allow xray:PutTraceSegments, xray:PutSpans and xray:PutSpansForIndexing",
        ),
        (403, "AccessDeniedException", "monitoring", "must allow cloudwatch:PutMetricData"),
        (403, "AccessDeniedException", "logs", "must allow logs:PutLogEvents"),
        (403, "", "osis", "signed for osis/eu-central-1"),
        (403, "InvalidSignatureException", "xray", "clock"),
        (403, "ExpiredTokenException", "xray", "have expired"),
        (403, "UnrecognizedClientException", "xray", "does not know the credentials"),
        (400, "Trace Segment Destination", "xray", "Transaction Search"),
    ] {
        let way_out = way_out(&refused(status, text), &signing(service)).unwrap();
        assert!(way_out.contains(told) && !way_out.contains("OTEL_EXPORTER_OTLP_HEADERS"), "{way_out}");
    }
    for (status, text) in [(400, "bad request"), (404, ""), (413, ""), (429, "throttled"), (500, "")] {
        assert_eq!(way_out(&refused(status, text), &signing("xray")), None, "{status}");
    }
}
