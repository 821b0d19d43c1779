//! The functions that can be called, by name.

use crate::function::Function;

/// What the path of a function URL begins with.
pub(super) const PREFIX: &str = "/lambda-url/";

/// By which cargo-lambda calls the only function of a package.
const ONLY: [&str; 2] = ["_", "@package-bootstrap@"];

#[derive(Debug)]
pub(super) struct Functions(Vec<(String, Function)>);

impl Functions {
    pub(super) fn new(functions: Vec<(String, Function)>) -> Self {
        Self(functions)
    }

    pub(super) fn names(&self) -> Vec<&str> {
        self.0.iter().map(|(name, _)| name.as_str()).collect()
    }

    /// A name, a name with a qualifier, or an ARN, in part or as a whole
    /// (<https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html>).
    pub(super) fn named(&self, name: &str) -> Option<&Function> {
        let name = name.rsplit_once("function:").map_or(name, |(_, name)| name);
        let name = name.strip_suffix(":$LATEST").unwrap_or(name);
        match &self.0[..] {
            [(_, only)] if ONLY.contains(&name) => Some(only),
            all => all.iter().find(|(own, _)| own == name).map(|(_, function)| function),
        }
    }

    /// The function whose URL this path is of, with its name, and the path below the URL.
    pub(super) fn at<'p>(&self, path: &'p str) -> Option<(&'p str, &'p str, &Function)> {
        let (name, below) = split(path)?;
        Some((name, below, self.named(name)?))
    }
}

fn split(path: &str) -> Option<(&str, &str)> {
    let rest = path.strip_prefix(PREFIX)?;
    let (name, below) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
    Some((name, if below.is_empty() { "/" } else { below }))
}

#[cfg(test)]
mod tests {
    use tokio::sync::mpsc::unbounded_channel;

    use super::*;
    use crate::configuration::Configuration;

    fn functions(names: &[&str]) -> Functions {
        let function = |name: &&str| {
            let configuration = Configuration::new(*name, "/bin/true");
            ((*name).to_owned(), Function::new(configuration, unbounded_channel().0))
        };
        Functions::new(names.iter().map(function).collect())
    }

    #[test]
    fn a_path_is_a_functions_name_and_the_path_below_its_url() {
        let table = [
            ("/lambda-url/f", Some(("f", "/"))),
            ("/lambda-url/f/", Some(("f", "/"))),
            ("/lambda-url/f/a%2Fb/c/", Some(("f", "/a%2Fb/c/"))),
            ("/lambda-url/", Some(("", "/"))),
            ("/f", None),
            ("/", None),
        ];
        for (path, expected) in table {
            assert_eq!(split(path), expected, "{path}");
        }
    }

    #[test]
    fn a_function_goes_by_every_name_that_the_invoke_api_takes() {
        let (one, two) = (functions(&["f"]), functions(&["f", "g"]));
        let found = |functions: &Functions, name| functions.named(name).map(|it| it.configuration().name.clone());
        let arn = "arn:aws:lambda:us-east-1:000000000000:function:g";
        let qualified = format!("{arn}:$LATEST");
        for name in ["g", "g:$LATEST", "000000000000:function:g", arn, &qualified] {
            assert_eq!(found(&two, name).as_deref(), Some("g"), "{name}");
        }
        for name in ["h", "g:1", "", "_", "@package-bootstrap@"] {
            assert_eq!(found(&two, name), None, "{name}");
        }
        for name in ["f", "_", "@package-bootstrap@"] {
            assert_eq!(found(&one, name).as_deref(), Some("f"), "{name}");
        }
    }
}
