//! When to stop: SIGTERM and SIGINT.

use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio_util::sync::CancellationToken;

/// What the second signal ends the process with: the shell's own code for "interrupted".
const INTERRUPTED: i32 = 130;

/// A token that is cancelled by the first SIGTERM or SIGINT; the second one ends the process at once with 130.
///
/// Signals are caught from the moment that this returns.
///
/// # Panics
/// Outside a tokio runtime, and where the operating system refuses a signal handler.
#[must_use]
pub fn listen() -> CancellationToken {
    Shutdown::listen().token
}

/// The signal to stop, to be cloned into everything that runs.
#[derive(Clone, Debug)]
pub struct Shutdown {
    /// Cancelled when the process is to finish what it holds and take nothing new.
    pub token: CancellationToken,
}

impl Shutdown {
    /// As [`listen`], whole.
    ///
    /// # Panics
    /// As [`listen`].
    #[must_use]
    pub fn listen() -> Self {
        let token = CancellationToken::new();
        let terminate = signal(SignalKind::terminate()).expect("a handler for SIGTERM");
        let interrupt = signal(SignalKind::interrupt()).expect("a handler for SIGINT");
        tokio::spawn(obey(terminate, interrupt, token.clone()));
        Self { token }
    }
}

async fn obey(mut terminate: Signal, mut interrupt: Signal, token: CancellationToken) {
    let name = next(&mut terminate, &mut interrupt).await;
    tracing::info!(signal = name, "stopping; send it again to stop at once");
    token.cancel();
    let name = next(&mut terminate, &mut interrupt).await;
    tracing::warn!(signal = name, "stopping at once; another process resumes the jobs held here");
    std::process::exit(INTERRUPTED);
}

async fn next(terminate: &mut Signal, interrupt: &mut Signal) -> &'static str {
    tokio::select! {
        _ = terminate.recv() => "SIGTERM",
        _ = interrupt.recv() => "SIGINT",
    }
}

#[cfg(test)]
mod tests {
    use std::io::{BufRead as _, BufReader};
    use std::process::{Child, Command, Stdio};
    use std::time::Duration;

    const CHILD: &str = "RUNTIME_SHUTDOWN_CHILD";

    /// Not a test of its own: what the tests below start and send signals to.
    #[tokio::test]
    async fn child() {
        if std::env::var_os(CHILD).is_some() {
            let token = super::listen();
            println!("\nlistening");
            token.cancelled().await;
            println!("\nstopping");
            // Long enough for the second signal; ends by itself where a test forgot it.
            tokio::time::sleep(Duration::from_secs(20)).await;
        }
    }

    fn start() -> (Child, impl FnMut(&str)) {
        let mut child = Command::new(std::env::current_exe().expect("this program"))
            .args(["--exact", "shutdown::tests::child", "--nocapture"])
            .env(CHILD, "1")
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("started");
        let mut lines = BufReader::new(child.stdout.take().expect("its output")).lines();
        let wait_for = move |word: &str| {
            let found = lines.by_ref().map_while(Result::ok).any(|line| line == word);
            assert!(found, "the child ended before it said {word}");
        };
        (child, wait_for)
    }

    fn send(signal: &str, child: &Child) {
        let sent = Command::new("kill").args([signal, &child.id().to_string()]).status().expect("kill");
        assert!(sent.success());
    }

    #[test]
    fn the_first_signal_asks_and_the_second_one_ends() {
        for (first, second) in [("-TERM", "-INT"), ("-INT", "-TERM")] {
            let (mut child, mut wait_for) = start();
            wait_for("listening");
            send(first, &child);
            wait_for("stopping");
            assert_eq!(child.try_wait().expect("a child"), None, "the first signal must not end it");
            send(second, &child);
            assert_eq!(child.wait().expect("a child").code(), Some(super::INTERRUPTED));
        }
    }
}
