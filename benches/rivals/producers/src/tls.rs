//! TLS in front of a server that speaks plain HTTP.

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;

use tokio::io::copy_bidirectional;
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;

use crate::failure::Failure;

/// Listens, and passes to `plain` what comes. Returns its own address.
pub(crate) async fn listen(plain: SocketAddr, config: ServerConfig) -> Result<SocketAddr, Failure> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
    let address = listener.local_addr()?;
    let acceptor = TlsAcceptor::from(Arc::new(config));
    tokio::spawn(async move {
        // Ends with the process.
        while let Ok((connection, _)) = listener.accept().await {
            let acceptor = acceptor.clone();
            tokio::spawn(async move {
                if let Err(failure) = pass(connection, &acceptor, plain).await {
                    // Clients close connections when they end, some without a farewell.
                    drop(failure);
                }
            });
        }
    });
    Ok(address)
}

async fn pass(connection: TcpStream, acceptor: &TlsAcceptor, plain: SocketAddr) -> std::io::Result<()> {
    connection.set_nodelay(true)?;
    let mut client = acceptor.accept(connection).await?;
    let mut server = TcpStream::connect(plain).await?;
    server.set_nodelay(true)?;
    copy_bidirectional(&mut client, &mut server).await?;
    Ok(())
}
