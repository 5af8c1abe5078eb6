//! A certificate's chain, name and time, and what it signed.

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use chrono::{DateTime, Utc};
use rustls_pki_types::{CertificateDer, ServerName, TrustAnchor, UnixTime, pem::PemObject as _};
use webpki::{EndEntityCert, KeyUsage};
use x509_parser::prelude::{FromDer as _, X509Certificate};

use super::Refusal;

/// Certificates in one file: the provider's, and what stands between it and a root.
const MAX_CHAIN: usize = 8;
/// The most of a file that is read.
const MAX_PEM_BYTES: usize = 64 * 1024;
/// What the name begins and ends with; between them stands the world.
const NAME_BEGINS: &str = "messageverificationcerts.";
const NAME_ENDS: &str = ".paypal.com";

/// The certificate of a file, if it may sign messages at this time.
pub(super) fn check(
    roots: &[TrustAnchor<'static>],
    pem: &[u8],
    now: DateTime<Utc>,
) -> Result<CertificateDer<'static>, Refusal> {
    if pem.len() > MAX_PEM_BYTES {
        return Err(Refusal::Unreadable);
    }
    let all: Vec<_> =
        CertificateDer::pem_slice_iter(pem).take(MAX_CHAIN + 1).collect::<Result<_, _>>().unwrap_or_default();
    let (first, between) = match all.as_slice() {
        [first, between @ ..] if between.len() < MAX_CHAIN => (first.clone(), between.to_vec()),
        _ => return Err(Refusal::Unreadable),
    };
    let name = name(&first)?;
    let seconds = u64::try_from(now.timestamp()).map_err(|_| Refusal::Expired)?;
    let time = UnixTime::since_unix_epoch(Duration::from_secs(seconds));
    {
        let certificate = EndEntityCert::try_from(&first).map_err(|_| Refusal::Unreadable)?;
        let known = webpki::ALL_VERIFICATION_ALGS;
        let usage = KeyUsage::server_auth();
        certificate.verify_for_usage(known, roots, &between, time, usage, None, None).map_err(|error| match error {
            webpki::Error::CertExpired { .. } | webpki::Error::CertNotValidYet { .. } => Refusal::Expired,
            _ => Refusal::Untrusted,
        })?;
        // What authorities vouch for are the alternative names: the common one alone is anybody's word.
        let vouched = ServerName::try_from(name.as_str()).map_err(|_| Refusal::Name)?;
        certificate.verify_is_valid_for_subject_name(&vouched).map_err(|_| Refusal::Name)?;
    }
    Ok(first)
}

/// Whether a signature in base64 is the certificate's of this text.
pub(super) fn verify(certificate: &CertificateDer<'_>, signed: &[u8], signature: &str) -> Result<(), Refusal> {
    let signature = STANDARD.decode(signature).map_err(|_| Refusal::Header)?;
    let certificate = EndEntityCert::try_from(certificate).map_err(|_| Refusal::Unreadable)?;
    let algorithm = webpki::aws_lc_rs::RSA_PKCS1_2048_8192_SHA256;
    certificate.verify_signature(algorithm, signed, &signature).map_err(|_| Refusal::Signature)
}

/// The one common name, if it is that of certificates for messages.
fn name(der: &CertificateDer<'_>) -> Result<String, Refusal> {
    let (rest, certificate) = X509Certificate::from_der(der).map_err(|_| Refusal::Unreadable)?;
    if !rest.is_empty() {
        return Err(Refusal::Unreadable);
    }
    let names: Vec<&str> = certificate.subject().iter_common_name().filter_map(|name| name.as_str().ok()).collect();
    let [name] = names.as_slice() else { return Err(Refusal::Name) };
    let label = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-' || byte == b'.';
    // The shortest has one dot between: both ends share it.
    let right = name.len() >= NAME_BEGINS.len() + NAME_ENDS.len() - 1
        && name.starts_with(NAME_BEGINS)
        && name.ends_with(NAME_ENDS)
        && name.bytes().all(label);
    if right { Ok((*name).to_owned()) } else { Err(Refusal::Name) }
}
