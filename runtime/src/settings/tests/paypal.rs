//! Access to the payment provider.

use super::*;

const PAYPAL: [(&str, &str); 4] = [
    ("PAYPAL_MODE", "live"),
    ("PAYPAL_CLIENT_ID", "AZ-abc_1"),
    ("PAYPAL_CLIENT_SECRET", "hunter2-MARK"),
    ("PAYPAL_WEBHOOK_ID", "5GP028458E2496506"),
];

#[test]
fn payments_are_whole_or_off() {
    let production = |other: &[_]| with(&PRODUCTION, &[&PAYPAL, other].concat());
    assert!(Paypal::load(&with(&PRODUCTION, &[])).expect("right").is_none(), "off unless a mode is named");
    assert_eq!(wrong(&production(&[])), BTreeSet::new());
    let live = Paypal::load(&production(&[])).expect("right").expect("set");
    assert_eq!((live.mode, live.webhook_id.as_str()), (PaypalMode::Live, "5GP028458E2496506"));
    let sandbox = Paypal::load(&production(&[("PAYPAL_MODE", "sandbox")])).expect("right").expect("set");
    assert_eq!(sandbox.mode, PaypalMode::Sandbox);
    assert_eq!(wrong(&production(&[("PAYPAL_MODE", "")])), ["PAYPAL_MODE"].into(), "an application of no mode");
    for name in ["PAYPAL_CLIENT_ID", "PAYPAL_CLIENT_SECRET", "PAYPAL_WEBHOOK_ID"] {
        assert_eq!(wrong(&production(&[(name, "")])), [name].into());
    }
    for (name, value) in [
        ("PAYPAL_MODE", "Live"),
        ("PAYPAL_MODE", "production"),
        ("PAYPAL_CLIENT_ID", "two words"),
        ("PAYPAL_WEBHOOK_ID", "WEBHOOK_ID"),
        ("PAYPAL_WEBHOOK_ID", "webhook_id"),
        ("PAYPAL_WEBHOOK_ID", "a|b"),
    ] {
        assert_eq!(wrong(&production(&[(name, value)])), [name].into(), "{value}");
    }
    assert!(!errors(&production(&[("PAYPAL_CLIENT_SECRET", " MARK ")])).to_string().contains("MARK"));
}

#[test]
fn a_simulated_payment_is_for_development_alone() {
    let simulated = [
        ("PAYPAL_MODE", "simulated"),
        ("PAYPAL_SIMULATED_URL", "http://127.0.0.1:4240"),
        ("PAYPAL_SIMULATED_CA_FILE", "/tmp/paypal-ca.pem"),
    ];
    let all = [PAYPAL.as_slice(), &simulated].concat();
    assert_eq!(wrong(&with(&PRODUCTION, &all)), ["PAYPAL_MODE"].into(), "production refuses it");
    let development = |other: &[_]| with(&PRODUCTION, &[&all, [("APP_ENV", "development")].as_slice(), other].concat());
    let paypal = Paypal::load(&development(&[])).expect("right").expect("set");
    assert!(matches!(paypal.mode, PaypalMode::Simulated { .. }));
    for (name, value) in [
        ("PAYPAL_SIMULATED_URL", ""),
        ("PAYPAL_SIMULATED_URL", "https://pay.example"),
        ("PAYPAL_SIMULATED_URL", "http://127.0.0.1:4240/?a=b"),
        ("PAYPAL_SIMULATED_CA_FILE", ""),
    ] {
        assert_eq!(wrong(&development(&[(name, value)])), [name].into(), "{value}");
    }
    // In another mode nobody reads them, whatever they say.
    let unread = [&all[..], &[("PAYPAL_MODE", "live"), ("PAYPAL_SIMULATED_URL", "junk")]].concat();
    assert_eq!(wrong(&with(&PRODUCTION, &unread)), BTreeSet::new());
}
