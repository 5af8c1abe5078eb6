//! What works, and yet should not stay so: said in the log at the start, and by `skypanel doctor`.

use url::Host;

use super::stores::{Distance, VERIFY, unverified};
use super::{App, Database, Http, Redis, Source};

/// A setting that an operator should look at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Advice {
    /// Its name in the environment, or in the file of settings.
    pub variable: String,
    /// What may happen, and what to write. Never a secret.
    pub message: String,
}

/// Everything about these settings that works and should not stay so. Settings that are wrong have no advice: they are
/// refused elsewhere.
#[must_use]
pub fn advice(source: &Source) -> Vec<Advice> {
    let mut found = Vec::new();
    let mut add = |variable: &str, message: String| found.push(Advice { variable: variable.to_owned(), message });
    if Http::load(source).is_ok_and(|http| http.secure_cookies && http.trusted_proxies.is_empty()) {
        let message = "is empty, but CLIENT_URL is https, so a proxy is in front of us: all clients would share its \
                       address, and with it one limit. Name the proxy's network";
        add("TRUST_PROXY", message.to_owned());
    }
    if Http::load(source).is_ok_and(|http| !matches!(http.client_url.host(), Some(Host::Domain(_)))) {
        let message = "is an address in figures, for which browsers make no passkeys. Write a name: on the own \
                       computer http://localhost with the port";
        add("CLIENT_URL", message.to_owned());
    }
    if !App::load(source).is_ok_and(|app| app.production) {
        return found;
    }
    if let Ok(database) = Database::load(source) {
        let urls = [("DATABASE_URL", Some(&database.url)), ("DATABASE_OWNER_URL", database.owner_url.as_ref())];
        for (name, _) in urls.iter().filter(|(_, url)| url.is_some_and(|url| unverified(url) == Distance::Elsewhere)) {
            let message = "another host, whose certificate is not verified: a third party between could read along or \
                           pretend to be it";
            add(name, format!("names {message}. {VERIFY}; DATABASE_TLS=require refuses to start without"));
        }
    }
    if Redis::load(source).is_ok_and(|redis| unverified(&redis.url) == Distance::Elsewhere) {
        add("REDIS_URL", "names another host without TLS: its password crosses the line. Write rediss://".to_owned());
    }
    found
}

/// What the lines of a `.env` file will not be taken for what they look like, by docker compose and by us alike.
#[must_use]
pub fn misquoted(file: &str) -> Vec<Advice> {
    let assigned =
        |line: &'_ str| line.trim_start().split_once('=').map(|(name, value)| (name.to_owned(), value.to_owned()));
    let lines = file.lines().filter(|line| !line.trim_start().starts_with('#')).filter_map(assigned);
    let with_fault = |(name, value): (String, String)| {
        let name = name.trim().trim_start_matches("export ").trim().to_owned();
        let message = fault(&name, value.trim())?.to_owned();
        Some(Advice { variable: name, message })
    };
    lines.filter_map(with_fault).collect()
}

/// Words that become part of an address.
const IN_ADDRESSES: [&str; 3] = ["SKYPANEL_OWNER_PASSWORD", "SKYPANEL_APP_PASSWORD", "REDIS_PASSWORD"];

fn fault(name: &str, value: &str) -> Option<&'static str> {
    let bare = value.trim_matches(['\'', '"']);
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
    if IN_ADDRESSES.contains(&name) && !bare.bytes().all(plain) {
        return Some("becomes part of an address: use letters and digits alone, such as: openssl rand -hex 24");
    }
    if value.starts_with('\'') {
        return None;
    }
    if value.replace("\\$", "").contains('$') {
        return Some(
            "has a $ outside 'single quotes', which is replaced by a variable: put the value in 'single quotes'",
        );
    }
    if !value.starts_with('"') && (value.contains(" #") || value.contains("\t#")) {
        return Some("has a # after a space, where a comment begins: put the value in 'single quotes'");
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(file: &str) -> Vec<String> {
        misquoted(file).into_iter().map(|advice| advice.variable).collect()
    }

    #[test]
    fn a_dollar_stands_in_single_quotes() {
        assert_eq!(names("A=pa$word\nB=\"pa$word\"\nexport C=${D}\n"), ["A", "B", "C"]);
        assert!(names("A='pa$word'\n# B=pa$word\nC=pa\\$word\nD=plain\nE=\n").is_empty());
        assert_eq!(names("A=two words # three\n"), ["A"]);
        assert!(names("A='two words # three'\nB=a#b\n").is_empty());
    }

    #[test]
    fn passwords_in_addresses_are_letters_and_digits() {
        assert_eq!(
            names("REDIS_PASSWORD=a/b\nSKYPANEL_APP_PASSWORD='a@b'\nPOSTGRES_PASSWORD=a/b\n"),
            ["REDIS_PASSWORD", "SKYPANEL_APP_PASSWORD"]
        );
        let said = format!("{:?}", misquoted("SMTP2GO_PASSWORD=MARK$x\n"));
        assert!(said.contains("SMTP2GO_PASSWORD") && !said.contains("MARK"), "{said}");
    }
}
