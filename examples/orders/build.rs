//! Client and server of the service `stock`, made of its .proto file.

use std::error::Error;

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed=proto");
    tonic_prost_build::compile_fds(protox::compile(["stock.proto"], ["proto"])?)?;
    Ok(())
}
