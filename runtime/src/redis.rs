//! Does Redis answer? The one question that may be asked of it outside `workers`.

use std::time::{Duration, Instant};

use anyhow::Context as _;
use secrecy::ExposeSecret as _;

use crate::settings::Redis;

/// Asks Redis for a PONG over a connection of its own, and returns how long the answer took.
///
/// # Errors
/// When the address cannot be used, or connecting and answering take longer than `timeout` together. The words never
/// contain the address, since it may contain a password.
pub async fn ping(redis: &Redis, timeout: Duration) -> anyhow::Result<Duration> {
    let client = ::redis::Client::open(redis.url.expose_secret()).context("REDIS_URL cannot be used")?;
    let asked = async {
        let config = ::redis::AsyncConnectionConfig::new()
            .set_connection_timeout(Some(timeout))
            .set_response_timeout(Some(timeout));
        let mut connection =
            client.get_multiplexed_async_connection_with_config(&config).await.context("no connection to Redis")?;
        let start = Instant::now();
        let answer: String =
            ::redis::cmd("PING").query_async(&mut connection).await.context("Redis did not answer PING")?;
        anyhow::ensure!(answer == "PONG", "the server at REDIS_URL is not Redis");
        Ok(start.elapsed())
    };
    tokio::time::timeout(timeout, asked)
        .await
        .with_context(|| format!("Redis did not answer within {} ms", timeout.as_millis()))?
}

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
    use tokio::net::TcpListener;

    use super::*;
    use crate::settings::Source;

    fn redis(port: u16) -> Redis {
        let url = format!("redis://:hunter2@127.0.0.1:{port}/0");
        Redis::load(&Source::from_pairs([("REDIS_URL", url)])).expect("settings")
    }

    /// Answers PING with `answer`, or with nothing at all, and every other command with OK.
    async fn server(answer: Option<&'static str>) -> u16 {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let port = listener.local_addr().expect("an address").port();
        tokio::spawn(async move {
            while let Ok((mut stream, _)) = listener.accept().await {
                tokio::spawn(async move {
                    let mut read = [0; 4096];
                    while let Ok(length @ 1..) = stream.read(&mut read).await {
                        let Some(answer) = answer else { continue };
                        for word in String::from_utf8_lossy(&read[..length]).split("\r\n") {
                            let said = match word {
                                "PING" => answer,
                                "AUTH" | "CLIENT" | "SELECT" => "+OK\r\n",
                                _ => "",
                            };
                            stream.write_all(said.as_bytes()).await.expect("written");
                        }
                    }
                });
            }
        });
        port
    }

    #[tokio::test]
    async fn a_pong_is_an_answer() {
        let port = server(Some("+PONG\r\n")).await;
        let took = ping(&redis(port), Duration::from_secs(5)).await.expect("an answer");
        assert!(took < Duration::from_secs(5));
    }

    #[tokio::test]
    async fn something_else_is_not() {
        let port = server(Some("+HELLO\r\n")).await;
        ping(&redis(port), Duration::from_secs(5)).await.expect_err("not Redis");
    }

    #[tokio::test]
    async fn silence_ends_at_the_timeout_and_errors_keep_the_password() {
        let silent = server(None).await;
        let start = Instant::now();
        let error = ping(&redis(silent), Duration::from_millis(200)).await.expect_err("silence");
        assert!(start.elapsed() < Duration::from_secs(3), "{:?}", start.elapsed());
        let nobody =
            { TcpListener::bind("127.0.0.1:0").await.expect("a port").local_addr().expect("an address").port() };
        let refused = ping(&redis(nobody), Duration::from_secs(2)).await.expect_err("nobody listens");
        for error in [error, refused] {
            assert!(!format!("{error:?} {error:#}").contains("hunter2"), "{error:?}");
        }
    }
}
