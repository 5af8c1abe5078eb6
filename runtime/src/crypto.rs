//! The one TLS provider of the process: aws-lc-rs.

/// Makes aws-lc-rs the provider of every rustls configuration in this process. Safe to call again.
pub fn install() {
    // An error means that a provider is already installed, which is what was requested.
    let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
}

#[cfg(test)]
mod tests {
    #[test]
    fn installs_once_and_again() {
        super::install();
        super::install();
        let provider = rustls::crypto::CryptoProvider::get_default().expect("a provider is installed");
        assert!(!provider.cipher_suites.is_empty());
    }
}
