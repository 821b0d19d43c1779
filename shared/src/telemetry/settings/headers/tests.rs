use super::*;

fn sent(text: &str) -> (Vec<String>, Option<String>) {
    let (headers, complaint) = parse(text.trim());
    let text =
        |(name, value): &(HeaderName, HeaderValue)| format!("{name}={}", String::from_utf8_lossy(value.as_bytes()));
    (headers.iter().map(text).collect(), complaint)
}

#[test]
fn what_the_specification_allows_is_sent_and_nothing_is_told() {
    let table: [(&str, &[&str]); 8] = [
        ("api-key=s3cr3t", &["api-key=s3cr3t"]),
        ("API-Key = s3cr3t , X-Scope=a", &["api-key=s3cr3t", "x-scope=a"]),
        ("authorization=Basic%20c2VjcmV0Og==", &["authorization=Basic c2VjcmV0Og=="]),
        ("authorization=Bearer s3cr3t", &["authorization=Bearer s3cr3t"]),
        ("a=1%2C2%3B3,b=%C3%A9", &["a=1,2;3", "b=é"]),
        ("a=1,,b=2,", &["a=1", "b=2"]),
        ("user-agent=mine", &["user-agent=mine"]),
        ("api-key=s3cr3t\n", &["api-key=s3cr3t"]),
    ];
    for (text, headers) in table {
        assert_eq!(sent(text), (headers.iter().map(|&header| header.to_owned()).collect(), None), "{text}");
    }
}

#[test]
fn malformed_headers_are_reported_by_their_look_and_the_rest_is_sent() {
    let table: [(&str, &[&str], &str); 22] = [
        (r#"{"api-key":"s3cr3t"}"#, &[], "SECRET:SecretString:KEY"),
        ("{\n \"api-key\": \"s3cr3t\",\n \"b\": \"s3cr3t\"\n}", &[], "SECRET:SecretString:KEY"),
        (r#"{"api-key":"s3cr3t""#, &[], "SECRET:SecretString:KEY"),
        ("{{resolve:secretsmanager:s3cr3t}}", &[], "dynamic reference"),
        ("a=1;b=s3cr3t", &["a=1;b=s3cr3t"], "has a `;`"),
        ("api-key: s3cr3t", &[], "write name=value"),
        ("Authorization: Basic c2VjcmV0Og==", &[], "`name: value`"),
        (r#""api-key=s3cr3t""#, &[], "quotation marks"),
        ("'api-key=s3cr3t'", &[], "quotation marks"),
        ("api key=s3cr3t", &[], "name is not the name"),
        ("s3cr3t0123", &[], "bare key"),
        ("c2VjcmV0c2VjcmV0==", &[], "bare key"),
        ("api-key=", &[], "no value"),
        ("=s3cr3t", &[], "name is not the name"),
        ("a=1,s3cr3t,b=2", &["a=1", "b=2"], "item 2 of 3 is not sent, because it has no `=`"),
        ("api-key=sec\nret", &[], "line break"),
        ("api-key=sec%0Aret,a=1", &["a=1"], "item 1 of 2 is not sent, because its value has a line break"),
        ("api-key=se%cret,a=1", &["api-key=se%cret", "a=1"], "%25"),
        (r#"api-key="s3cr3t""#, &[r#"api-key="s3cr3t""#], "quotation marks, which are sent along"),
        ("content-length=s3cr3t,a=1", &["a=1"], "sets that header itself"),
        ("Accept-Encoding=gzip,a=1", &["a=1"], "item 1 of 2 is not sent, because answers are read unpacked only"),
        (",", &[], "no item"),
    ];
    for (text, headers, complaint) in table {
        let (sent, told) = sent(text);
        let told = told.unwrap_or_default();
        assert_eq!(sent, headers, "{text}");
        assert!(told.contains(complaint), "{text}: {told}");
        assert!(!told.contains("s3cr3t") && !told.contains("c2Vj") && told.lines().count() == 1, "{text}: {told}");
    }
}

#[test]
fn no_value_is_shown_by_debug() {
    let (headers, _) = parse("api-key=0123");
    assert!(!format!("{headers:?}").contains("0123"), "{headers:?}");
}
