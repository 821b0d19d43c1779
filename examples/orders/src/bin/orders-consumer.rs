//! The Lambda function: records an order, and has its items kept in stock.
//!
//! * `DATABASE_URL`: of SQLite or PostgreSQL.
//! * `STOCK_URL`: of the service `stock`.
//! * `KINETRACE_*` and `OTEL_*`, as `kinetrace_consumer::run` has them.
//!
//! A record may come again, so each step does nothing the second time.

use std::time::Duration;

use kinetrace_consumer::{Error, Failure, IntoHandler as _, Json, JsonError, State};
use orders::stock::{Reservation, stock_client::StockClient};
use orders::{Database, GrpcTrace, Order, Statement, Traced, variable};
use tonic::Code;
use tonic::transport::{Channel, Endpoint};
use tower::Layer as _;

const TABLE: &str = "CREATE TABLE IF NOT EXISTS orders (
    id TEXT PRIMARY KEY, customer TEXT NOT NULL, item TEXT NOT NULL, quantity BIGINT NOT NULL, state TEXT NOT NULL)";

const RECORD: Statement = Statement {
    operation: "INSERT",
    collection: "orders",
    text: "INSERT INTO orders (id, customer, item, quantity, state) VALUES ($1, $2, $3, $4, 'new') \
           ON CONFLICT (id) DO NOTHING",
};

const SETTLE: Statement =
    Statement { operation: "UPDATE", collection: "orders", text: "UPDATE orders SET state = $1 WHERE id = $2" };

/// Lives as long as the execution environment.
#[derive(Clone)]
struct Services {
    database: Database,
    stock: StockClient<Traced<Channel>>,
}

#[tokio::main]
async fn main() -> Result<(), Error> {
    let database = Database::connect(&variable("DATABASE_URL", "sqlite:orders.db?mode=rwc"), &[TABLE]).await;
    let database = database.map_err(Error::new)?;
    let stock = Endpoint::from_shared(variable("STOCK_URL", "http://127.0.0.1:50051")).map_err(Error::new)?;
    let channel = stock.connect_timeout(Duration::from_secs(1)).timeout(Duration::from_secs(2)).connect_lazy();
    let services = Services { database, stock: StockClient::new(GrpcTrace::client().layer(channel)) };
    kinetrace_consumer::run(process.with_state(services)).await
}

async fn process(order: Result<Json<Order>, JsonError>, State(services): State<Services>) -> Result<(), Failure> {
    // What is not an order will never be one. The next order of the customer is processed.
    let Json(order) = order.map_err(Failure::skip)?;
    services.record(&order).await?;
    let Order { id, item, quantity, .. } = order;
    let reservation = Reservation { order_id: id.clone(), item, quantity: quantity.get() };
    match services.stock.clone().reserve(reservation).await {
        Ok(_) => Ok(services.settle(&id, "reserved").await?),
        // Another attempt would get the same answer.
        Err(status) if matches!(status.code(), Code::FailedPrecondition | Code::InvalidArgument) => {
            services.settle(&id, "rejected").await?;
            Err(Failure::skip(status.message()))
        }
        // The record comes again until it expires, because the template limits neither attempts nor age. No later order of
        // the customer is processed before it.
        Err(status) => Err(status.into()),
    }
}

impl Services {
    async fn record(&self, order: &Order) -> Result<(), sqlx::Error> {
        let Order { id, customer, item, quantity } = order;
        let insert = sqlx::query(RECORD.text).bind(id).bind(customer).bind(item).bind(i64::from(quantity.get()));
        self.database.traced(&RECORD, insert.execute(&self.database.pool)).await?;
        Ok(())
    }

    async fn settle(&self, id: &str, state: &str) -> Result<(), sqlx::Error> {
        let update = sqlx::query(SETTLE.text).bind(state).bind(id);
        self.database.traced(&SETTLE, update.execute(&self.database.pool)).await?;
        Ok(())
    }
}
