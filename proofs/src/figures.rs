//! The figures of a story's last run, kept beside it so that a step that grew from 2 s to 30 s is seen.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};

/// Names the folder of the figures; `./dev prove` sets it for whole stories.
const FOLDER: &str = "SKYPANEL_FIGURES";

/// A step grew when it took so many times what it took before…
const TIMES: f64 = 2.0;
/// …and so many seconds more: short steps vary.
const SECONDS: f64 = 2.0;

/// What each step of a story took, in seconds, in this run and in the last one that was proven.
#[derive(Debug, Default)]
pub struct Figures {
    file: Option<PathBuf>,
    before: BTreeMap<String, f64>,
    now: BTreeMap<String, f64>,
}

impl Figures {
    /// Of a story, by the folder that the environment names; without one nothing is kept or compared.
    #[must_use]
    pub fn of(story: &str) -> Self {
        match std::env::var_os(FOLDER) {
            Some(folder) => Self::at(&Path::new(&folder).join(format!("{story}.json"))),
            None => Self::default(),
        }
    }

    fn at(file: &Path) -> Self {
        let before = std::fs::read(file).ok().and_then(|text| serde_json::from_slice(&text).ok()).unwrap_or_default();
        Self { file: Some(file.to_owned()), before, now: BTreeMap::new() }
    }

    /// Takes down what a step took; one that is played again adds to it. Returns what it took in the last run if it
    /// grew since.
    pub fn note(&mut self, step: &str, seconds: f64) -> Option<f64> {
        let now = self.now.entry(step.to_owned()).or_default();
        *now += seconds;
        let before = *self.before.get(step)?;
        (*now > before * TIMES && *now > before + SECONDS).then_some(before)
    }

    /// Writes this run's figures over the last one's.
    ///
    /// # Errors
    /// When the file can't be written.
    pub fn keep(&self) -> Result<()> {
        let Some(file) = &self.file else { return Ok(()) };
        let text = serde_json::to_string_pretty(&self.now)?;
        std::fs::write(file, text).with_context(|| format!("writing {}", file.display()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_step_that_grew_is_seen() {
        let file = std::env::temp_dir().join(format!("skypanel-figures-{}.json", std::process::id()));
        let mut first = Figures::at(&file);
        assert_eq!((first.note("boots", 2.0), first.note("a look", 0.1)), (None, None), "there is no run before");
        first.keep().unwrap();
        let mut second = Figures::at(&file);
        assert_eq!(second.note("boots", 30.0), Some(2.0));
        assert_eq!(second.note("a look", 0.9), None, "short steps vary");
        assert_eq!(second.note("another", 30.0), None, "it is new");
        second.keep().unwrap();
        assert_eq!(Figures::at(&file).note("boots", 31.0), None, "it is compared with the last run alone");
        std::fs::remove_file(&file).unwrap();
    }
}
