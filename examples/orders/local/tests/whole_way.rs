//! Orders something, reads the traces back, and looks whether they are whole.
#![allow(clippy::unwrap_used)]

use std::collections::BTreeSet;
use std::time::{SystemTime, UNIX_EPOCH};

use orders_local::{Ports, Span, Trace, World};
use serde_json::json;
use sqlx::any::{AnyPoolOptions, install_default_drivers};

const WHOLE: &str = "\
POST /orders · SERVER · orders-api
  create orders · PRODUCER · orders-api
    OrdersConsumer · SERVER · orders-consumer
      process orders · CONSUMER · orders-consumer
        INSERT orders · CLIENT · orders-consumer
        stock.Stock/Reserve · CLIENT · orders-consumer
          stock.Stock/Reserve · SERVER · stock
            INSERT reservations · CLIENT · stock
            UPDATE stock · CLIENT · stock
        UPDATE orders · CLIENT · orders-consumer
  send orders · CLIENT · orders-api
";

/// Not of another run, where the database outlives this one.
fn unique(name: &str) -> String {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    format!("{name}-{}-{}", std::process::id(), since.as_nanos())
}

/// With batches soon, because a test need not wait for as long as AWS does between two reads.
async fn start(flags: &[&str]) -> World {
    let flags = [&["--poll-interval-ms", "5"], flags].concat();
    World::start(Ports::Free, &flags).await.unwrap()
}

fn outlined(expected: &str) -> impl Fn(&Trace) -> bool {
    move |trace| trace.outline() == expected
}

async fn stop(world: World) {
    let (verdict, is_good) = world.stop().await.unwrap();
    assert!(is_good, "{verdict}");
}

/// The states of orders that begin with this.
async fn states(world: &World, ids: &str) -> Vec<(String, String)> {
    install_default_drivers();
    let pool = AnyPoolOptions::new().max_connections(1).connect(world.database_url()).await.unwrap();
    let rows = sqlx::query_as("SELECT id, state FROM orders WHERE id LIKE $1 ORDER BY id");
    rows.bind(format!("{ids}%")).fetch_all(&pool).await.unwrap()
}

#[tokio::test]
async fn an_order_is_one_trace_from_the_request_to_the_last_statement() {
    let world = start(&[]).await;
    let (id, customer) = (unique("order"), unique("customer"));
    let browser = "4bf92f3577b34da6a3ce929d0e0e4736";
    let traced = world.order_from(Some(browser), &id, &customer, "saucer", 3).await.unwrap();
    assert_eq!(traced, browser);
    let trace = world.page().trace(&traced, outlined(WHOLE)).await.unwrap();

    let postgres = world.database_url().starts_with("postgres");
    let (orders, stock) = (if postgres { "postgresql" } else { "sqlite" }, json!("stock.Stock"));
    for (name, kind, attribute, value) in [
        ("POST /orders", "SERVER", "http.request.method", json!("POST")),
        ("POST /orders", "SERVER", "http.route", json!("/orders")),
        ("POST /orders", "SERVER", "url.path", json!("/orders")),
        ("POST /orders", "SERVER", "http.response.status_code", json!(202)),
        ("create orders", "PRODUCER", "messaging.system", json!("aws.kinesis")),
        ("process orders", "CONSUMER", "kinetrace.record.key", json!(customer)),
        ("stock.Stock/Reserve", "CLIENT", "rpc.system", json!("grpc")),
        ("stock.Stock/Reserve", "CLIENT", "rpc.service", stock.clone()),
        ("stock.Stock/Reserve", "SERVER", "rpc.service", stock),
        ("stock.Stock/Reserve", "SERVER", "rpc.method", json!("Reserve")),
        ("stock.Stock/Reserve", "SERVER", "rpc.grpc.status_code", json!(0)),
        ("stock.Stock/Reserve", "CLIENT", "rpc.grpc.status_code", json!(0)),
        ("INSERT orders", "CLIENT", "db.system.name", json!(orders)),
        ("INSERT orders", "CLIENT", "db.operation.name", json!("INSERT")),
        ("INSERT orders", "CLIENT", "db.collection.name", json!("orders")),
        ("UPDATE orders", "CLIENT", "db.query.text", json!("UPDATE orders SET state = $1 WHERE id = $2")),
    ] {
        let span = trace.named(name).find(|span| span.kind() == kind).unwrap();
        assert_eq!(span.attribute(attribute), &value, "{name} {attribute}: {span:#?}");
    }
    // No span says what was ordered, only who ordered.
    let told = format!("{trace:?}");
    assert!(!told.contains(&id) && !told.contains("saucer"), "{told}");
    stop(world).await;
}

#[tokio::test]
async fn orders_of_a_customer_are_processed_in_the_order_in_which_they_were_accepted() {
    let world = start(&[]).await;
    let (ids, customer) = (unique("order"), unique("customer"));
    let mut traces = Vec::new();
    for n in 0..5 {
        traces.push(world.order(&format!("{ids}-{n}"), &customer, "cup", 1).await.unwrap());
    }
    let mut processed = Vec::new();
    for trace in &traces {
        let trace = world.page().trace(trace, outlined(WHOLE)).await.unwrap();
        processed.extend(trace.named("process orders").cloned());
    }
    let is_after = |pair: &[Span]| pair[0].end <= pair[1].start;
    assert!(processed.windows(2).all(is_after), "{processed:#?}");
    assert_eq!(states(&world, &ids).await.len(), 5);
    stop(world).await;
}

#[tokio::test]
async fn of_a_batch_each_order_links_to_its_own_trace() {
    // The batch goes when it is full.
    let world = start(&["--parameter", "BatchSize=3", "--parameter", "BatchingWindowSeconds=300"]).await;
    let (ids, customer) = (unique("order"), unique("customer"));
    let (mut batches, mut processed) = (BTreeSet::new(), BTreeSet::new());
    let mut traces = Vec::new();
    for n in 0..3 {
        traces.push(world.order(&format!("{ids}-{n}"), &customer, "cup", 1).await.unwrap());
    }
    for trace in &traces {
        let expected = "\
POST /orders · SERVER · orders-api
  create orders · PRODUCER · orders-api
  send orders · CLIENT · orders-api
";
        let trace = world.page().trace(trace, outlined(expected)).await.unwrap();
        let created = trace.named("create orders").next().unwrap();
        let (batch, linking) = world.page().linked_from(created).await.unwrap();
        batches.insert(batch.clone());
        let is_whole = |trace: &Trace| trace.named("UPDATE stock").count() == 3;
        let batch = world.page().trace(&batch, is_whole).await.unwrap();
        let span = batch.0.iter().find(|span| span.span == linking).unwrap();
        assert_eq!((span.name.as_str(), span.kind()), ("process orders", "CONSUMER"));
        processed.insert(linking);
        assert_eq!(batch.0.iter().filter(|child| child.parent == span.span).count(), 3, "{batch}");
    }
    assert_eq!((batches.len(), processed.len()), (1, 3));
    stop(world).await;
}

#[tokio::test]
async fn what_is_out_of_stock_is_skipped_and_the_next_order_of_the_customer_is_processed() {
    let world = start(&[]).await;
    let (ids, customer) = (unique("order"), unique("customer"));
    let rejected = world.order(&format!("{ids}-1"), &customer, "teapot", 1).await.unwrap();
    let reserved = world.order(&format!("{ids}-2"), &customer, "cup", 1).await.unwrap();
    let expected = WHOLE
        .replace("process orders · CONSUMER · orders-consumer", "process orders · CONSUMER · orders-consumer ERROR");
    let expected = expected.replace("Reserve · CLIENT · orders-consumer", "Reserve · CLIENT · orders-consumer ERROR");
    let trace = world.page().trace(&rejected, outlined(&expected)).await.unwrap();
    let failed = trace.named("stock.Stock/Reserve").find(|span| span.kind() == "CLIENT").unwrap();
    assert_eq!(failed.attribute("rpc.grpc.status_code"), &json!(9), "{failed:#?}");
    let skipped = trace.named("process orders").next().unwrap();
    assert_eq!(skipped.attribute("error.type"), &json!("skipped"), "{skipped:#?}");

    world.page().trace(&reserved, outlined(WHOLE)).await.unwrap();
    let expected = [(format!("{ids}-1"), "rejected".to_owned()), (format!("{ids}-2"), "reserved".to_owned())];
    assert_eq!(states(&world, &ids).await, expected);
    stop(world).await;
}

#[tokio::test]
async fn an_order_that_can_never_be_processed_is_refused() {
    let world = start(&[]).await;
    let (id, customer) = (unique("order"), unique("customer"));
    for (customer, quantity) in [(customer.as_str(), 0), ("", 1), ("a".repeat(257).as_str(), 1)] {
        let refused = world.order(&id, customer, "cup", quantity).await.unwrap_err().to_string();
        assert!(refused.starts_with("400 "), "{customer:?} {quantity}: {refused}");
    }
    let taken = world.order(&id, &customer, "cup", 1).await.unwrap();
    world.page().trace(&taken, outlined(WHOLE)).await.unwrap();
    stop(world).await;
}

#[tokio::test]
async fn while_the_stock_is_unreachable_an_order_comes_again_and_the_next_of_the_customer_waits() {
    // With the template as it is. More attempts than the ten of the repository's own.
    const ATTEMPTS: usize = 15;
    let mut world = start(&[]).await;
    world.stop_stock().await.unwrap();
    let (ids, customer) = (unique("order"), unique("customer"));
    let (first, second) = (format!("{ids}-1"), format!("{ids}-2"));
    let ordered = world.order(&first, &customer, "cup", 1).await.unwrap();
    let next = world.order(&second, &customer, "cup", 1).await.unwrap();
    let unreachable = |trace: &Trace| trace.named("stock.Stock/Reserve").count() >= ATTEMPTS;
    let trace = world.page().trace(&ordered, unreachable).await.unwrap();
    for span in trace.named("stock.Stock/Reserve").chain(trace.named("process orders")) {
        assert!(span.is_error(), "{span:#?}");
    }
    assert_eq!(trace.named("stock.Stock/Reserve").next().unwrap().attribute("rpc.grpc.status_code"), &json!(14));
    assert_eq!(states(&world, &ids).await, [(first.clone(), "new".to_owned())]);

    world.start_stock().await.unwrap();
    let is_reserved = |trace: &Trace| trace.named("UPDATE orders").count() == 1;
    world.page().trace(&ordered, is_reserved).await.unwrap();
    world.page().trace(&next, outlined(WHOLE)).await.unwrap();
    assert_eq!(states(&world, &ids).await, [(first, "reserved".to_owned()), (second, "reserved".to_owned())]);
    stop(world).await;
}
