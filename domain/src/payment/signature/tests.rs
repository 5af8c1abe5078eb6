use super::*;

fn verifier(trust: &Trust) -> Verifier {
    Verifier::new(trust, "5GP028458E2496506").expect("a verifier")
}

#[test]
fn a_certificate_is_fetched_from_exact_hosts_alone() {
    let live = verifier(&Trust::Live);
    for host in ["api.paypal.com", "api-m.paypal.com"] {
        let url = format!("https://{host}/v1/notifications/certs/CERT-360caa42-fca2a594-1d93a270");
        assert_eq!(live.address(&url).map(|url| url.to_string()), Ok(url));
    }
    let certificate = "/v1/notifications/certs/CERT-1";
    for evil in [
        format!("http://api.paypal.com{certificate}"),
        format!("https://api.sandbox.paypal.com{certificate}"),
        format!("https://api.paypal.com.evil.example{certificate}"),
        format!("https://evil.example{certificate}"),
        format!("https://evil.example/https://api.paypal.com{certificate}"),
        format!("https://api.paypal.com@evil.example{certificate}"),
        format!("https://user@api.paypal.com{certificate}"),
        format!("https://api.paypal.com:444{certificate}"),
        format!("https://api.paypal.com:443{certificate}"),
        format!("https://API.paypal.com{certificate}"),
        format!("https://api.paypal.com.{certificate}"),
        format!("https://api.paypal.com\\@evil.example{certificate}"),
        format!("https://api.paypal.com{certificate}?to=evil.example"),
        format!("https://api.paypal.com{certificate}#x"),
        format!("https://api.paypal.com{certificate} "),
        format!(" https://api.paypal.com{certificate}"),
        format!("https://api.paypal.com{certificate}/../../../x"),
        "https://api.paypal.com/v1/notifications/certs/".to_owned(),
        "https://api.paypal.com/v1/notifications/certs/../../x".to_owned(),
        "https://api.paypal.com/v1/notifications/certs/..%2f..%2fx".to_owned(),
        "https://api.paypal.com/v1/notifications/certs".to_owned(),
        "https://api.paypal.com/v1/oauth2/token".to_owned(),
        "https://127.0.0.1/v1/notifications/certs/CERT-1".to_owned(),
        "file:///v1/notifications/certs/CERT-1".to_owned(),
        "//api.paypal.com/v1/notifications/certs/CERT-1".to_owned(),
        format!("https://api.paypal.com{certificate}{}", "1".repeat(500)),
        String::new(),
    ] {
        assert_eq!(live.address(&evil), Err(Refusal::Address), "{evil}");
    }
    let sandbox = verifier(&Trust::Sandbox);
    assert!(sandbox.address(&format!("https://api-m.sandbox.paypal.com{certificate}")).is_ok());
    assert!(sandbox.address(&format!("https://api-m.paypal.com{certificate}")).is_err());
}

#[test]
fn a_payer_is_sent_to_the_provider_alone() {
    let (live, sandbox) = (verifier(&Trust::Live), verifier(&Trust::Sandbox));
    let page = |host: &str| format!("https://{host}/checkoutnow?token=5O190127TN364715T");
    assert!(live.page_allowed(&page("www.paypal.com")));
    assert!(sandbox.page_allowed(&page("www.sandbox.paypal.com")));
    assert!(!live.page_allowed(&page("www.sandbox.paypal.com")));
    assert!(!sandbox.page_allowed(&page("www.paypal.com")));
    for evil in ["www.paypal.com.evil.example", "evil.example", "www.paypal.com@evil.example", "www.paypa1.com"] {
        assert!(!live.page_allowed(&page(evil)), "{evil}");
    }
    for evil in ["http://www.paypal.com/", "javascript:alert(1)", "//www.paypal.com/", "", "data:text/html,x"] {
        assert!(!live.page_allowed(evil), "{evil}");
    }
}

#[test]
fn an_id_that_is_anybodys_is_no_webhook() {
    for bad in ["WEBHOOK_ID", "webhook_id", "", "two words", "a|b", &"A".repeat(51)] {
        assert_eq!(Verifier::new(&Trust::Live, bad).map(|_| ()), Err(Refusal::WebhookId), "{bad}");
    }
}

#[test]
fn a_mode_is_a_word() {
    for mode in [Mode::Live, Mode::Sandbox, Mode::Simulated] {
        assert_eq!(Mode::of(mode.as_str()), Some(mode));
    }
    assert_eq!(Mode::of("Live"), None);
}

#[test]
fn what_is_no_certificate_is_none() {
    let live = verifier(&Trust::Live);
    for junk in ["", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n", "<html></html>"] {
        assert_eq!(live.certificate(junk.as_bytes(), DateTime::UNIX_EPOCH), Err(Refusal::Unreadable), "{junk}");
    }
    assert_eq!(live.certificate(&vec![b'a'; 100_000], DateTime::UNIX_EPOCH), Err(Refusal::Unreadable));
}
