//! Whom Tend believes when it speaks TLS to others.

use std::sync::Arc;

use rustls::{
    ClientConfig, RootCertStore,
    crypto::aws_lc_rs,
    pki_types::{CertificateDer, pem::PemObject},
};

/// The public authorities, and those in `extra_pem` beside them: a company's own
/// authority, or the certificate of one server.
///
/// # Errors
/// A sentence when `extra_pem` holds no usable certificate.
pub fn client_config(extra_pem: Option<&[u8]>) -> Result<Arc<ClientConfig>, String> {
    let mut roots = RootCertStore::empty();
    roots.extend(webpki_roots::TLS_SERVER_ROOTS.iter().cloned());
    if let Some(pem) = extra_pem {
        let mut found = 0;
        for certificate in CertificateDer::pem_slice_iter(pem) {
            let bad = |what: String| format!("The file of extra authorities is damaged: {what}.");
            let certificate = certificate.map_err(|it| bad(it.to_string()))?;
            roots.add(certificate).map_err(|it| bad(it.to_string()))?;
            found += 1;
        }
        if found == 0 {
            return Err("The file of extra authorities holds no certificate.".to_owned());
        }
    }
    let provider = Arc::new(aws_lc_rs::default_provider());
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .expect("the provider has TLS 1.2 and 1.3")
        .with_root_certificates(roots)
        .with_no_client_auth();
    Ok(Arc::new(config))
}
