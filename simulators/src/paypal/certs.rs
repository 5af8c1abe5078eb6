//! Certificates that messages are signed with: an authority of its own, and what a forger would have.

use aws_lc_rs::encoding::{AsDer, Pkcs8V1Der};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::KeySize;
use aws_lc_rs::signature::{RSA_PKCS1_SHA256, RsaKeyPair};
use rcgen::{
    BasicConstraints, CertificateParams, CertifiedIssuer, DnType, ExtendedKeyUsagePurpose, IsCa, KeyPair,
    KeyUsagePurpose, PKCS_RSA_SHA256, date_time_ymd,
};
use rustls::pki_types::PrivatePkcs8KeyDer;
use serde::{Deserialize, Serialize};
use std::sync::OnceLock;

/// The name that the real certificates have.
const NAME: &str = "messageverificationcerts.paypal.com";

type Issuer = CertifiedIssuer<'static, KeyPair>;

/// How a message is signed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Forgery {
    /// As every genuine message.
    #[default]
    Genuine,
    /// By a certificate with the right name, of another authority.
    WrongAuthority,
    /// By a certificate with the right name that nobody vouches for.
    SelfSigned,
    /// By a certificate of the right authority that has expired.
    Expired,
    /// By a certificate of the right authority with another name.
    OtherName,
    /// For another application's webhook.
    OtherApp,
    /// As PayPal's webhooks simulator signs: for the id `WEBHOOK_ID`.
    Simulator,
}

impl Forgery {
    const ALL: [Self; 7] = [
        Self::Genuine,
        Self::WrongAuthority,
        Self::SelfSigned,
        Self::Expired,
        Self::OtherName,
        Self::OtherApp,
        Self::Simulator,
    ];

    /// The certificate's name in its address.
    pub(super) fn certificate(self) -> &'static str {
        match self {
            Self::Genuine | Self::OtherApp | Self::Simulator => "CERT-360caa42-fca2a594-1d93a270",
            Self::WrongAuthority => "CERT-360caa42-fca2a594-00000001",
            Self::SelfSigned => "CERT-360caa42-fca2a594-00000002",
            Self::Expired => "CERT-360caa42-fca2a594-00000003",
            Self::OtherName => "CERT-360caa42-fca2a594-00000004",
        }
    }
}

/// The authority, and the key of all its certificates: made when it is first needed, because that takes a moment.
pub(super) struct Authority {
    root: Issuer,
    middle: Issuer,
    key: OnceLock<RsaKeyPair>,
    strangers: OnceLock<Issuer>,
}

impl Authority {
    pub(super) fn generate() -> anyhow::Result<Self> {
        let root = Issuer::self_signed(authority("Simulated root", true), KeyPair::generate()?)?;
        let middle = Issuer::signed_by(authority("Simulated issuer", false), KeyPair::generate()?, &root)?;
        Ok(Self { root, middle, key: OnceLock::new(), strangers: OnceLock::new() })
    }

    /// The root that those trust who trust the simulator.
    pub(super) fn root_pem(&self) -> String {
        self.root.pem()
    }

    /// RSA-SHA256 of a message in base64.
    pub(super) fn sign(&self, message: &[u8]) -> Vec<u8> {
        let key = self.key();
        let mut signature = vec![0; key.public_modulus_len()];
        key.sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), message, &mut signature).expect("a signature");
        signature
    }

    /// A certificate by the last part of its address, with what stands between it and the root.
    pub(super) fn certificate(&self, name: &str) -> Option<String> {
        let forgery = Forgery::ALL.into_iter().find(|forgery| forgery.certificate() == name)?;
        self.issue(forgery).ok()
    }

    fn issue(&self, forgery: Forgery) -> anyhow::Result<String> {
        let der = AsDer::<Pkcs8V1Der<'_>>::as_der(self.key())?;
        let key = PrivatePkcs8KeyDer::from(der.as_ref().to_vec());
        let key = KeyPair::from_pkcs8_der_and_sign_algo(&key, &PKCS_RSA_SHA256)?;
        let name =
            if forgery == Forgery::OtherName { "messageverificationcerts.paypal.com.evil.example" } else { NAME };
        let mut params = CertificateParams::new(vec![name.to_owned()])?;
        params.distinguished_name.push(DnType::CommonName, name);
        params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth, ExtendedKeyUsagePurpose::ClientAuth];
        params.not_before = date_time_ymd(2020, 1, 1);
        params.not_after =
            if forgery == Forgery::Expired { date_time_ymd(2021, 1, 1) } else { date_time_ymd(2120, 1, 1) };
        Ok(match forgery {
            Forgery::SelfSigned => params.self_signed(&key)?.pem(),
            Forgery::WrongAuthority => params.signed_by(&key, self.strangers())?.pem(),
            _ => format!("{}{}", params.signed_by(&key, &self.middle)?.pem(), self.middle.pem()),
        })
    }

    fn key(&self) -> &RsaKeyPair {
        self.key.get_or_init(|| RsaKeyPair::generate(KeySize::Rsa2048).expect("an RSA key"))
    }

    fn strangers(&self) -> &Issuer {
        self.strangers.get_or_init(|| {
            let key = KeyPair::generate().expect("a key of P-256");
            Issuer::self_signed(authority("Another root", true), key).expect("an authority")
        })
    }
}

fn authority(name: &str, root: bool) -> CertificateParams {
    let mut params = CertificateParams::default();
    params.is_ca = IsCa::Ca(if root { BasicConstraints::Unconstrained } else { BasicConstraints::Constrained(0) });
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::DigitalSignature];
    params.not_before = date_time_ymd(2020, 1, 1);
    params.not_after = date_time_ymd(2120, 1, 1);
    params.distinguished_name.push(DnType::CommonName, name);
    params
}
