//! An SMTP server for tests, on the real wire: it keeps what it is sent.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::io::{AsyncBufReadExt as _, AsyncRead, AsyncWrite, AsyncWriteExt as _, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;

use crate::{Mailer, Settings, Tls};

/// A letter that has arrived.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Arrived {
    /// Whom it is from, as the envelope says.
    pub from: String,
    /// Whom it is for, as the envelope says.
    pub to: Vec<String>,
    /// Its lines, with its head.
    pub text: String,
    /// What was shown as user and password, in base64.
    pub shown: Option<String>,
    /// Whether the line was encrypted.
    pub sealed: bool,
}

/// The server. It ends with its runtime.
#[derive(Debug, Clone)]
pub struct Post {
    /// Its port on 127.0.0.1.
    pub port: u16,
    kept: Arc<Mutex<Kept>>,
}

#[derive(Debug, Default)]
struct Kept {
    letters: Vec<Arrived>,
    answers: VecDeque<&'static str>,
}

impl Post {
    /// A server without encryption.
    ///
    /// # Panics
    /// When the machine has no port left.
    pub async fn open() -> Self {
        Self::serve(None, false).await
    }

    /// A server that encrypts: at once, or when it is asked to.
    ///
    /// # Panics
    /// When the machine has no port left.
    pub async fn sealed(acceptor: TlsAcceptor, at_once: bool) -> Self {
        Self::serve(Some(acceptor), at_once).await
    }

    async fn serve(acceptor: Option<TlsAcceptor>, at_once: bool) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let port = listener.local_addr().expect("an address").port();
        let kept = Arc::new(Mutex::new(Kept::default()));
        let here = Arc::clone(&kept);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let (kept, acceptor) = (Arc::clone(&here), acceptor.clone());
                tokio::spawn(async move { talk(stream, acceptor, at_once, &kept).await });
            }
        });
        Self { port, kept }
    }

    /// A mailer that hands its letters to this server, unencrypted.
    ///
    /// # Panics
    /// Never: its settings are fit for use.
    #[must_use]
    pub fn mailer(&self) -> Mailer {
        Mailer::new(Settings {
            host: "127.0.0.1".to_owned(),
            port: self.port,
            tls: Tls::Off,
            from: "Mortise <mortise@example.com>".to_owned(),
            ..Settings::default()
        })
        .expect("settings")
    }

    /// What has arrived so far.
    #[must_use]
    pub fn arrived(&self) -> Vec<Arrived> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner).letters.clone()
    }

    /// Has the next letter answered with this, when it has been read.
    pub fn answer(&self, line: &'static str) {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner).answers.push_back(line);
    }
}

async fn talk(stream: TcpStream, acceptor: Option<TlsAcceptor>, at_once: bool, kept: &Mutex<Kept>) {
    match acceptor {
        Some(acceptor) if at_once => {
            if let Ok(stream) = acceptor.accept(stream).await {
                converse(stream, true, true, false, kept).await;
            }
        }
        Some(acceptor) => {
            if let Some(stream) = converse(stream, true, false, true, kept).await
                && let Ok(stream) = acceptor.accept(stream).await
            {
                converse(stream, false, true, false, kept).await;
            }
        }
        None => {
            converse(stream, true, false, false, kept).await;
        }
    }
}

/// Talks until the line ends or is to be encrypted; then it is given back.
async fn converse<S: AsyncRead + AsyncWrite + Unpin>(
    stream: S,
    greet: bool,
    sealed: bool,
    can_seal: bool,
    kept: &Mutex<Kept>,
) -> Option<S> {
    let mut stream = BufReader::new(stream);
    if greet {
        stream.write_all(b"220 post.test ESMTP\r\n").await.ok()?;
    }
    let mut letter = Arrived { sealed, ..Arrived::default() };
    loop {
        let line = heard(&mut stream).await?;
        let word = line.get(..4).unwrap_or_default().to_uppercase();
        let answer = match word.as_str() {
            "EHLO" if can_seal => "250-post.test\r\n250-8BITMIME\r\n250 STARTTLS",
            "EHLO" => "250-post.test\r\n250-8BITMIME\r\n250 AUTH PLAIN LOGIN",
            "STAR" if can_seal => {
                stream.write_all(b"220 go on\r\n").await.ok()?;
                return Some(stream.into_inner());
            }
            "AUTH" => {
                letter.shown = line.rsplit(' ').next().map(str::to_owned);
                "235 known"
            }
            "MAIL" => {
                letter.from = between(&line);
                "250 good"
            }
            "RCPT" if line.contains("nobody@") => "550 5.1.1 no such person",
            "RCPT" => {
                letter.to.push(between(&line));
                "250 good"
            }
            "DATA" => {
                stream.write_all(b"354 go on\r\n").await.ok()?;
                loop {
                    let line = heard(&mut stream).await?;
                    if line == "." {
                        break;
                    }
                    letter.text.push_str(line.strip_prefix('.').unwrap_or(&line));
                    letter.text.push('\n');
                }
                let mut kept = kept.lock().unwrap_or_else(PoisonError::into_inner);
                let answer = kept.answers.pop_front().unwrap_or("250 2.0.0 queued as 7");
                if answer.starts_with('2') {
                    kept.letters.push(letter.clone());
                }
                letter = Arrived { sealed, shown: letter.shown, ..Arrived::default() };
                answer
            }
            "QUIT" => {
                stream.write_all(b"221 bye\r\n").await.ok()?;
                return None;
            }
            _ => "502 what?",
        };
        stream.write_all(format!("{answer}\r\n").as_bytes()).await.ok()?;
    }
}

async fn heard<S: AsyncRead + Unpin>(stream: &mut BufReader<S>) -> Option<String> {
    let mut line = String::new();
    let read = stream.read_line(&mut line).await.ok()?;
    (read > 0).then(|| line.trim_end_matches(['\r', '\n']).to_owned())
}

fn between(line: &str) -> String {
    line.split_once('<')
        .and_then(|(_, rest)| rest.split_once('>'))
        .map(|(address, _)| address.to_owned())
        .unwrap_or_default()
}
