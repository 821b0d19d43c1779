//! The credentials of this process: loaded when a request needs them, kept, and loaded again before they expire.

use std::fmt;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use aws_credential_types::Credentials;
use aws_credential_types::provider::ProvideCredentials;
use tokio::sync::Mutex;
use tokio::time::timeout;

use super::clock::Clock;
use crate::causes::Causes;

/// So long a provider may take, which may wait for a server that hangs. An export takes longer only if a user allows it.
const PATIENCE: Duration = Duration::from_secs(5);
/// So long before they expire new ones are asked for.
const MARGIN: Duration = Duration::from_secs(5 * 60);
/// Before a provider that had none is asked again.
const REST: Duration = Duration::from_secs(5);

/// Those who wait for the same load share it.
pub(super) struct CredentialsCache<P> {
    provider: P,
    clock: Arc<Clock>,
    patience: Duration,
    known: Mutex<Option<Known>>,
}

/// What was loaded, or why nothing was; and when to ask again.
#[derive(Clone)]
struct Known {
    outcome: Result<Credentials, String>,
    until: SystemTime,
}

impl<P: ProvideCredentials> CredentialsCache<P> {
    pub(super) fn new(provider: P, clock: &Arc<Clock>) -> Self {
        Self { provider, clock: Arc::clone(clock), patience: PATIENCE, known: Mutex::default() }
    }

    /// Or why there are none.
    pub(super) async fn get(&self) -> Result<Credentials, String> {
        let mut known = self.known.lock().await;
        match known.as_ref().filter(|known| self.clock.now() < known.until) {
            Some(known) => known.outcome.clone(),
            None => self.load(&mut known).await,
        }
    }

    /// Others than these, which the endpoint takes no longer. Whether there are any.
    pub(super) async fn replace(&self, expired: &Credentials) -> bool {
        let mut known = self.known.lock().await;
        let current = match known.as_ref().map(|known| &known.outcome) {
            Some(Ok(current)) if !is_same(current, expired) => return true,
            _ => {
                *known = None;
                self.load(&mut known).await
            }
        };
        current.is_ok_and(|current| !is_same(&current, expired))
    }

    /// Those that are known go on as long as they are valid, whatever the provider says.
    async fn load(&self, known: &mut Option<Known>) -> Result<Credentials, String> {
        let previous = known.take().and_then(|known| known.outcome.ok());
        let is_valid = |it: &Credentials, now| it.expiry().is_some_and(|expiry| now < expiry);
        // Known already, if the caller has less patience and leaves: or each one after it would wait anew.
        let now = self.clock.now();
        let outcome =
            previous.clone().filter(|it| is_valid(it, now)).ok_or("their provider gives no answer".to_owned());
        *known = Some(Known { outcome, until: now.checked_add(REST).unwrap_or(now) });
        let loaded = match timeout(self.patience, self.provider.provide_credentials()).await {
            Ok(Ok(credentials)) => Ok(credentials),
            Ok(Err(error)) => Err(Causes(&error).to_string()),
            Err(_) => Err(format!("their provider gave no answer within {:?}", self.patience)),
        };
        let now = self.clock.now();
        let outcome = loaded.or_else(|error| previous.filter(|it| is_valid(it, now)).ok_or(error));
        let until = match &outcome {
            Ok(credentials) => credentials.expiry().map(|expiry| due(now, expiry)),
            Err(_) => now.checked_add(REST),
        };
        // Without an expiry they are as good as the process: so are those of a function's environment.
        let until = until.or_else(|| now.checked_add(Duration::from_secs(u32::MAX.into()))).unwrap_or(now);
        *known = Some(Known { outcome: outcome.clone(), until });
        outcome
    }
}

/// When others are asked for: some time before these expire, and of those that are short-lived after half of their time.
fn due(now: SystemTime, expiry: SystemTime) -> SystemTime {
    let left = expiry.duration_since(now).unwrap_or_default();
    expiry.checked_sub(MARGIN.min(left / 2)).unwrap_or(expiry)
}

fn is_same(one: &Credentials, other: &Credentials) -> bool {
    let parts = |it: &Credentials| (it.access_key_id().to_owned(), it.session_token().map(str::to_owned));
    parts(one) == parts(other)
}

/// Nothing of them is shown.
impl<P> fmt::Debug for CredentialsCache<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("CredentialsCache")
    }
}

#[cfg(test)]
mod tests;
