//! A broker of Apache Kafka in a process of its own, the same for all tests here.

use std::io::{BufRead as _, BufReader};
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::process::Child;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering};

use rdkafka::ClientConfig;
use rdkafka::admin::{AdminClient, AdminOptions, NewTopic, TopicReplication};
use rdkafka::client::DefaultClientContext;
use serde::Deserialize;

use crate::peer::spawn;
use crate::program::java;
use crate::proxy::Proxy;

pub(crate) struct Broker {
    /// It serves until its standard input is closed. Nothing drops a static, so that is when this process ends, however it
    /// does.
    _process: Child,
    pub(crate) bootstrap_servers: String,
    pub(crate) proxy: Proxy,
}

#[derive(Deserialize)]
struct Ready {
    bootstrap_servers: String,
    behind_proxy: SocketAddr,
}

/// It is started by the first test that asks.
pub(crate) fn broker() -> &'static Broker {
    static BROKER: OnceLock<Broker> = OnceLock::new();
    // It must take ports that were free a moment ago, and another program may be faster.
    BROKER.get_or_init(|| (0..3).find_map(|_| Broker::start()).expect("no broker; what it said is above"))
}

impl Broker {
    fn start() -> Option<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let mut command = java("Broker");
        command.arg(listener.local_addr().unwrap().port().to_string());
        let mut process = spawn(&mut command);
        let mut ready = String::new();
        BufReader::new(process.stdout.take().unwrap()).read_line(&mut ready).unwrap();
        if ready.is_empty() {
            process.wait().unwrap();
            return None;
        }
        let Ready { bootstrap_servers, behind_proxy } = serde_json::from_str(&ready).unwrap();
        Some(Self { _process: process, bootstrap_servers, proxy: Proxy::start(listener, behind_proxy) })
    }

    /// A configuration of librdkafka that knows where the broker is, and no more.
    pub(crate) fn config(&self) -> ClientConfig {
        let mut config = ClientConfig::new();
        config.set("bootstrap.servers", &self.bootstrap_servers);
        config
    }

    pub(crate) fn admin(&self) -> AdminClient<DefaultClientContext> {
        self.config().create().unwrap()
    }

    /// A topic that no other test knows.
    pub(crate) async fn topic(&self, partitions: i32) -> String {
        static COUNT: AtomicUsize = AtomicUsize::new(0);
        let name = format!("flights-{}", COUNT.fetch_add(1, Ordering::Relaxed));
        let topic = NewTopic::new(&name, partitions, TopicReplication::Fixed(1));
        let created = self.admin().create_topics(&[topic], &AdminOptions::new()).await.unwrap();
        created.into_iter().for_each(|it| drop(it.unwrap()));
        name
    }
}
