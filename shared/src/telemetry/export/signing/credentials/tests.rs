use std::collections::VecDeque;
use std::sync::Mutex as BlockingMutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use aws_credential_types::provider::error::CredentialsError;
use aws_credential_types::provider::future::ProvideCredentials as Providing;

use super::*;

/// Gives these in turn, and hangs after the last one.
#[derive(Debug, Default)]
struct Provider {
    given: BlockingMutex<VecDeque<Result<Credentials, CredentialsError>>>,
    asked: AtomicUsize,
}

impl ProvideCredentials for Provider {
    fn provide_credentials<'a>(&'a self) -> Providing<'a>
    where
        Self: 'a,
    {
        self.asked.fetch_add(1, Ordering::SeqCst);
        match self.given.lock().unwrap().pop_front() {
            Some(given) => Providing::ready(given),
            None => Providing::new(std::future::pending()),
        }
    }
}

type Given<'a> = &'a [Result<(&'a str, Option<i64>), &'a str>];

/// With a provider of these: keys with the seconds until they expire, or errors.
fn cache(given: Given<'_>) -> CredentialsCache<Provider> {
    let clock = Arc::new(Clock::default());
    let given = given.iter().map(|given| match given {
        Ok((key, left)) => Ok(credentials(key, *left)),
        Err(error) => Err(CredentialsError::not_loaded(error.to_string())),
    });
    let provider = Provider { given: BlockingMutex::new(given.collect()), asked: AtomicUsize::default() };
    CredentialsCache { patience: Duration::from_millis(20), ..CredentialsCache::new(provider, &clock) }
}

fn credentials(key: &str, left: Option<i64>) -> Credentials {
    let now = SystemTime::now();
    let expiry = left.map(|left| match left {
        0.. => now + Duration::from_secs(left.unsigned_abs()),
        _ => now - Duration::from_secs(left.unsigned_abs()),
    });
    Credentials::new(key, "s3cr3t", Some("t0k3n".to_owned()), expiry, "test")
}

async fn key(cache: &CredentialsCache<Provider>) -> Result<String, String> {
    cache.get().await.map(|credentials| credentials.access_key_id().to_owned())
}

fn asked(cache: &CredentialsCache<Provider>) -> usize {
    cache.provider.asked.load(Ordering::SeqCst)
}

#[tokio::test]
async fn credentials_are_kept_until_shortly_before_they_expire() {
    for (given, second, asks) in [
        (&[Ok(("a", None))][..], "a", 1),
        (&[Ok(("a", Some(3600)))], "a", 1),
        // So that a request which is on its way for a while does not meet them when they have expired.
        (&[Ok(("a", Some(-1))), Ok(("b", Some(3600)))], "b", 2),
    ] {
        let cache = cache(given);
        assert_eq!(key(&cache).await.as_deref(), Ok("a"));
        assert_eq!(key(&cache).await.as_deref(), Ok(second), "{given:?}");
        assert_eq!(asked(&cache), asks, "{given:?}");
    }
}

#[tokio::test]
async fn a_provider_that_hangs_holds_up_one_caller_with_little_patience_and_not_each() {
    let cache = cache(&[]);
    assert!(timeout(Duration::ZERO, cache.get()).await.is_err(), "it hangs");
    let told = timeout(Duration::ZERO, key(&cache)).await;
    assert_eq!(told, Ok(Err("their provider gives no answer".to_owned())));
    assert_eq!(asked(&cache), 1);
}

#[test]
fn others_are_asked_for_five_minutes_before_the_end_or_after_half_of_a_short_time() {
    let now = SystemTime::now();
    for (left, due_in) in [(6 * 3600, 6 * 3600 - 300), (900, 600), (600, 300), (60, 30), (0, 0)] {
        let expiry = now + Duration::from_secs(left);
        assert_eq!(due(now, expiry), now + Duration::from_secs(due_in), "{left}");
    }
    assert!(due(now, now - Duration::from_secs(60)) < now);
}

#[tokio::test]
async fn a_provider_that_hangs_is_given_up_and_left_alone_for_a_while() {
    let cache = cache(&[]);
    for _ in 0..3 {
        assert!(key(&cache).await.unwrap_err().contains("gave no answer within 20ms"));
    }
    assert_eq!(asked(&cache), 1);
}

#[tokio::test]
async fn a_provider_that_fails_takes_no_valid_credentials_away() {
    let cache = cache(&[Ok(("a", Some(60))), Err("down")]);
    assert_eq!(key(&cache).await.as_deref(), Ok("a"));
    // Half of the time has passed, and more.
    let minute = Duration::from_secs(40);
    cache.clock.set(SystemTime::now() + minute);
    assert_eq!(key(&cache).await.as_deref(), Ok("a"));
    assert_eq!(asked(&cache), 2);
    cache.clock.set(SystemTime::now() + 2 * minute);
    assert!(key(&cache).await.unwrap_err().contains("gave no answer"));
}

#[tokio::test]
async fn credentials_that_the_endpoint_refuses_are_replaced_by_others_only() {
    for (given, is_replaced, asks) in [
        (&[Ok(("a", None)), Ok(("b", None))][..], true, 2),
        (&[Ok(("a", None)), Ok(("a", None))], false, 2),
        (&[Ok(("a", None)), Err("down")], false, 2),
        (&[Ok(("a", None))], false, 2),
        // Another request was faster.
        (&[Ok(("b", None))], true, 1),
    ] {
        let cache = cache(given);
        let _ = key(&cache).await;
        assert_eq!(cache.replace(&credentials("a", None)).await, is_replaced, "{given:?}");
        assert_eq!(asked(&cache), asks, "{given:?}");
    }
}

#[tokio::test]
async fn why_there_are_none_is_told_and_no_secret_is_shown() {
    let cache = cache(&[Err("no role")]);
    assert!(key(&cache).await.unwrap_err().contains("no role"));
    assert_eq!(format!("{cache:?}"), "CredentialsCache");
}
