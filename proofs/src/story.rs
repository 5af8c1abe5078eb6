//! A story: numbered steps with their times.

use std::time::Instant;

use anyhow::{Context as _, Result};
use testkit::stack::Stack;

use crate::checker::Checker;
use crate::figures::Figures;

/// Jobs that have not ended, for the report of a story that failed.
const OPEN: &str = "
select kind || ' ' || id || ' is ' || state || ' until ' || run_at || ', attempts ' || attempts || ', crashes '
    || crashes || ': ' || coalesce(error->>'admin', '') || ' ' || step_data
from job
where finished_at is null
order by id
limit 20";

/// Prints each step with its time and stops at the first that fails.
#[derive(Debug)]
pub struct Story {
    began: Instant,
    steps: u32,
    figures: Figures,
}

impl Story {
    /// A story by the word that plays it and its title.
    #[must_use]
    pub fn begin(word: &str, title: &str) -> Self {
        println!("\n{title}\n");
        Self { began: Instant::now(), steps: 0, figures: Figures::of(word) }
    }

    /// Plays a step.
    ///
    /// # Errors
    /// The step's own, under its name.
    pub async fn step<T>(&mut self, name: &str, play: impl Future<Output = Result<T>>) -> Result<T> {
        self.steps += 1;
        let began = Instant::now();
        let outcome = play.await;
        let (mark, seconds) = (if outcome.is_ok() { "✓" } else { "✗" }, began.elapsed().as_secs_f64());
        println!("{:>3}  {mark}  {seconds:>7.2} s  {name}", self.steps);
        if let Some(before) = self.figures.note(name, seconds) {
            Self::figure(&format!("GREW: it took {before:.2} s in the last run"));
        }
        outcome.with_context(|| format!("step {}: {name}", self.steps))
    }

    /// Says a figure under the last step.
    pub fn figure(words: &str) {
        println!("                   {words}");
    }

    /// Ends the story.
    pub fn end(self) {
        println!("\nPROVEN: {} steps in {:.1} s", self.steps, self.began.elapsed().as_secs_f64());
        if let Err(error) = self.figures.keep() {
            eprintln!("the figures were not kept for the next run: {error:#}");
        }
    }
}

/// What is known of an installation on which a step failed: the ends of its logs, and its open jobs.
pub async fn last_words(stack: &Stack, checker: &Checker) {
    for name in ["api", "worker-1", "worker-2", "scheduler"] {
        eprintln!("\n--- last lines of {name} ---\n{}", stack.log_tail(name, 25));
    }
    eprintln!("\n--- open jobs ---");
    for words in checker.words(OPEN).await.unwrap_or_else(|error| vec![format!("not read: {error:#}")]) {
        eprintln!("{words}");
    }
}
