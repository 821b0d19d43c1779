//! A client for each way to a collector, so that what goes the same way shares its connections.

use super::super::settings::{Proxy, Signal, Tls};
use super::http_client::Client;
use super::losses::Tell;
use super::tls_config::TlsError;

#[derive(Debug, Default)]
pub(super) struct Clients(Vec<(Tls, Option<Proxy>, Client)>);

impl Clients {
    /// What a file of certificates has to say of itself goes to `tell`, when it is read.
    pub(super) fn client(&mut self, signal: &Signal, tell: &Tell) -> Result<Client, TlsError> {
        let known = self.0.iter().find(|(tls, proxy, _)| (tls, proxy) == (&signal.tls, &signal.proxy));
        if let Some((_, _, client)) = known {
            return Ok(client.clone());
        }
        let (client, lines) = Client::new(&signal.tls, signal.proxy.as_ref())?;
        lines.iter().for_each(|line| tell.line(line));
        self.0.push((signal.tls.clone(), signal.proxy.clone(), client.clone()));
        Ok(client)
    }
}
