//! Lines over a stream that may turn into TLS.

use std::{io, time::Duration};

use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio_rustls::TlsAcceptor;

/// Longest line, its end included.
const MAX_LINE_BYTES: usize = 16 * 1024;
/// A client that says nothing for so long is left.
const READ_TIMEOUT: Duration = Duration::from_mins(1);
const WRITE_TIMEOUT: Duration = Duration::from_secs(10);
const HANDSHAKE_TIMEOUT: Duration = Duration::from_secs(10);

/// A stream in both directions.
pub(crate) trait Stream: AsyncRead + AsyncWrite + Send + Unpin {}
impl<T: AsyncRead + AsyncWrite + Send + Unpin> Stream for T {}

/// One conversation's stream.
pub(crate) struct Wire {
    stream: Box<dyn Stream>,
    read: Vec<u8>,
}

impl Wire {
    pub(crate) fn new(stream: Box<dyn Stream>) -> Self {
        Self { stream, read: Vec::new() }
    }

    /// The next line without its end; `None` when the client has disconnected.
    pub(crate) async fn line(&mut self) -> io::Result<Option<Vec<u8>>> {
        loop {
            if let Some(end) = self.read.iter().position(|byte| *byte == b'\n') {
                let mut line: Vec<u8> = self.read.drain(..=end).collect();
                line.pop();
                if line.last() == Some(&b'\r') {
                    line.pop();
                }
                return Ok(Some(line));
            }
            if self.read.len() > MAX_LINE_BYTES {
                return Err(io::Error::new(io::ErrorKind::InvalidData, "line too long"));
            }
            let mut chunk = [0; 4096];
            let got = tokio::time::timeout(READ_TIMEOUT, self.stream.read(&mut chunk)).await??;
            if got == 0 {
                return Ok(None);
            }
            self.read.extend_from_slice(&chunk[..got]);
        }
    }

    pub(crate) async fn say(&mut self, lines: &str) -> io::Result<()> {
        let bytes = format!("{lines}\r\n");
        tokio::time::timeout(WRITE_TIMEOUT, async {
            self.stream.write_all(bytes.as_bytes()).await?;
            self.stream.flush().await
        })
        .await?
    }

    /// Turns into TLS; what was sent in the clear after STARTTLS is forgotten.
    pub(crate) async fn encrypt(self, acceptor: &TlsAcceptor) -> io::Result<Self> {
        let stream = tokio::time::timeout(HANDSHAKE_TIMEOUT, acceptor.accept(self.stream)).await??;
        Ok(Self::new(Box::new(stream)))
    }
}
