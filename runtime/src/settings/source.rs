//! Where settings come from: the process's environment, and below it the file `.env`.

use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsString;
use std::fmt;
use std::sync::{Mutex, PoisonError};

use anyhow::Context as _;

/// The file in the working directory that fills in what the environment leaves out.
const FILE: &str = ".env";

/// Names and values. Its `Debug` shows no values.
#[derive(Default)]
pub struct Source {
    values: BTreeMap<String, String>,
    asked: Mutex<BTreeSet<String>>,
}

impl Source {
    /// The environment of this process, and the file `.env` of its working directory where the environment says
    /// nothing: a variable that is set, even to nothing, wins over the file.
    ///
    /// # Errors
    /// When the file exists and cannot be read (its lines are not shown: they may be secrets), or when one of our
    /// variables is not Unicode.
    pub fn from_process() -> anyhow::Result<Self> {
        let file = match std::fs::read_to_string(FILE) {
            Ok(file) => Some(file),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => None,
            Err(error) => return Err(error).context("the file .env exists but cannot be read"),
        };
        Self::from_file_and(file.as_deref().unwrap_or_default(), std::env::vars_os())
    }

    /// Exactly these pairs: for tests.
    pub fn from_pairs<K: Into<String>, V: Into<String>>(pairs: impl IntoIterator<Item = (K, V)>) -> Self {
        Self { values: pairs.into_iter().map(|(name, value)| (name.into(), value.into())).collect(), ..Self::default() }
    }

    pub(super) fn from_file_and(
        file: &str,
        environment: impl IntoIterator<Item = (OsString, OsString)>,
    ) -> anyhow::Result<Self> {
        let mut values = BTreeMap::new();
        for pair in dotenvy::from_read_iter(file.as_bytes()) {
            let (name, value) = pair.map_err(|error| unreadable(file, &error))?;
            values.insert(name, value);
        }
        for (name, value) in environment {
            let Ok(name) = name.into_string() else {
                continue;
            };
            match value.into_string() {
                Ok(value) => drop(values.insert(name, value)),
                Err(_) if super::VARS.iter().any(|var| var.name == name) => {
                    anyhow::bail!("{name} is not Unicode")
                }
                Err(_) => {}
            }
        }
        Ok(Self { values, ..Self::default() })
    }

    /// The value of a variable, or nothing if it is unset or empty.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.asked.lock().unwrap_or_else(PoisonError::into_inner).insert(name.to_owned());
        self.values.get(name).map(String::as_str).filter(|value| !value.trim().is_empty())
    }

    #[cfg(test)]
    pub(super) fn asked(&self) -> BTreeSet<String> {
        self.asked.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

fn unreadable(file: &str, error: &dotenvy::Error) -> anyhow::Error {
    let number = match error {
        dotenvy::Error::LineParse(text, _) => file.lines().position(|line| line.trim() == text.trim()),
        _ => None,
    };
    match number {
        Some(number) => anyhow::anyhow!("line {} of the file .env cannot be read: write NAME=value", number + 1),
        None => anyhow::anyhow!("the file .env cannot be read: write lines of NAME=value"),
    }
}

impl fmt::Debug for Source {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Source").field("names", &self.values.keys()).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_file_does_not_override_the_environment() {
        let file = "PORT=1111\nHOST=0.0.0.0\n# CLIENT_URL=x\nCOMPANY_NAME='Acme & $ons'\nTRUST_PROXY=10.0.0.0/8\n";
        let environment = [("PORT", "2222"), ("TRUST_PROXY", "")].map(|(name, value)| (name.into(), value.into()));
        let source = Source::from_file_and(file, environment).expect("readable");
        assert_eq!(source.get("PORT"), Some("2222"), "the environment wins");
        assert_eq!(source.get("HOST"), Some("0.0.0.0"), "the file fills in");
        assert_eq!(source.get("TRUST_PROXY"), None, "set to nothing wins too");
        assert_eq!(source.get("CLIENT_URL"), None);
        assert_eq!(source.get("COMPANY_NAME"), Some("Acme & $ons"));
    }

    #[test]
    fn a_file_that_cannot_be_read_is_not_shown() {
        let error = Source::from_file_and("PORT=1\nJWT_SECRET='MARK\n", []).expect_err("an open quote");
        assert!(!format!("{error:?}").contains("MARK"), "{error:?}");
        assert!(error.to_string().contains("line 2"), "{error}");
    }

    #[test]
    fn what_is_not_unicode_is_refused_where_it_is_ours() {
        use std::os::unix::ffi::OsStringExt as _;
        let bad = || OsString::from_vec(vec![0xff, 0xfe]);
        let error = Source::from_file_and("", [("COMPANY_NAME".into(), bad())]).expect_err("not Unicode");
        assert!(error.to_string().contains("COMPANY_NAME"));
        assert!(Source::from_file_and("", [("LS_COLORS".into(), bad()), (bad(), bad())]).is_ok());
    }
}
