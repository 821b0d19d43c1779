//! The collector itself where it has a certificate of a private authority, and takes clients of that authority only.

use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair};
use tempfile::TempDir;

use crate::documented::configurations;
use crate::functions::{run, run_and_listen};
use crate::otelcol::Otelcol;
use crate::stand_in::StandIn;

/// Where the certificates are that an authority has signed, and its own.
struct Signed {
    folder: TempDir,
}

impl Signed {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mut params = CertificateParams::new([]).unwrap();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let key = KeyPair::generate().unwrap();
        std::fs::write(folder.path().join("authority.pem"), params.self_signed(&key).unwrap().pem()).unwrap();
        let authority = Issuer::new(params, key);
        for name in ["127.0.0.1", "function"] {
            let key = KeyPair::generate().unwrap();
            let certificate = CertificateParams::new([name.to_owned()]).unwrap().signed_by(&key, &authority).unwrap();
            std::fs::write(folder.path().join(format!("{name}.pem")), certificate.pem()).unwrap();
            std::fs::write(folder.path().join(format!("{name}.key")), key.serialize_pem()).unwrap();
        }
        Self { folder }
    }

    fn path(&self, name: &str) -> String {
        self.folder.path().join(name).to_str().unwrap().to_owned()
    }
}

/// The configuration for any backend, at a stand-in, with the certificates.
async fn collector(backend: &StandIn, signed: &Signed) -> Otelcol {
    let tls = |name: &str| format!("receivers.otlp.protocols.http.tls.{name}");
    let (certificate, key, clients) = (tls("cert_file"), tls("key_file"), tls("client_ca_file"));
    let settings = [
        ("exporters.otlp_http.endpoint", backend.url("")),
        (certificate.as_str(), signed.path("127.0.0.1.pem")),
        (key.as_str(), signed.path("127.0.0.1.key")),
        (clients.as_str(), signed.path("authority.pem")),
    ];
    Otelcol::start(&configurations()["guides/backends/otlp.md"], &settings, &[("API_KEY", "0123")]).await
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs interop/backends/run"]
async fn the_collector_takes_a_client_with_a_certificate_and_no_other() {
    let (mut backend, signed) = (StandIn::start().await, Signed::new());
    let otelcol = collector(&backend, &signed).await;
    let endpoint = otelcol.endpoint.replace("http://", "https://");
    let [authority, certificate, key] = ["authority.pem", "function.pem", "function.key"].map(|it| signed.path(it));
    let trusting = [
        ("OTEL_EXPORTER_OTLP_ENDPOINT", endpoint.as_str()),
        ("OTEL_EXPORTER_OTLP_CERTIFICATE", &authority),
        ("OTEL_EXPORTER_OTLP_COMPRESSION", "gzip"),
    ];
    let known =
        [("OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE", certificate.as_str()), ("OTEL_EXPORTER_OTLP_CLIENT_KEY", &key)];

    let said = run_and_listen(3, &[&trusting[..], &[("OTEL_METRICS_EXPORTER", "none")]].concat()).await;
    assert!(!said.is_empty() && said.iter().all(|line| line.contains("spans are being lost")), "{said:#?}");
    assert!(said.iter().any(|line| line.contains("OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE")), "{said:#?}");

    run(3, &[&trusting[..], &known].concat()).await;
    backend.request("/v1/traces", "process flights").await;
    backend.request("/v1/metrics", "messaging.process.duration").await;
}
