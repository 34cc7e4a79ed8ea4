//! TLS to PostgreSQL, with the words of libpq: `sslmode` and `sslrootcert`.

use std::{path::PathBuf, sync::Arc};

use ::postgres::config::SslMode;
use rustls::{
    ClientConfig, DigitallySignedStruct, RootCertStore, SignatureScheme,
    client::{
        WebPkiServerVerifier,
        danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier},
    },
    crypto::CryptoProvider,
    pki_types::{CertificateDer, ServerName, UnixTime, pem::PemObject},
};

use crate::{Result, StoreError};

/// What a URL asks for.
#[derive(Debug, PartialEq)]
pub(crate) struct Wish {
    pub mode: SslMode,
    trust: Trust,
    /// A file of certificates; without one, the authorities that browsers trust.
    roots: Option<PathBuf>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Trust {
    /// Any server: against those who listen, not against those who pretend.
    Anyone,
    /// A server with a certificate of our authorities, whatever its name.
    Chain,
    /// With a certificate for the name that we asked for.
    Name,
}

/// The URL, or the words, without those that the driver does not know.
pub(crate) fn split(url: &str) -> Result<(String, Wish)> {
    let (mut mode, mut roots) = (None, None);
    let mut keep = |word: &str| match word.split_once('=') {
        Some(("sslmode", value)) => {
            mode = Some(decode(value));
            false
        }
        Some(("sslrootcert", value)) => {
            roots = Some(decode(value));
            false
        }
        _ => true,
    };
    let is_url = url.starts_with("postgres://") || url.starts_with("postgresql://");
    let rest = match (is_url, url.split_once('?')) {
        (true, None) => url.to_owned(),
        (true, Some((base, query))) => {
            let query: Vec<&str> = query.split('&').filter(|it| keep(it)).collect();
            match query.is_empty() {
                true => base.to_owned(),
                false => format!("{base}?{}", query.join("&")),
            }
        }
        (false, _) => url.split(' ').filter(|it| keep(it)).collect::<Vec<_>>().join(" "),
    };
    let roots = roots.filter(|it| it != "system").map(PathBuf::from);
    let (mode, trust) = match mode.as_deref() {
        Some("disable") => (SslMode::Disable, Trust::Anyone),
        None | Some("allow" | "prefer") => (SslMode::Prefer, Trust::Anyone),
        Some("require") if roots.is_some() => (SslMode::Require, Trust::Chain),
        Some("require") => (SslMode::Require, Trust::Anyone),
        Some("verify-ca") => (SslMode::Require, Trust::Chain),
        Some("verify-full") => (SslMode::Require, Trust::Name),
        Some(_) => {
            return Err(StoreError::Incompatible(
                "The database URL is wrong: sslmode is one of disable, prefer, require, \
                 verify-ca and verify-full."
                    .to_owned(),
            ));
        }
    };
    Ok((rest, Wish { mode, trust, roots }))
}

/// `%2F` and its like, as in a URL.
fn decode(text: &str) -> String {
    let mut bytes = Vec::new();
    let mut rest = text.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        let hex = after.get(..2).and_then(|it| std::str::from_utf8(it).ok());
        match (first, hex.and_then(|it| u8::from_str_radix(it, 16).ok())) {
            (b'%', Some(byte)) => {
                bytes.push(byte);
                rest = &after[2..];
            }
            _ => {
                bytes.push(*first);
                rest = after;
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

pub(crate) fn config(wish: &Wish) -> Result<ClientConfig> {
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let config = ClientConfig::builder_with_provider(provider.clone())
        .with_safe_default_protocol_versions()
        .map_err(unusable)?;
    if wish.trust == Trust::Anyone {
        let verifier = Arc::new(Lenient { inner: None, provider });
        return Ok(config
            .dangerous()
            .with_custom_certificate_verifier(verifier)
            .with_no_client_auth());
    }
    let roots = Arc::new(roots(wish)?);
    if wish.trust == Trust::Name {
        return Ok(config.with_root_certificates(roots).with_no_client_auth());
    }
    let inner = WebPkiServerVerifier::builder_with_provider(roots, provider.clone())
        .build()
        .map_err(unusable)?;
    let verifier = Arc::new(Lenient { inner: Some(inner), provider });
    Ok(config.dangerous().with_custom_certificate_verifier(verifier).with_no_client_auth())
}

fn roots(wish: &Wish) -> Result<RootCertStore> {
    let Some(path) = &wish.roots else {
        return Ok(webpki_roots::TLS_SERVER_ROOTS.iter().cloned().collect());
    };
    let unreadable = |why: String| {
        let path = path.display();
        StoreError::Incompatible(format!("The certificates in {path} cannot be used: {why}."))
    };
    let mut roots = RootCertStore::empty();
    let found = CertificateDer::pem_file_iter(path).map_err(|it| unreadable(it.to_string()))?;
    for certificate in found {
        let certificate = certificate.map_err(|it| unreadable(it.to_string()))?;
        roots.add(certificate).map_err(|it| unreadable(it.to_string()))?;
    }
    match roots.is_empty() {
        true => Err(unreadable("there is none".to_owned())),
        false => Ok(roots),
    }
}

fn unusable(error: impl std::fmt::Display) -> StoreError {
    StoreError::Incompatible(format!("TLS cannot be used: {error}."))
}

/// Checks the chain, or nothing, and never the name.
#[derive(Debug)]
struct Lenient {
    inner: Option<Arc<WebPkiServerVerifier>>,
    provider: Arc<CryptoProvider>,
}

impl ServerCertVerifier for Lenient {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        name: &ServerName<'_>,
        ocsp: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        use rustls::CertificateError::{NotValidForName, NotValidForNameContext};
        let Some(inner) = &self.inner else { return Ok(ServerCertVerified::assertion()) };
        match inner.verify_server_cert(end_entity, intermediates, name, ocsp, now) {
            // The name is looked at last, when all else was in order.
            Err(rustls::Error::InvalidCertificate(
                NotValidForName | NotValidForNameContext { .. },
            )) => Ok(ServerCertVerified::assertion()),
            other => other,
        }
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        let algorithms = &self.provider.signature_verification_algorithms;
        rustls::crypto::verify_tls12_signature(message, cert, signed, algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        let algorithms = &self.provider.signature_verification_algorithms;
        rustls::crypto::verify_tls13_signature(message, cert, signed, algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.provider.signature_verification_algorithms.supported_schemes()
    }
}
