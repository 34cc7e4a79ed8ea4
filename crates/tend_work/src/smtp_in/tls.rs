//! The certificate with which we receive.
//!
//! Mail servers encrypt when they can and hardly any looks at the name, so a
//! certificate made here keeps listeners out as well as a bought one. An
//! operator with a real one names its files in the configuration.

mod certificate;

use std::{fs, io::Write, path::Path, sync::Arc};

use jiff::Timestamp;
use rustls::{
    ServerConfig,
    crypto::aws_lc_rs,
    pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject},
};

pub use certificate::{Made, make};

/// From PEM: the chain of certificates, and the key of the first.
///
/// # Errors
/// A sentence for the operator.
pub fn server_config(chain: &[u8], key: &[u8]) -> Result<Arc<ServerConfig>, String> {
    let chain: Vec<_> = CertificateDer::pem_slice_iter(chain)
        .collect::<Result<_, _>>()
        .map_err(|it| format!("The certificate is damaged: {it}."))?;
    let key = PrivateKeyDer::from_pem_slice(key)
        .map_err(|it| format!("The certificate's key is damaged: {it}."))?;
    let provider = Arc::new(aws_lc_rs::default_provider());
    let config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .expect("the provider has TLS 1.2 and 1.3")
        .with_no_client_auth()
        .with_single_cert(chain, key)
        .map_err(|it| format!("The certificate and its key can't be used: {it}."))?;
    Ok(Arc::new(config))
}

/// The certificate in `folder`, made there at the first start.
///
/// # Errors
/// A sentence for the operator.
pub fn own(folder: &Path, host: &str, now: Timestamp) -> Result<Arc<ServerConfig>, String> {
    let (chain, key) = (folder.join("smtp-cert.pem"), folder.join("smtp-key.pem"));
    let failed = |what: &Path, it: std::io::Error| format!("{}: {it}.", what.display());
    if !chain.exists() || !key.exists() {
        let made = make(host, now)?;
        write_secret(&key, &made.key).map_err(|it| failed(&key, it))?;
        fs::write(&chain, &made.certificate).map_err(|it| failed(&chain, it))?;
    }
    let chain = fs::read(&chain).map_err(|it| failed(&chain, it))?;
    let key = fs::read(&key).map_err(|it| failed(&key, it))?;
    server_config(&chain, &key)
}

fn write_secret(path: &Path, text: &str) -> std::io::Result<()> {
    let mut options = fs::OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)?.write_all(text.as_bytes())
}
