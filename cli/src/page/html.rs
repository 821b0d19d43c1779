//! The page as one document that loads nothing: styles and modules are inside.

use std::fmt::Write as _;

use serde_json::{Map, Value};

use super::files::{File, INDEX, LICENSES, MODULES, STYLES};

/// What the page may do. Its modules are `data:` URLs in an import map, so that they stay modules; nothing else is loaded, and
/// only the page of a running command asks anything, of the server that it came from.
pub(super) const POLICY: &str = "default-src 'none'; script-src 'unsafe-inline' data:; style-src 'unsafe-inline'; \
     img-src data:; connect-src 'self' data:; base-uri 'none'; form-action 'none'";

/// The page, without data or with it: a deflated document in base64.
pub(super) fn page(title: &str, data: Option<&str>) -> String {
    let data = data.map(|data| format!("<script type=\"application/octet-stream\" id=\"data\">{data}</script>"));
    let policy = format!("<meta http-equiv=\"Content-Security-Policy\" content=\"{POLICY}\">");
    let parts = [
        ("<!--title-->", escaped(title)),
        ("<!--styles-->", format!("{policy}{}", styles(STYLES))),
        ("<!--import-map-->", import_map(MODULES)),
        ("<!--data-->", data.unwrap_or_default()),
    ];
    let mut page = String::new();
    let mut rest = INDEX;
    // What a part holds is not looked at for the others: a title cannot hold data.
    while let Some((begin, (mark, text))) = next(rest, &parts) {
        page.push_str(&rest[..begin]);
        page.push_str(text);
        rest = &rest[begin + mark.len()..];
    }
    page.push_str(rest);
    page.push_str(&licenses(LICENSES));
    page
}

fn next<'a>(rest: &str, parts: &'a [(&'static str, String)]) -> Option<(usize, &'a (&'static str, String))> {
    let begins = parts.iter().filter_map(|part| Some((rest.find(part.0)?, part)));
    begins.min_by_key(|(begin, _)| *begin)
}

fn styles(files: &[File]) -> String {
    files.iter().map(|file| format!("<style>{}</style>", file.text)).collect()
}

fn import_map(modules: &[File]) -> String {
    let imports: Map<String, Value> =
        modules.iter().map(|file| (import_name(file.name), data_url(file).into())).collect();
    // Within a script, only this could end it.
    let json = serde_json::json!({ "imports": imports }).to_string().replace('<', "\\u003c");
    format!("<script type=\"importmap\">{json}</script>")
}

/// By which a module is imported.
fn import_name(file: &str) -> String {
    let name = file.strip_suffix(".js").unwrap_or(file);
    name.strip_prefix("vendor/").map_or_else(|| format!("kinetrace/{name}"), str::to_owned)
}

/// The module in a URL, with the name that the browser's tools show for it.
fn data_url(file: &File) -> String {
    let mut url = "data:text/javascript;charset=utf-8,".to_owned();
    let source_url = format!("\n//# sourceURL=kinetrace/{}\n", file.name);
    for byte in file.text.bytes().chain(source_url.bytes()) {
        // Browsers take line breaks out of a URL, and its end is a `#`.
        match byte {
            b' '..=b'~' if !b"%#<>\"\\".contains(&byte) => url.push(char::from(byte)),
            _ => drop(write!(url, "%{byte:02X}")),
        }
    }
    url
}

fn licenses(files: &[File]) -> String {
    let texts = files.iter().map(|file| format!("\n{}:\n\n{}\n", file.name, file.text.replace("--", "- -")));
    let texts: String = texts.collect();
    if texts.is_empty() { texts } else { format!("<!--{texts}-->\n") }
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_module_comes_out_of_its_url_as_it_was() {
        let text = "// 100 % \"é\" #\nexport const a = '</script>';\n";
        let url = data_url(&File { name: "store.js", text });
        let encoded = url.strip_prefix("data:text/javascript;charset=utf-8,").unwrap();
        let mut bytes = encoded.bytes();
        let mut decoded = Vec::new();
        while let Some(byte) = bytes.next() {
            let hex = (byte == b'%').then(|| [bytes.next().unwrap(), bytes.next().unwrap()]);
            let value = |hex: [u8; 2]| u8::from_str_radix(std::str::from_utf8(&hex).unwrap(), 16).unwrap();
            decoded.push(hex.map_or(byte, value));
        }
        let decoded = String::from_utf8(decoded).unwrap();
        assert_eq!(decoded, format!("{text}\n//# sourceURL=kinetrace/store.js\n"));
        assert!(!encoded.contains(['\n', '#', '<']));
    }

    #[test]
    fn modules_are_imported_by_their_names() {
        assert_eq!(["store.js", "vendor/preact.js"].map(import_name), ["kinetrace/store", "preact"]);
    }

    #[test]
    fn every_module_that_is_imported_is_there() {
        let names: Vec<_> = MODULES.iter().map(|file| import_name(file.name)).collect();
        for file in MODULES {
            for (_, rest) in file.text.match_indices("from \"").map(|(at, mark)| file.text[at..].split_at(mark.len())) {
                let name = rest.split('"').next().unwrap_or_default();
                assert!(names.iter().any(|own| own == name), "{} imports {name:?}", file.name);
            }
        }
        for mark in ["<!--title-->", "<!--styles-->", "<!--import-map-->", "<!--data-->"] {
            assert_eq!(INDEX.matches(mark).count(), 1, "{mark}");
        }
    }

    #[test]
    fn a_title_is_text_whatever_is_in_it() {
        let page = page("<!--data--></title><script>", Some("AAAA"));
        assert!(!page.contains("<script>"), "{page}");
        assert!(page.matches("id=\"data\"").count() <= 1, "{page}");
    }
}
