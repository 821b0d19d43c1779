//! What AWS's front ends make of an HTTP request, and what they take for an answer.

use serde_json::{Value, json};

#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum FrontEnd {
    /// A function URL, or an HTTP API with payload format 2.0.
    Url,
    RestApi,
    LoadBalancer,
    /// Its target group has multi-value headers.
    MultiValue,
}

pub(super) use FrontEnd::{LoadBalancer, MultiValue, RestApi, Url};

pub(super) const ALL: [FrontEnd; 4] = [Url, RestApi, LoadBalancer, MultiValue];

impl FrontEnd {
    /// A request with one event, and these headers.
    pub(super) fn request(self, method: &str, headers: &[(&str, &str)]) -> Value {
        let elb = json!({"elb": {"targetGroupArn": "arn:aws:elasticloadbalancing:eu-central-1:1:targetgroup/t/1"}});
        let mut request = json!({"path": "/", "queryStringParameters": null, "httpMethod": method});
        match self {
            Url => {
                let http = json!({"http": {"method": method, "path": "/", "protocol": "HTTP/1.1"}});
                request = json!({"version": "2.0", "routeKey": "$default", "rawPath": "/", "requestContext": http});
            }
            RestApi => {
                request["resource"] = "/{proxy+}".into();
                request["requestContext"] =
                    json!({"stage": "prod", "httpMethod": method, "identity": {"apiKey": null}});
            }
            LoadBalancer | MultiValue => request["requestContext"] = elb,
        }
        if self != MultiValue {
            // The last value of each name.
            request["headers"] = headers.iter().map(|(name, value)| (*name, json!(value))).collect();
        }
        if matches!(self, RestApi | MultiValue) {
            let mut multiple = json!({});
            for (name, value) in headers {
                let values = multiple.as_object_mut().unwrap().entry(*name).or_insert_with(|| json!([]));
                values.as_array_mut().unwrap().push(json!(value));
            }
            request["multiValueHeaders"] = multiple;
        }
        request["body"] = "{\"tailnum\":\"N14228\"}\n".into();
        request["isBase64Encoded"] = false.into();
        request
    }

    /// The headers of an answer that is in the front end's form.
    pub(super) fn headers(self, answer: &Value, status: u16) -> Value {
        let names: Vec<_> = answer.as_object().unwrap().keys().map(String::as_str).collect();
        let expected: &[_] = match self {
            Url | RestApi => &["body", "headers", "statusCode"],
            LoadBalancer => &["body", "headers", "isBase64Encoded", "statusCode", "statusDescription"],
            MultiValue => &["body", "isBase64Encoded", "multiValueHeaders", "statusCode", "statusDescription"],
        };
        assert_eq!(names, expected, "{self:?}");
        assert_eq!(answer["statusCode"], status, "{self:?}: {answer}");
        if let Some(description) = answer["statusDescription"].as_str() {
            assert!(description.starts_with(&format!("{status} ")), "{description}");
            assert_eq!(answer["isBase64Encoded"], false);
        }
        if self != MultiValue {
            return answer["headers"].clone();
        }
        let headers = answer["multiValueHeaders"].as_object().unwrap().iter();
        let one = |values: &Value| values.as_array().filter(|values| values.len() == 1).unwrap()[0].clone();
        headers.map(|(name, values)| (name.clone(), one(values))).collect()
    }
}
