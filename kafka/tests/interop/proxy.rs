//! A line to the broker on which a bit is flipped now and then, so that the broker refuses a request that was right when it was
//! sent.

use std::io::{self, Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;

pub(crate) struct Proxy {
    pub(crate) bootstrap_servers: String,
    damage: Damage,
}

/// What is damaged where it goes by for the first time.
type Damage = Arc<Mutex<Vec<Vec<u8>>>>;

impl Proxy {
    pub(crate) fn start(listener: TcpListener, broker: SocketAddr) -> Self {
        let damage = Damage::default();
        let proxy = Self { bootstrap_servers: listener.local_addr().unwrap().to_string(), damage: damage.clone() };
        thread::spawn(move || {
            for client in listener.incoming().flatten() {
                let damage = damage.clone();
                thread::spawn(move || connect(&client, broker, &damage));
            }
        });
        proxy
    }

    /// These bytes, once. A second time, they get through.
    pub(crate) fn damage_once(&self, bytes: &[u8]) {
        self.damage.lock().unwrap().push(bytes.to_owned());
    }

    /// Whether all that was to be damaged has been.
    pub(crate) fn is_done(&self, bytes: &[u8]) -> bool {
        self.damage.lock().unwrap().iter().all(|left| left != bytes)
    }
}

/// Until either side has had enough.
fn connect(client: &TcpStream, broker: SocketAddr, damage: &Damage) -> io::Result<()> {
    let server = TcpStream::connect(broker)?;
    let (mut answers, mut answered) = (server.try_clone()?, client.try_clone()?);
    thread::spawn(move || io::copy(&mut answers, &mut answered));
    while let Ok(mut request) = read_request(client) {
        let mut left = damage.lock().unwrap();
        left.retain(|bytes| !flip(&mut request, bytes));
        drop(left);
        (&server).write_all(&request)?;
    }
    server.shutdown(std::net::Shutdown::Both)
}

/// With its length, of four bytes, before it.
fn read_request(mut client: &TcpStream) -> io::Result<Vec<u8>> {
    let mut length = [0; 4];
    client.read_exact(&mut length)?;
    let mut request = length.to_vec();
    client.take(u32::from_be_bytes(length).into()).read_to_end(&mut request)?;
    Ok(request)
}

/// Whether the bytes were there.
fn flip(request: &mut [u8], bytes: &[u8]) -> bool {
    let found = request.windows(bytes.len()).position(|it| it == bytes);
    if let Some(at) = found {
        request[at] ^= 1;
    }
    found.is_some()
}
