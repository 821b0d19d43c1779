use super::*;

type Shown = (u16, Vec<(String, String)>, Vec<u8>);

async fn shown(response: Response) -> Shown {
    let (parts, body) = response.into_parts();
    let told = |(name, value): (&HeaderName, &HeaderValue)| (name.to_string(), value.to_str().unwrap().to_owned());
    let headers = parts.headers.iter().filter(|(name, _)| *name != REQUEST_ID && *name != CONTENT_LENGTH);
    let body = axum::body::to_bytes(body, usize::MAX).await.unwrap();
    (parts.status.as_u16(), headers.map(told).collect(), body.to_vec())
}

fn expected(status: u16, headers: &[(&str, &str)], body: &[u8]) -> Shown {
    let headers = headers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    (status, headers, body.to_vec())
}

async fn answered(answer: &'static str) -> Shown {
    shown(of("id", Ok(answer.into()))).await
}

/// The examples of AWS' page.
#[tokio::test]
async fn an_answer_without_a_status_code_is_the_body() {
    let json = [("content-type", "application/json")];
    for answer in [r#""Hello, world!""#, "{\n  \"message\": \"Hello, world!\"\n}", "[1]", "null", r#"{"body":"a"}"#] {
        assert_eq!(answered(answer).await, expected(200, &json, answer.as_bytes()), "{answer}");
    }
}

#[tokio::test]
async fn an_answer_with_a_status_code_says_what_the_response_is() {
    let answer = r#"{
        "statusCode": 201,
        "headers": { "Content-Type": "text/plain", "My-Custom-Header": "Custom Value", "Content-Length": "7", "N": 1 },
        "body": "Zoë",
        "cookies": ["Cookie_1=Value1; Expires=21 Oct 2021 07:48 GMT", "Cookie_2=Value2; Max-Age=78000"],
        "isBase64Encoded": false
    }"#;
    let headers = [
        ("content-type", "text/plain"),
        ("my-custom-header", "Custom Value"),
        ("n", "1"),
        ("set-cookie", "Cookie_1=Value1; Expires=21 Oct 2021 07:48 GMT"),
        ("set-cookie", "Cookie_2=Value2; Max-Age=78000"),
    ];
    assert_eq!(answered(answer).await, expected(201, &headers, "Zoë".as_bytes()));
    let json = [("content-type", "application/json")];
    let table: [(&'static str, u16, &[u8]); 4] = [
        (r#"{"statusCode":"404"}"#, 404, b""),
        (r#"{"statusCode":200,"body":"//4=","isBase64Encoded":true}"#, 200, b"\xff\xfe"),
        (r#"{"statusCode":200,"body":{"a":1}}"#, 200, br#"{"a":1}"#),
        (r#"{"statusCode":200,"body":null,"headers":null,"cookies":null}"#, 200, b""),
    ];
    for (answer, status, body) in table {
        assert_eq!(answered(answer).await, expected(status, &json, body), "{answer}");
    }
}

#[tokio::test]
async fn a_failure_and_what_is_no_response_are_a_bad_gateway_which_says_why_in_a_header() {
    let table = [
        "not JSON",
        "",
        r#"{"statusCode":"abc"}"#,
        r#"{"statusCode":99999}"#,
        r#"{"statusCode":200,"body":"%","isBase64Encoded":true}"#,
        r#"{"statusCode":200,"headers":{"a b":"c"}}"#,
        r#"{"statusCode":200,"headers":{"a":"b\nc"}}"#,
    ];
    let failed = |error_type: &str, message: &str| {
        Err(InvokeError::Function { error_type: error_type.to_owned(), message: message.to_owned() })
    };
    let answers = table.map(|answer| Ok(Bytes::from(answer))).into_iter().chain([failed("Boom", "no\nway")]);
    for answer in answers {
        let text = format!("{answer:?}");
        let (status, headers, body) = shown(of("id", answer)).await;
        assert_eq!((status, &body[..]), (502, &b"Internal Server Error"[..]), "{text}");
        assert!(headers.iter().any(|(name, why)| name == REASON && why.contains("function")), "{text}: {headers:?}");
    }
}
