use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use proptest::prelude::*;

use super::*;

const ED25519: &str = "ssh-ed25519 \
    AAAAC3NzaC1lZDI1NTE5AAAAIHMJwhzjgmTJdnLpEf6/cpa4ICysMRPPLsuPa+Q6UtWd";
const RSA_2048: &str = "ssh-rsa \
    AAAAB3NzaC1yc2EAAAADAQABAAABAQDU5z3OjYLYnWXKrd6I3U/bxSCd6g3R2BLrErt6usei7x+lf2akHQipCmY3fDQeuoe/6LwsJwjT9Ttn\
    ZBB4hRXm5z4qnqQf3enmfEdvPZ09ijzgOTAsnnHo1b+VoJYYq+4FZVSFrgybrjzd4foiTAB1KCk/mrvHlQSMgaQXEzo9YBh1YFjAxf3jjPWm\
    4q3TSP9I22YukgjHlfwJYw/4RmTx97V1J9R7Obtp+005H9D9H98kvAYln+Bbzo8ssytII+eqi9xxikePlNTG0iHeyq2sL4orObTvD4aVcbxx\
    h9/ZPiahNb59owh2l6CbW6uhD3fXqpEB/9P081qa1hjGFjgB";
const RSA_1024: &str = "ssh-rsa \
    AAAAB3NzaC1yc2EAAAADAQABAAAAgQDKzFsa9j5SDpZL6qxGZDwhuKRJU+nfAZlI10pB5SGRnyS+LN+Z1pdhblHuNUrcDgJMRZ74+wd22qel\
    n3qatid+XNsTgkaCCN31soNRBo0FNYIOuvoScrqOdD/mQQZger3gHHLjmUsnb9FnDccUk5U6slOI5nPl5KzQenRIsjU9cw==";
const P256: &str = "ecdsa-sha2-nistp256 \
    AAAAE2VjZHNhLXNoYTItbmlzdHAyNTYAAAAIbmlzdHAyNTYAAABBBPGvJtQfVcVUoVbHWdwcp2B6kQs8BElfqw7jRvo5NPmaDdYGoOGG5IdH\
    WhlTGAc2W+DcCSjanuk/F2RtdNsac44=";
const P384: &str = "ecdsa-sha2-nistp384 \
    AAAAE2VjZHNhLXNoYTItbmlzdHAzODQAAAAIbmlzdHAzODQAAABhBApTo89pF6SH8RF0RSIIBLc7mIHFWkKSEIsFxkCyDeQbu98PLwEL7Mc4\
    2OisHFAXqIBo3ti8LyI720vfMTKGayY4IewiJ9aoK3ofNjz10ZtiNE6MigpprKo633Knoy293w==";
const P521: &str = "ecdsa-sha2-nistp521 \
    AAAAE2VjZHNhLXNoYTItbmlzdHA1MjEAAAAIbmlzdHA1MjEAAACFBABr7KCrf7l/uDglbM1j8fMfpX3Ugy6Mv4+DfCqX9TFqP2zxO3a8STch\
    jgfbHPP1l1CGltjYtozTqou+sST3EdBX4wDK7+0GfvPf6b7ujGLa5d9Tpf4IcDOOpXqAetR98PsrEd78YeVipDfF384yt8KBod3xqliUFnUR\
    hc0wVdGcV9hKjQ==";

fn taken(text: &str) -> Option<String> {
    read("/ssh_public_key", text).ok()
}

/// Why a key is refused.
fn refusal(text: &str) -> String {
    let error = read("/ssh_public_key", text).unwrap_err();
    assert_eq!(error.fields[0].pointer, "/ssh_public_key", "{text:?}");
    error.fields[0].detail.clone()
}

/// A key from the parts of its blob, each with its length in front (RFC 4251, 5).
fn key(kind: &str, parts: &[&[u8]]) -> String {
    let mut blob = Vec::new();
    for part in [kind.as_bytes()].iter().chain(parts) {
        blob.extend(u32::try_from(part.len()).unwrap().to_be_bytes());
        blob.extend(*part);
    }
    format!("{kind} {}", STANDARD.encode(blob))
}

fn blob_of(key: &str) -> Vec<u8> {
    STANDARD.decode(key.split(' ').nth(1).unwrap()).unwrap()
}

fn with_blob(key: &str, blob: &[u8]) -> String {
    format!("{} {}", key.split(' ').next().unwrap(), STANDARD.encode(blob))
}

#[test]
fn keys_of_every_kind_that_servers_take() {
    for good in [ED25519, RSA_2048, P256, P384, P521] {
        assert_eq!(taken(good).as_deref(), Some(good));
        assert_eq!(taken(&format!("  {good} ada@laptop \r\n")), Some(format!("{good} ada@laptop")));
    }
    assert_eq!(taken(&format!("{ED25519}   Ada's laptop, 2026")), Some(format!("{ED25519} Ada's laptop, 2026")));
}

#[test]
fn people_know_a_key_by_its_fingerprint() {
    let known = describe(&format!("{ED25519} Ada's laptop, 2026")).unwrap();
    // ssh-keygen -lf says the same.
    assert_eq!(known.fingerprint, "SHA256:CelrSj2IqMI2rtBXP58Rcn5tqA7qMU/XFbFB9/h14AY");
    assert_eq!((known.algorithm.as_str(), known.comment.as_str()), ("ssh-ed25519", "Ada's laptop, 2026"));
    assert_eq!(describe(ED25519).unwrap().comment, "");
    assert_eq!(describe("nonsense"), None);
}

#[test]
fn a_line_that_pasting_broke_is_mended() {
    for good in [ED25519, RSA_2048, P521] {
        let (kind, blob) = good.split_once(' ').unwrap();
        let (one, two) = blob.split_at(blob.len() / 2);
        let whole = Some(format!("{good} ada@laptop"));
        assert_eq!(taken(&format!("{kind} {one}\n{two} ada@laptop")), whole, "within the base64");
        assert_eq!(taken(&format!("{kind}\r\n{one}\r\n  {two} ada@laptop\r\n")), whole, "behind the kind too");
        assert_eq!(taken(&format!("{kind} {blob}\nada@laptop")), whole, "before the comment");
        let narrow: Vec<&str> = blob.as_bytes().chunks(40).map(|piece| std::str::from_utf8(piece).unwrap()).collect();
        assert_eq!(taken(&format!("{kind} {}\n", narrow.join("\n"))), Some(good.to_owned()), "by a narrow terminal");
    }
}

#[test]
fn a_second_key_or_line_is_refused() {
    assert!(refusal(&format!("{ED25519} ada\n{P256} ada")).contains("one key only"));
    assert!(refusal(&format!("{ED25519}\n{P256}")).contains("one key only"));
    for separator in ["\n", "\r", "\r\n", "\u{85}", "\u{2028}", "\u{2029}", "\0"] {
        assert_eq!(taken(&format!("{ED25519} ada{separator}command=evil")), None, "{separator:?}");
    }
}

#[test]
fn weak_keys_are_refused() {
    assert!(refusal(RSA_1024).contains("2,048"));
    assert!(refusal(&key("ssh-rsa", &[&[1, 0, 1], &[0, 0x80, 1]])).contains("2,048"), "16 bits");
    let even: Vec<u8> = [vec![0, 0x80], vec![0; 255]].concat();
    assert!(refusal(&key("ssh-rsa", &[&[1, 0, 1], &even])).contains("damaged"), "an even modulus");
    let odd: Vec<u8> = [vec![0, 0x80], vec![0; 254], vec![1]].concat();
    assert!(refusal(&key("ssh-rsa", &[&[1], &odd])).contains("damaged"), "an exponent of 1");
}

#[test]
fn keys_of_security_tokens_are_refused() {
    let token = key("sk-ssh-ed25519@openssh.com", &[&[7; 32], b"ssh:"]);
    assert!(refusal(&token).contains("security tokens"));
    let point: Vec<u8> = [vec![4], vec![7; 64]].concat();
    let token = key("sk-ecdsa-sha2-nistp256@openssh.com", &[b"nistp256", &point, b"ssh:"]);
    assert!(refusal(&token).contains("security tokens"));
}

#[test]
fn what_is_not_exactly_a_key_is_refused() {
    for good in [ED25519, RSA_2048, P256, P384, P521] {
        let blob = blob_of(good);
        let behind = [blob.clone(), vec![0]].concat();
        assert_eq!(taken(&with_blob(good, &behind)), None, "with something behind it");
        for cut in [1, 2, blob.len() / 2, blob.len() - 12] {
            assert_eq!(taken(&with_blob(good, &blob[..blob.len() - cut])), None, "cut short by {cut}");
        }
        let text = &good[..good.len() - 1];
        assert_eq!(taken(text), None, "base64 cut short");
    }
    let other_kind = ED25519.replacen("ed25519", "rsa", 1);
    let other_curve = with_blob(P384, &blob_of(P256));
    for bad in [
        "",
        "hello",
        "ssh-ed25519",
        "ssh-ed25519 AAAA",
        "ssh-rsa nonsense",
        &other_kind,
        &other_curve,
        &format!("from=\"10.0.0.1\" {ED25519}"),
        &ED25519.replace(' ', ""),
        &key("ssh-dss", &[&[1], &[1], &[1], &[1]]),
        &key("ssh-ed25519-cert-v01@openssh.com", &[&[7; 32]]),
    ] {
        assert_eq!(taken(bad), None, "{bad:?}");
    }
    assert!(refusal("-----BEGIN OPENSSH PRIVATE KEY-----\naaaa").contains("private key"));
}

#[test]
fn a_point_must_lie_on_its_curve() {
    let mut blob = blob_of(P256);
    let last = blob.len() - 1;
    blob[last] ^= 1;
    assert!(refusal(&with_blob(P256, &blob)).contains("damaged"));
    let p384_named_p256: Vec<u8> = [vec![4], vec![7; 96]].concat();
    assert_eq!(taken(&key("ecdsa-sha2-nistp256", &[b"nistp256", &p384_named_p256])), None);
    assert_eq!(taken(&key("ecdsa-sha2-nistp256", &[b"nistp384", &p384_named_p256])), None);
}

proptest! {
    #[test]
    fn no_text_makes_it_panic(text in ".{0,200}", blob in proptest::collection::vec(any::<u8>(), 0..200)) {
        prop_assert_eq!(taken(&text), None);
        let _ = taken(&with_blob(ED25519, &blob));
        let _ = taken(&with_blob(RSA_2048, &[&blob_of(RSA_2048)[..15], &blob[..]].concat()));
    }
}
