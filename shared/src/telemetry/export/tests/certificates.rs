//! Collectors with certificates of private authorities, and collectors that want one of this side.

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;

use super::authority::{Authority, Files, Signed};
use super::collector::Collector;
use super::*;

const HOST: &str = "127.0.0.1";
const ENDPOINT: &str = "OTEL_EXPORTER_OTLP_ENDPOINT";
const CERTIFICATE: &str = "OTEL_EXPORTER_OTLP_CERTIFICATE";
const CHAIN: &str = "OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE";
const KEY: &str = "OTEL_EXPORTER_OTLP_CLIENT_KEY";

/// Spans only. How many of three arrive, and what is told.
async fn exported(collector: &Collector, variables: &[(&str, &str)]) -> (usize, Vec<String>) {
    let before = collector.taken();
    let base = [(ENDPOINT, collector.base.as_str()), ("OTEL_METRICS_EXPORTER", "none")];
    let (telemetry, lines) = configured(&[&base, variables].concat());
    end_spans(&telemetry, 3);
    telemetry.flush(PATIENCE).await;
    (collector.taken() - before, lines.take())
}

#[tokio::test]
async fn a_collector_of_a_private_authority_is_trusted_by_the_file_that_a_variable_names() {
    let (authority, other, files) = (Authority::new("its"), Authority::new("other"), Files::new());
    let collector = Collector::secure(authority.server(HOST, None));
    let its = files.write("its.pem", authority.pem());
    let both = files.write("both.pem", format!("# two\n{}\n{}", other.pem(), authority.pem()));
    let indented = authority.pem().replace('\n', "\n    ");
    let marked = files.write("marked.pem", format!("\u{feff}{}", authority.pem()));
    let indented = files.write("indented.pem", format!("{}\u{feff}    {indented}", other.pem()));
    let (directory, nothing) = (files.directory().to_str().unwrap(), files.write("other.pem", other.pem()));
    for variables in [
        &[(CERTIFICATE, its.as_str())][..],
        &[(CERTIFICATE, &both)],
        &[(CERTIFICATE, &marked)],
        &[(CERTIFICATE, &indented)],
        &[(CERTIFICATE, &nothing), ("OTEL_EXPORTER_OTLP_TRACES_CERTIFICATE", &its)],
        &[("SSL_CERT_FILE", &its)],
        &[("SSL_CERT_DIR", directory)],
        &[("SSL_CERT_FILE", &nothing), ("SSL_CERT_DIR", &format!("/missing:{directory}"))],
        &[("SSL_CERT_FILE", &nothing), (CERTIFICATE, &its)],
    ] {
        assert_eq!(exported(&collector, variables).await, (3, vec![]), "{variables:?}");
    }
}

#[tokio::test]
async fn a_collector_of_another_authority_is_told_of_with_the_variable_that_names_the_trusted_ones() {
    let (authority, other, files) = (Authority::new("its"), Authority::new("other"), Files::new());
    let collector = Collector::secure(authority.server(HOST, None));
    let of_another_host = Collector::secure(authority.server("elsewhere.example", None));
    let (its, nothing) = (files.write("its.pem", authority.pem()), files.write("other.pem", other.pem()));
    for (collector, variable, file, cause) in [
        (&collector, CERTIFICATE, &nothing, "UnknownIssuer"),
        (&collector, "SSL_CERT_FILE", &nothing, "UnknownIssuer"),
        (&of_another_host, CERTIFICATE, &its, "not valid for name"),
    ] {
        let (taken, lines) = exported(collector, &[(variable, file)]).await;
        let [line] = &lines[..] else { panic!("{lines:?}") };
        assert_eq!(taken, 0);
        assert!(line.contains(cause), "{line}");
        assert!(line.contains(&format!("the certificates of {variable} are trusted, and no others")), "{line}");
    }
}

#[tokio::test]
async fn nothing_is_sent_where_a_variable_names_nobody_to_trust_and_of_openssls_public_authorities_are_the_default() {
    let (authority, files) = (Authority::new("its"), Files::new());
    let collector = Collector::secure(authority.server(HOST, None));
    let no_pem = "the file has no certificate in PEM";
    let broken = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
    for (path, reason) in [
        (files.directory().join("missing").to_str().unwrap(), "it cannot be read: No such file"),
        (files.directory().to_str().unwrap(), "it cannot be read: it is not a file"),
        ("/dev/zero", "it cannot be read: it is not a file"),
        (&files.write("large", vec![b'\n'; 9 * 1024 * 1024]), "it cannot be read: it is too large"),
        (&files.write("empty", ""), no_pem),
        (&files.write("text", "hello"), no_pem),
        (&files.write("key", authority.sign(HOST).key_pem()), no_pem),
        (&files.write("broken", broken), "none of its certificates can be parsed"),
        (&authority.pem(), "it is a certificate, and not the path of its file"),
    ] {
        let (taken, lines) = exported(&collector, &[(CERTIFICATE, path)]).await;
        let [line] = &lines[..] else { panic!("{path}: {lines:?}") };
        assert!(line.starts_with("no spans are exported: OTEL_EXPORTER_OTLP_CERTIFICATE="), "{line}");
        assert!(line.contains("names nobody to trust: ") && line.contains(reason), "{line}");
        assert!(line.len() < 1024 && line.lines().count() == 1 && !line.contains("-----\\n"), "{line}");
        assert_eq!((taken, collector.connections()), (0, 0));
    }
    for path in ["/missing", files.directory().to_str().unwrap()] {
        let (taken, lines) = exported(&collector, &[("SSL_CERT_FILE", path)]).await;
        let [of_file, of_export] = &lines[..] else { panic!("{path}: {lines:?}") };
        assert!(of_file.starts_with("SSL_CERT_FILE=\"") && of_file.contains(" has no effect: "), "{of_file}");
        assert!(taken == 0 && of_export.contains("only public authorities are trusted"), "{of_export}");
    }
}

/// As `openssl ec` writes it: what PKCS#8 has within, after the parameters of the curve.
fn sec1(signed: &Signed) -> String {
    let pkcs8 = signed.key_der();
    // An octet string that holds a sequence, which begins with a number. Lengths have a byte each.
    let is_start = |window: &[u8]| window[0] == 0x04 && window[2] == 0x30 && window[4] == 0x02;
    let start = pkcs8.windows(5).position(is_start).unwrap() + 2;
    let pem = |label: &str, der: &[u8]| {
        format!("-----BEGIN {label}-----\n{}\n-----END {label}-----\n", BASE64_STANDARD.encode(der))
    };
    let parameters = [0x06, 0x08, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07];
    pem("EC PARAMETERS", &parameters) + &pem("EC PRIVATE KEY", &pkcs8[start..])
}

#[tokio::test]
async fn a_collector_that_wants_a_client_certificate_gets_the_one_that_the_variables_name() {
    let (authority, of_clients, files) = (Authority::new("its"), Authority::new("of clients"), Files::new());
    let collector = Collector::secure(authority.server(HOST, Some(&of_clients)));
    let its = files.write("its.pem", authority.pem());
    let (client, stranger) = (of_clients.sign("client"), authority.sign("client"));
    let (chain, key) = (files.write("chain.pem", client.pem()), files.write("key.pem", client.key_pem()));
    let sec1 = files.write("sec1.pem", sec1(&client));
    let strange = (files.write("stranger.pem", stranger.pem()), files.write("stranger-key.pem", stranger.key_pem()));
    let trusted = (CERTIFICATE, its.as_str());
    for key in [&key, &sec1] {
        let variables = [trusted, (CHAIN, chain.as_str()), (KEY, key.as_str())];
        assert_eq!(exported(&collector, &variables).await, (3, vec![]));
    }
    let none = "wants a certificate of this side: set OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE";
    let refused = "does not take the certificate of OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE";
    for (variables, way_out) in [(&[trusted][..], none), (&[trusted, (CHAIN, &strange.0), (KEY, &strange.1)], refused)]
    {
        let (taken, lines) = exported(&collector, variables).await;
        assert!(taken == 0 && lines.len() == 1 && lines[0].contains(way_out), "{lines:?}");
    }
}

#[tokio::test]
async fn a_client_certificate_that_is_of_no_use_is_told_of_and_the_key_is_not() {
    let (authority, files) = (Authority::new("its"), Files::new());
    let collector = Collector::secure(authority.server(HOST, None));
    let its = files.write("its.pem", authority.pem());
    let client = authority.sign("client");
    let (chain, key) = (files.write("chain.pem", client.pem()), files.write("key.pem", client.key_pem()));
    let another = files.write("another.pem", authority.sign("client").key_pem());
    let encrypted = "-----BEGIN ENCRYPTED PRIVATE KEY-----\nAAAA\n-----END ENCRYPTED PRIVATE KEY-----\n";
    let broken = "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n";
    let of_key = "OTEL_EXPORTER_OTLP_CLIENT_KEY (its value is not shown) has no effect: ";
    for (chain, key, told, reason) in [
        (
            chain.as_str(),
            another.as_str(),
            of_key,
            "it is not the key of the first certificate of OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE",
        ),
        (&chain, "/missing/key.pem", of_key, "it cannot be read: No such file"),
        (&chain, &chain, of_key, "the file has no private key in PEM"),
        (&chain, &files.write("encrypted", encrypted), of_key, "the file's key is encrypted"),
        (&chain, &files.write("broken", broken), of_key, "the file's key cannot be used"),
        (&chain, &client.key_pem(), of_key, "it is a key, and not the path of its file"),
        (&chain, "", CHAIN, "OTEL_EXPORTER_OTLP_CLIENT_KEY is not set"),
        ("", &key, of_key, "OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE is not set"),
        (&key, &key, CHAIN, "the file has no certificate in PEM"),
    ] {
        let variables = [(CERTIFICATE, its.as_str()), (CHAIN, chain), (KEY, key)];
        let (taken, lines) = exported(&collector, &variables).await;
        let [line] = &lines[..] else { panic!("{reason}: {lines:?}") };
        assert!(line.starts_with(told) && line.contains(reason), "{line}");
        assert!(!line.contains(files.directory().to_str().unwrap()) || told == CHAIN, "{line}");
        assert_eq!(taken, 3, "the collector asks for no certificate");
    }
}

#[tokio::test]
async fn signals_share_a_connection_where_their_way_is_the_same() {
    let (authority, files) = (Authority::new("its"), Files::new());
    let (its, same) = (files.write("its.pem", authority.pem()), files.write("same.pem", authority.pem()));
    for (variables, connections) in [
        (&[(CERTIFICATE, its.as_str())][..], 1),
        (&[(CERTIFICATE, &its), ("OTEL_EXPORTER_OTLP_METRICS_CERTIFICATE", &same)], 2),
    ] {
        let collector = Collector::secure(authority.server(HOST, None));
        let (telemetry, lines) = configured(&[&[(ENDPOINT, collector.base.as_str())], variables].concat());
        // One after the other, or both would be opened at once.
        end_spans(&telemetry, 1);
        telemetry.flush(PATIENCE).await;
        telemetry.meter().u64_counter("counter").build().add(1, &[]);
        telemetry.flush(PATIENCE).await;
        assert_eq!((collector.taken(), collector.metrics(), lines.take()), (1, 1, vec![]));
        assert_eq!(collector.connections(), connections);
    }
}
