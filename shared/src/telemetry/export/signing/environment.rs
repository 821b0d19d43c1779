//! What the environment says of credentials: the keys themselves, or a container's endpoint that gives them. Pure.

use std::net::IpAddr;
use std::path::PathBuf;

use aws_credential_types::Credentials;
use http::Uri;

/// Where ECS and EKS give them. The machine itself may, too.
const OF_CONTAINERS: [&str; 3] = ["169.254.170.2", "169.254.170.23", "fd00:ec2::23"];
/// Those of the first are below it.
const ECS: &str = "http://169.254.170.2";

/// What only the AWS SDK's chain reads.
const OF_CHAIN: [&str; 3] = ["AWS_WEB_IDENTITY_TOKEN_FILE", "AWS_PROFILE", "AWS_ROLE_ARN"];

#[derive(Debug)]
pub(super) enum Source {
    /// A function of Lambda has them.
    Keys(Credentials),
    /// With what a program has to show there.
    Container(Uri, Option<Pass>),
}

#[derive(Debug, PartialEq, Eq)]
pub(super) enum Pass {
    /// Which is written anew from time to time.
    File(PathBuf),
    Token(String),
}

impl Source {
    /// Or why there is none. A value that is empty is none.
    pub(super) fn of(get: impl Fn(&str) -> Option<String>) -> Result<Self, String> {
        let get = |name: &str| get(name).map(|value| value.trim().to_owned()).filter(|value| !value.is_empty());
        if let Some((key, secret)) = get("AWS_ACCESS_KEY_ID").zip(get("AWS_SECRET_ACCESS_KEY")) {
            return Ok(Self::Keys(Credentials::new(key, secret, get("AWS_SESSION_TOKEN"), None, "environment")));
        }
        let relative = get("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI").map(|path| format!("{ECS}{path}"));
        let Some(uri) = relative.or_else(|| get("AWS_CONTAINER_CREDENTIALS_FULL_URI")) else {
            return Err(match OF_CHAIN.into_iter().find(|name| get(name).is_some()) {
                Some(name) => {
                    format!("{name} is read with the feature `aws-config` only, and no other variable names any")
                }
                None => "neither AWS_ACCESS_KEY_ID nor AWS_CONTAINER_CREDENTIALS_FULL_URI is set".to_owned(),
            });
        };
        let file = get("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE").map(|path| Pass::File(path.into()));
        let pass = file.or_else(|| get("AWS_CONTAINER_AUTHORIZATION_TOKEN").map(Pass::Token));
        match uri.parse() {
            Ok(uri) if is_trusted(&uri) => Ok(Self::Container(uri, pass)),
            _ => Err("AWS_CONTAINER_CREDENTIALS_FULL_URI is neither https:// nor an address of this machine or its container's \
                      host"
                .to_owned()),
        }
    }
}

/// No other host is asked for keys in plain, nor shown the token.
fn is_trusted(uri: &Uri) -> bool {
    let host = uri.host().unwrap_or_default().trim_start_matches('[').trim_end_matches(']');
    let is_near = host.eq_ignore_ascii_case("localhost")
        || OF_CONTAINERS.contains(&host)
        || host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback());
    match uri.scheme_str() {
        Some("https") => !host.is_empty(),
        Some("http") => is_near,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn source(variables: &[(&str, &str)]) -> Result<Source, String> {
        Source::of(|name| variables.iter().find(|(other, _)| *other == name).map(|(_, value)| (*value).to_owned()))
    }

    const FULL: &str = "AWS_CONTAINER_CREDENTIALS_FULL_URI";

    #[test]
    fn keys_of_the_environment_come_before_those_of_a_container() {
        let keys = [("AWS_ACCESS_KEY_ID", "AKID"), ("AWS_SECRET_ACCESS_KEY", "s\n"), ("AWS_SESSION_TOKEN", "t")];
        let Ok(Source::Keys(credentials)) = source(&[&keys[..], &[(FULL, "http://127.0.0.1/c")]].concat()) else {
            panic!("no keys");
        };
        assert_eq!((credentials.access_key_id(), credentials.secret_access_key()), ("AKID", "s"));
        assert_eq!((credentials.session_token(), credentials.expiry()), (Some("t"), None));
        for half in [&keys[..1], &keys[1..], &[keys[0], ("AWS_SECRET_ACCESS_KEY", " ")]] {
            assert!(source(half).unwrap_err().contains("neither AWS_ACCESS_KEY_ID"), "{half:?}");
        }
    }

    #[test]
    fn a_container_is_asked_where_it_is_near_and_shown_its_token() {
        let token = ("AWS_CONTAINER_AUTHORIZATION_TOKEN", "t0k3n");
        let file = ("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE", "/var/run/token");
        for (variables, uri, pass) in [
            (&[("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "/v2/c")][..], "http://169.254.170.2/v2/c", None),
            (
                &[(FULL, "http://127.0.0.1:9001/c"), token],
                "http://127.0.0.1:9001/c",
                Some(Pass::Token("t0k3n".to_owned())),
            ),
            (
                &[(FULL, "http://169.254.170.23/c"), token, file],
                "http://169.254.170.23/c",
                Some(Pass::File(file.1.into())),
            ),
            (&[(FULL, "http://[fd00:ec2::23]/c")], "http://[fd00:ec2::23]/c", None),
            (&[(FULL, "https://keys.example/c")], "https://keys.example/c", None),
        ] {
            let Ok(Source::Container(found, shown)) = source(variables) else { panic!("{variables:?}") };
            assert_eq!((found.to_string().as_str(), shown), (uri, pass), "{variables:?}");
        }
        for uri in [
            "http://keys.example/c",
            "http://169.254.169.254/c",
            "http://127.0.0.1.evil.example/",
            "ftp://localhost",
            "c",
        ] {
            assert!(source(&[(FULL, uri)]).unwrap_err().contains("neither https://"), "{uri}");
        }
    }

    #[test]
    fn a_variable_that_needs_the_sdks_chain_is_named() {
        let error = source(&[("AWS_WEB_IDENTITY_TOKEN_FILE", "/token"), ("AWS_ROLE_ARN", "arn")]).unwrap_err();
        assert!(error.starts_with("AWS_WEB_IDENTITY_TOKEN_FILE is read with the feature `aws-config` only"), "{error}");
    }
}
