//! A program whose AWS SDK brings another TLS provider than ours keeps its telemetry.

use kinetrace::Telemetry;
use rustls::crypto::CryptoProvider;

/// rustls picks a provider from what is compiled in, for the whole process, if nobody names one; and panics if there are two.
/// With the SDK's default features there are. That nothing was picked shows that ours is named.
#[test]
fn an_exporter_picks_no_tls_provider_for_the_process() {
    // The only test of this process: others may pick one.
    let telemetry = Telemetry::from_env().unwrap();
    assert!(telemetry.provider().is_some(), "nothing is exported, so there is nothing to see");
    assert!(CryptoProvider::get_default().is_none());
}
