//! Certificates and keys in files, as PEM.

use std::collections::HashSet;
use std::fs::File;
use std::io::Read as _;
use std::path::Path;
use std::{env, fs, io};

use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};

use super::super::settings::PemPath;

type Certificates = Vec<CertificateDer<'static>>;

/// Of the file, or of the files of the directories; or why there is none.
pub(super) fn certificates(pem: &PemPath) -> Result<Certificates, String> {
    let found = if pem.is_directories { of_directories(&pem.path) } else { of_file(Path::new(&pem.path)) };
    match found {
        Ok(found) if found.is_empty() && pem.is_directories => Err("no file there has a certificate in PEM".to_owned()),
        Ok(found) if found.is_empty() => Err(NO_CERTIFICATE.to_owned()),
        Ok(found) => Ok(found),
        Err(_) if pem.path.starts_with("-----BEGIN") => {
            Err("it is a certificate, and not the path of its file".to_owned())
        }
        Err(error) => Err(unreadable(&error)),
    }
}

const NO_CERTIFICATE: &str = "the file has no certificate in PEM (-----BEGIN CERTIFICATE-----)";

/// The first private key of the file: PKCS#8, PKCS#1 or SEC1. A reason tells nothing of what is there.
pub(super) fn key(pem: &PemPath) -> Result<PrivateKeyDer<'static>, String> {
    match read(Path::new(&pem.path)) {
        Ok(bytes) => key_in(&bytes).map_err(str::to_owned),
        Err(_) if pem.path.starts_with("-----BEGIN") => Err("it is a key, and not the path of its file".to_owned()),
        Err(error) => Err(unreadable(&error)),
    }
}

fn key_in(bytes: &[u8]) -> Result<PrivateKeyDer<'static>, &'static str> {
    PrivateKeyDer::from_pem_slice(bytes).map_err(|_| {
        let is_encrypted = bytes.windows(ENCRYPTED.len()).any(|window| window == ENCRYPTED);
        if is_encrypted { "the file's key is encrypted; decrypt it, as by `openssl pkey`" } else { NO_KEY }
    })
}

const ENCRYPTED: &[u8] = b"ENCRYPTED";
const NO_KEY: &str = "the file has no private key in PEM (-----BEGIN PRIVATE KEY-----)";

/// Neither a pipe that nobody writes to nor a device without end keeps a program from its start.
fn read(path: &Path) -> io::Result<Vec<u8>> {
    if !fs::metadata(path)?.is_file() {
        return Err(io::Error::other("it is not a file"));
    }
    let mut bytes = Vec::new();
    File::open(path)?.take(MAX_FILE + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > MAX_FILE { Err(io::Error::other("it is too large")) } else { Ok(flush_left(&bytes)) }
}

/// The parser of PEM sees no line that is indented, as in YAML, or that begins with a byte order mark, as some editors have it.
fn flush_left(text: &[u8]) -> Vec<u8> {
    let lines = text.split_inclusive(|byte| *byte == b'\n');
    lines.flat_map(|line| line.strip_prefix(b"\xef\xbb\xbf").unwrap_or(line).trim_ascii_start()).copied().collect()
}

/// In bytes. A file of all public authorities has a quarter of a mebibyte.
const MAX_FILE: u64 = 8 * 1024 * 1024;

fn unreadable(error: &io::Error) -> String {
    format!("it cannot be read: {error}")
}

fn of_file(path: &Path) -> io::Result<Certificates> {
    let bytes = read(path)?;
    // What is not a certificate is passed over, as OpenSSL does.
    Ok(CertificateDer::pem_slice_iter(&bytes).filter_map(Result::ok).collect())
}

/// As the AWS SDK reads them: all files, each once, though many have a second name that OpenSSL finds them by.
fn of_directories(paths: &str) -> io::Result<Certificates> {
    let (mut certificates, mut seen, mut failed) = (Certificates::new(), HashSet::new(), None);
    for directory in env::split_paths(paths).filter(|path| !path.as_os_str().is_empty()) {
        let entries = fs::read_dir(directory).map_err(|error| failed = Some(error));
        let files = entries.into_iter().flatten().filter_map(|entry| entry.ok()?.path().canonicalize().ok());
        for file in files {
            if !seen.contains(&file) {
                certificates.extend(of_file(&file).unwrap_or_default());
                seen.insert(file);
            }
        }
    }
    match failed {
        Some(error) if certificates.is_empty() => Err(error),
        _ => Ok(certificates),
    }
}
