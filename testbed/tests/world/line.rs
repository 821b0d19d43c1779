//! A line to a server, which can be cut.

use tokio::io::copy_bidirectional;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinSet;

/// Passes connections on, until it is dropped.
pub(crate) struct Line {
    endpoint: String,
    cuts: mpsc::Sender<oneshot::Sender<usize>>,
}

impl Line {
    /// To a server at `endpoint`, `http://127.0.0.1:<port>`.
    pub(crate) async fn to(endpoint: &str) -> Self {
        let server = endpoint.trim_start_matches("http://").to_owned();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let endpoint = format!("http://{}", listener.local_addr().unwrap());
        let (cuts, told) = mpsc::channel(1);
        tokio::spawn(pass(listener, server, told));
        Self { endpoint, cuts }
    }

    pub(crate) fn endpoint(&self) -> &str {
        &self.endpoint
    }

    /// Ends all connections, and says how many there were.
    pub(crate) async fn cut(&self) -> usize {
        let (done, is_done) = oneshot::channel();
        self.cuts.send(done).await.unwrap();
        is_done.await.unwrap()
    }
}

async fn pass(listener: TcpListener, server: String, mut told: mpsc::Receiver<oneshot::Sender<usize>>) {
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            accepted = listener.accept() => {
                let (mut near, server) = (accepted.unwrap().0, server.clone());
                connections.spawn(async move {
                    let mut far = TcpStream::connect(server).await.unwrap();
                    // However it ends, both ends are closed.
                    drop(copy_bidirectional(&mut near, &mut far).await);
                });
            }
            cut = told.recv() => {
                let Some(done) = cut else { return };
                while connections.try_join_next().is_some() {}
                let open = connections.len();
                connections.shutdown().await;
                done.send(open).unwrap();
            }
        }
    }
}
