//! A forward proxy that knows one server, whatever it is asked for.

use std::io::{BufRead as _, BufReader, Write as _};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::{io, thread};

pub(super) struct ForwardProxy {
    pub(super) address: SocketAddr,
    heads: Arc<Mutex<Vec<String>>>,
}

impl ForwardProxy {
    /// `refusal` is the answer to a request whose head has not this text in it.
    pub(super) fn start(to: SocketAddr, wants: &'static str, refusal: &'static str) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
        let address = listener.local_addr().unwrap();
        let heads = Arc::new(Mutex::new(Vec::new()));
        let theirs = Arc::clone(&heads);
        thread::spawn(move || {
            for client in listener.incoming().map_while(Result::ok) {
                let heads = Arc::clone(&theirs);
                thread::spawn(move || serve(client, to, &heads, wants, refusal));
            }
        });
        Self { address, heads }
    }

    pub(super) fn open(to: SocketAddr) -> Self {
        Self::start(to, "", "")
    }

    /// Of the first request of each connection, with its line.
    pub(super) fn heads(&self) -> Vec<String> {
        self.heads.lock().unwrap().clone()
    }
}

fn serve(client: TcpStream, to: SocketAddr, heads: &Mutex<Vec<String>>, wants: &str, refusal: &str) -> Option<()> {
    let mut reader = BufReader::new(client.try_clone().unwrap());
    let mut head = String::new();
    while !head.ends_with("\r\n\r\n") {
        reader.read_line(&mut head).ok().filter(|read| *read > 0)?;
    }
    heads.lock().unwrap().push(head.clone());
    if !head.contains(wants) {
        (&client).write_all(refusal.as_bytes()).ok()?;
        // Or what was not read would reset the connection before the answer is there.
        client.shutdown(Shutdown::Write).ok()?;
        io::copy(&mut reader, &mut io::sink()).ok()?;
        return None;
    }
    let mut server = TcpStream::connect(to).ok()?;
    if head.starts_with("CONNECT ") {
        (&client).write_all(b"HTTP/1.1 200 Connection established\r\n\r\n").ok()?;
    } else {
        server.write_all(head.as_bytes()).ok()?;
    }
    let mut answers = server.try_clone().unwrap();
    thread::spawn(move || {
        let _ = io::copy(&mut answers, &mut &client);
        let _ = client.shutdown(Shutdown::Both);
    });
    io::copy(&mut reader, &mut server).ok()?;
    server.shutdown(Shutdown::Write).ok()
}
