//! SQL, with a span around each statement, as OpenTelemetry's conventions for databases have it.

use opentelemetry::trace::{FutureExt as _, SpanKind, Status, TraceContextExt as _, Tracer as _};
use opentelemetry::{Context, KeyValue, global};
use sqlx::any::{AnyPoolOptions, install_default_drivers};
use sqlx::{AnyPool, Error};

/// A pool of connections to SQLite or PostgreSQL.
#[derive(Debug, Clone)]
pub struct Database {
    /// For everything that `sqlx` does.
    pub pool: AnyPool,
    system: &'static str,
}

/// A statement, and what its span says about it. Values are bound, so that none is in its text, nor in a span.
#[derive(Debug, Clone, Copy)]
pub struct Statement {
    /// `INSERT`, `UPDATE`, …
    pub operation: &'static str,
    /// The table.
    pub collection: &'static str,
    /// With `$1`, `$2` for values, which both databases understand.
    pub text: &'static str,
}

impl Database {
    /// Connects, and makes the tables that are not there yet.
    pub async fn connect(url: &str, tables: &[&'static str]) -> Result<Self, Error> {
        install_default_drivers();
        let (system, options) = if url.starts_with("sqlite:") {
            // One connection, and always the same: another one to `sqlite::memory:` would be another, empty database.
            let options = AnyPoolOptions::new().min_connections(1).max_connections(1);
            ("sqlite", options.idle_timeout(None).max_lifetime(None))
        } else {
            ("postgresql", AnyPoolOptions::new().max_connections(10))
        };
        let pool = options.connect(url).await?;
        for table in tables {
            match sqlx::query(*table).execute(&pool).await {
                // Of two that begin at once, PostgreSQL refuses one, also with IF NOT EXISTS. The table is there then.
                Err(Error::Database(error)) if error.is_unique_violation() => {}
                made => {
                    made?;
                }
            }
        }
        Ok(Self { pool, system })
    }

    /// Runs a statement in a span below the current one.
    ///
    /// ```text
    /// database.traced(&INSERT, sqlx::query(INSERT.text).bind(id).execute(&database.pool)).await?;
    /// ```
    pub async fn traced<T>(
        &self,
        statement: &Statement,
        running: impl Future<Output = Result<T, Error>>,
    ) -> Result<T, Error> {
        let tracer = global::tracer("orders");
        let span = tracer
            .span_builder(format!("{} {}", statement.operation, statement.collection))
            .with_kind(SpanKind::Client)
            .with_attributes([
                KeyValue::new("db.system.name", self.system),
                KeyValue::new("db.operation.name", statement.operation),
                KeyValue::new("db.collection.name", statement.collection),
                KeyValue::new("db.query.text", statement.text),
            ])
            .start(&tracer);
        let context = Context::current_with_span(span);
        let result = running.with_context(context.clone()).await;
        if let Err(error) = &result {
            failed(&context, error);
        }
        result
    }
}

/// Databases put values into their messages, so that the span has the code alone.
fn failed(context: &Context, error: &Error) {
    let code = error.as_database_error().and_then(|error| error.code());
    if let Some(code) = &code {
        context.span().set_attribute(KeyValue::new("db.response.status_code", code.to_string()));
    }
    context
        .span()
        .set_attribute(KeyValue::new("error.type", code.map_or("_OTHER".to_owned(), |code| code.to_string())));
    context.span().set_status(Status::error("the statement failed"));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_database_in_memory_lives_as_long_as_its_pool() -> Result<(), Error> {
        let database = Database::connect("sqlite::memory:", &[]).await?;
        let options = database.pool.options();
        assert_eq!((options.get_min_connections(), options.get_max_connections()), (1, 1));
        assert_eq!((options.get_idle_timeout(), options.get_max_lifetime()), (None, None));
        Ok(())
    }
}
