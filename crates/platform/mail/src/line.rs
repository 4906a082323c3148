//! The line to the server, encrypted as the settings say.

use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use base::{Error, Result};
use lettre::transport::smtp::client::AsyncTokioStream;
use rustls::ClientConfig;
use rustls::crypto::aws_lc_rs;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls_platform_verifier::Verifier;
use tokio::io::{
    AsyncBufReadExt as _, AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _, BufReader,
    ReadBuf,
};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

use crate::Tls;

/// The longest answer before the line is encrypted, in bytes.
const LONGEST: u64 = 64 << 10;

/// What is trusted: the machine's roots and `authority`, which is PEM.
pub(crate) fn trust(authority: &[u8]) -> Result<Arc<ClientConfig>> {
    let extra: Vec<CertificateDer<'static>> = CertificateDer::pem_slice_iter(authority)
        .collect::<std::result::Result<_, _>>()
        .map_err(|_| Error::invalid("mail-authority", "is not a file of certificates (PEM)"))?;
    if extra.is_empty() && !authority.is_empty() {
        return Err(Error::invalid("mail-authority", "has no certificate in it"));
    }
    let provider = Arc::new(aws_lc_rs::default_provider());
    let verifier = Verifier::new_with_extra_roots(extra, Arc::clone(&provider))
        .map_err(|_| Error::invalid("mail-authority", "has a certificate that cannot be used"))?;
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(Error::internal)?
        .dangerous()
        .with_custom_certificate_verifier(Arc::new(verifier))
        .with_no_client_auth();
    Ok(Arc::new(config))
}

/// A line on which the server's greeting comes next.
#[derive(Debug)]
pub(crate) enum Line {
    Plain(TcpStream),
    /// With the greeting that was heard before it was encrypted; the server
    /// does not repeat it.
    Sealed(Box<TlsStream<TcpStream>>, &'static [u8]),
}

/// Calls the server.
pub(crate) async fn call(
    host: &str,
    port: u16,
    tls: Tls,
    trust: &Arc<ClientConfig>,
    name: &str,
) -> Result<Line> {
    let stream = TcpStream::connect((host, port)).await.map_err(|error| {
        Error::unavailable(format!("the mail server cannot be reached: {error}"))
    })?;
    let greeted: &'static [u8] = match tls {
        Tls::Off => return Ok(Line::Plain(stream)),
        Tls::Always => b"",
        Tls::Start => b"220 encrypted\r\n",
    };
    let stream = if tls == Tls::Start { ask(stream, name).await? } else { stream };
    let server = ServerName::try_from(host.to_owned())
        .map_err(|_| Error::invalid("mail-server", "has no name that a certificate could have"))?;
    let sealed = TlsConnector::from(Arc::clone(trust)).connect(server, stream).await;
    let sealed = sealed.map_err(|error| {
        Error::unavailable(format!("the line to the mail server cannot be encrypted: {error}"))
    })?;
    Ok(Line::Sealed(Box::new(sealed), greeted))
}

/// Has the server begin to encrypt.
async fn ask(stream: TcpStream, name: &str) -> Result<TcpStream> {
    let mut stream = BufReader::new(stream);
    answer(&mut stream, 220).await?;
    tell(&mut stream, &format!("EHLO {name}\r\n")).await?;
    let offers = answer(&mut stream, 250).await?;
    if !offers.iter().any(|line| line.trim().eq_ignore_ascii_case("STARTTLS")) {
        return Err(Error::unsupported(
            "the mail server does not offer STARTTLS, and nothing is sent without",
        ));
    }
    tell(&mut stream, "STARTTLS\r\n").await?;
    answer(&mut stream, 220).await?;
    // What came before the line was encrypted may be anybody's.
    if !stream.buffer().is_empty() {
        return Err(Error::unavailable("the mail server said something before it was asked"));
    }
    Ok(stream.into_inner())
}

async fn tell(stream: &mut BufReader<TcpStream>, text: &str) -> Result<()> {
    stream.write_all(text.as_bytes()).await.map_err(|error| broken(&error))
}

fn broken(error: &io::Error) -> Error {
    Error::unavailable(format!("the line to the mail server broke: {error}"))
}

/// The lines of an answer without their codes.
async fn answer(stream: &mut BufReader<TcpStream>, wanted: u16) -> Result<Vec<String>> {
    let mut lines = Vec::new();
    let mut limited = stream.take(LONGEST);
    loop {
        let mut bytes = Vec::new();
        limited.read_until(b'\n', &mut bytes).await.map_err(|error| broken(&error))?;
        let line = String::from_utf8_lossy(&bytes);
        let line = line.trim_end();
        let (Some(code), Some(text)) = (line.get(..3), line.get(3..)) else {
            return Err(Error::unavailable("the mail server does not speak SMTP"));
        };
        if code.parse() != Ok(wanted) {
            let said: String = line.chars().filter(|c| !c.is_control()).take(200).collect();
            return Err(Error::unavailable(format!("the mail server answered {said}")));
        }
        lines.push(text.get(1..).unwrap_or_default().to_owned());
        if !text.starts_with('-') {
            return Ok(lines);
        }
    }
}

impl AsyncTokioStream for Line {
    fn peer_addr(&self) -> io::Result<SocketAddr> {
        match self {
            Self::Plain(stream) => stream.peer_addr(),
            Self::Sealed(stream, _) => stream.get_ref().0.peer_addr(),
        }
    }
}

impl AsyncRead for Line {
    fn poll_read(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        match self.get_mut() {
            Self::Plain(stream) => Pin::new(stream).poll_read(context, buffer),
            Self::Sealed(stream, []) => Pin::new(stream.as_mut()).poll_read(context, buffer),
            Self::Sealed(_, greeted) => {
                let (now, later) = greeted.split_at(greeted.len().min(buffer.remaining()));
                buffer.put_slice(now);
                *greeted = later;
                Poll::Ready(Ok(()))
            }
        }
    }
}

impl AsyncWrite for Line {
    fn poll_write(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        match self.get_mut() {
            Self::Plain(stream) => Pin::new(stream).poll_write(context, bytes),
            Self::Sealed(stream, _) => Pin::new(stream.as_mut()).poll_write(context, bytes),
        }
    }

    fn poll_flush(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        match self.get_mut() {
            Self::Plain(stream) => Pin::new(stream).poll_flush(context),
            Self::Sealed(stream, _) => Pin::new(stream.as_mut()).poll_flush(context),
        }
    }

    fn poll_shutdown(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        match self.get_mut() {
            Self::Plain(stream) => Pin::new(stream).poll_shutdown(context),
            Self::Sealed(stream, _) => Pin::new(stream.as_mut()).poll_shutdown(context),
        }
    }
}
