//! Everything that is wrong with the settings.

use std::fmt;

/// One variable that cannot be used. Never contains the value of a secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// Its name in the environment.
    pub variable: &'static str,
    /// What is wrong and what to write.
    pub message: String,
}

/// Everything that is wrong, in the order in which it was found, each thing once.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SettingsErrors {
    problems: Vec<Problem>,
}

impl SettingsErrors {
    /// What is wrong, each thing once.
    #[must_use]
    pub fn problems(&self) -> &[Problem] {
        &self.problems
    }

    /// Takes a section's value, or keeps its errors, so that several sections report together.
    pub fn keep<T>(&mut self, section: Result<T, Self>) -> Option<T> {
        match section {
            Ok(value) => Some(value),
            Err(errors) => {
                errors.problems.into_iter().for_each(|problem| self.add(problem));
                None
            }
        }
    }

    /// Fails if anything was kept.
    ///
    /// # Errors
    /// Itself, unless it is empty.
    pub fn into_result(self) -> Result<(), Self> {
        if self.problems.is_empty() { Ok(()) } else { Err(self) }
    }

    pub(super) fn add(&mut self, problem: Problem) {
        if !self.problems.contains(&problem) {
            self.problems.push(problem);
        }
    }
}

impl fmt::Display for SettingsErrors {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "the settings cannot be used:")?;
        self.problems.iter().try_for_each(|problem| write!(out, "\n  {}: {}", problem.variable, problem.message))
    }
}

impl std::error::Error for SettingsErrors {}
