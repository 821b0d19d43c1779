//! Keeps items for orders, over gRPC.
//!
//! * `LISTEN`: where, `127.0.0.1:50051` by default.
//! * `DATABASE_URL`: of SQLite or PostgreSQL. By default SQLite's, in memory.
//! * `OTEL_*`, as everywhere.

use orders::stock::stock_server::{Stock, StockServer};
use orders::stock::{Reservation, Reserved};
use orders::{Database, GrpcTrace, Statement, asked_to_stop, flush, start_telemetry, variable};
use tokio::net::TcpListener;
use tokio_stream::wrappers::TcpListenerStream;
use tonic::transport::Server;
use tonic::{Request, Response, Status};

const TABLES: [&str; 3] = [
    "CREATE TABLE IF NOT EXISTS stock (item TEXT PRIMARY KEY, quantity BIGINT NOT NULL)",
    "CREATE TABLE IF NOT EXISTS reservations (
        order_id TEXT PRIMARY KEY, item TEXT NOT NULL, quantity BIGINT NOT NULL)",
    "INSERT INTO stock (item, quantity) VALUES ('cup', 1000), ('saucer', 1000), ('teapot', 0) ON CONFLICT (item) DO NOTHING",
];

const RESERVE: Statement = Statement {
    operation: "INSERT",
    collection: "reservations",
    text: "INSERT INTO reservations (order_id, item, quantity) VALUES ($1, $2, $3) ON CONFLICT (order_id) DO NOTHING",
};

const TAKE: Statement = Statement {
    operation: "UPDATE",
    collection: "stock",
    text: "UPDATE stock SET quantity = quantity - $1 WHERE item = $2 AND quantity >= $1",
};

/// Those of `stock.proto`.
const METHODS: [&str; 1] = ["stock.Stock/Reserve"];

struct Shelves(Database);

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let telemetry = start_telemetry()?;
    let database = Database::connect(&variable("DATABASE_URL", "sqlite::memory:"), &TABLES).await?;
    let listener = TcpListener::bind(variable("LISTEN", "127.0.0.1:50051")).await?;
    // Before the address is told: a signal that comes earlier than its handler would be lost.
    let asked_to_stop = asked_to_stop();
    println!("stock at http://{}", listener.local_addr()?);
    let server = Server::builder().layer(GrpcTrace::server(&METHODS)).add_service(StockServer::new(Shelves(database)));
    server.serve_with_incoming_shutdown(TcpListenerStream::new(listener), asked_to_stop).await?;
    flush(&telemetry).await;
    Ok(())
}

#[tonic::async_trait]
impl Stock for Shelves {
    async fn reserve(&self, request: Request<Reservation>) -> Result<Response<Reserved>, Status> {
        let reservation = request.into_inner();
        // A caller may have another definition of an order.
        if reservation.quantity == 0 {
            return Err(Status::invalid_argument("the quantity is 0"));
        }
        match self.keep(reservation).await {
            Ok(true) => Ok(Response::new(Reserved {})),
            Ok(false) => Err(Status::failed_precondition("out of stock")),
            // Not its text, which may name values.
            Err(_) => Err(Status::internal("the database failed")),
        }
    }
}

impl Shelves {
    /// Whether they are kept, now or before.
    async fn keep(&self, reservation: Reservation) -> Result<bool, sqlx::Error> {
        let Reservation { order_id, item, quantity } = reservation;
        let (Self(database), quantity) = (self, i64::from(quantity));
        let mut transaction = database.pool.begin().await?;
        let insert = sqlx::query(RESERVE.text).bind(&order_id).bind(&item).bind(quantity);
        let is_new = database.traced(&RESERVE, insert.execute(&mut *transaction)).await?.rows_affected() > 0;
        if is_new {
            let update = sqlx::query(TAKE.text).bind(quantity).bind(&item);
            if database.traced(&TAKE, update.execute(&mut *transaction)).await?.rows_affected() == 0 {
                // Without a commit, there is no reservation.
                return Ok(false);
            }
        }
        transaction.commit().await?;
        Ok(true)
    }
}

#[cfg(test)]
mod tests {
    use tonic::Code;

    use super::*;

    #[tokio::test]
    async fn a_reservation_of_nothing_is_refused() -> Result<(), sqlx::Error> {
        let shelves = Shelves(Database::connect("sqlite::memory:", &TABLES).await?);
        for (item, quantity, expected) in [
            ("cup", 0, Err(Code::InvalidArgument)),
            ("cup", 1, Ok(())),
            ("cup", 1000, Err(Code::FailedPrecondition)),
            ("teapot", 1, Err(Code::FailedPrecondition)),
        ] {
            let reservation = Reservation { order_id: format!("{item}-{quantity}"), item: item.to_owned(), quantity };
            let answer = shelves.reserve(Request::new(reservation)).await;
            assert_eq!(answer.map(|_| ()).map_err(|status| status.code()), expected, "{quantity} {item}");
        }
        Ok(())
    }
}
