//! Services over a connection with a state (SSH): the server speaks first, and both sides talk
//! until one of them has had enough.

use bytes::{Bytes, BytesMut};
use tokio::io::AsyncBufRead;

use super::{
    PackStream, Protocol, Service,
    pktline::{MAX_PACKET, Packet, PacketReader, put_packet, take_packet},
    pump::{complaint, feed, pass, start},
};
use crate::{
    Error, GitCommand, HIDDEN_REFS, Repository, Result,
    tree::{check_listable, tree_of},
};

/// Seconds without a word from the client after which `upload-pack` gives up.
const SILENCE: &str = "--timeout=900";
/// What one request of protocol version 2 may take, in bytes: some 300,000 objects.
const REQUEST_LIMIT: usize = 16 * 1024 * 1024;
/// What the arguments of an archive may take, in bytes.
const ARGUMENTS_LIMIT: usize = 64 * 1024;

impl Repository {
    /// What the server says first: for version 2 what the service can do, else every reference.
    ///
    /// # Errors
    /// [`Error::Process`], [`Error::Repository`].
    pub async fn greet(&self, service: Service, protocol: Protocol) -> Result<Bytes> {
        let advertisement = self.advertise(service, protocol).await?;
        let is_marked = |rest: &[u8]| rest.starts_with(b"# service=");
        if !advertisement.get(4..).is_some_and(is_marked) {
            return Ok(advertisement);
        }
        // Smart HTTP puts a line and a flush before it.
        let mut rest = BytesMut::from(&advertisement[..]);
        take_packet(&mut rest)?;
        take_packet(&mut rest)?;
        Ok(rest.freeze())
    }

    /// A whole fetch in protocol version 0 or 1, the greeting included. What the client says comes
    /// from `input`. Dropping the stream kills the process.
    ///
    /// # Errors
    /// [`Error::Io`] when git cannot be started.
    pub fn upload_session(
        &self,
        protocol: Protocol,
        input: impl AsyncBufRead + Send + Unpin + 'static,
    ) -> Result<PackStream> {
        let command = GitCommand::new("upload-pack")
            .args(["--strict", SILENCE])
            .arg(self.path())
            .env("GIT_PROTOCOL", protocol.environment());
        run(&command, Bytes::new(), input)
    }

    /// An archive for `git archive --remote`. Only what references name can be had.
    ///
    /// # Errors
    /// [`Error::Protocol`] when the request is none; [`Error::Invalid`] when it asks for what
    /// nobody gets; [`Error::Io`].
    pub async fn upload_archive(
        &self,
        mut input: impl AsyncBufRead + Send + Unpin + 'static,
    ) -> Result<PackStream> {
        let mut reader = PacketReader::new(&mut input, ARGUMENTS_LIMIT);
        let mut arguments = Vec::new();
        loop {
            match reader.next().await? {
                Some(Packet::Flush) => break,
                Some(packet @ Packet::Data(_)) => {
                    let line = packet.line().unwrap_or_default();
                    let argument = line.strip_prefix(b"argument ").ok_or_else(|| {
                        Error::Protocol("an archive is asked for by arguments".to_owned())
                    })?;
                    arguments.push(String::from_utf8_lossy(argument).into_owned());
                }
                _ => return Err(Error::Protocol("the request ends too early".to_owned())),
            }
        }
        check_archive(&arguments)?;
        let repository = self.clone();
        let name = arguments.iter().find(|argument| !argument.starts_with('-')).cloned();
        let listable = move || match name.map(|name| name.split(':').next().map(str::to_owned)) {
            // What does not exist is git's to complain of.
            Some(Some(name)) => match repository.resolve(&name) {
                Ok(commit) => {
                    let repo = repository.local();
                    check_listable(&repo, tree_of(&repo, commit)?)
                }
                Err(_) => Ok(()),
            },
            _ => Ok(()),
        };
        tokio::task::spawn_blocking(listable)
            .await
            .map_err(|error| Error::Repository(error.to_string()))??;
        let head = reader.into_raw();
        let command = GitCommand::new("upload-archive").arg(self.path());
        run(&command, head, input)
    }
}

/// Reads one request of protocol version 2; `None` when the client has had enough.
///
/// # Errors
/// [`Error::Protocol`] when it is none, or longer than 16 MiB; [`Error::Io`].
pub async fn read_request(input: &mut (impl AsyncBufRead + Unpin)) -> Result<Option<Bytes>> {
    let mut reader = PacketReader::new(input, REQUEST_LIMIT);
    let mut first = true;
    loop {
        match reader.next().await? {
            None | Some(Packet::Flush) if first => return Ok(None),
            Some(Packet::Flush) => return Ok(Some(reader.into_raw())),
            None => return Err(Error::Protocol("the request ends too early".to_owned())),
            Some(_) => first = false,
        }
    }
}

/// The options that have a meaning at the far end.
pub(crate) fn check_archive(arguments: &[String]) -> Result<()> {
    let refused = |what: &str| Err(Error::Invalid(format!("{what} is not possible here")));
    let mut names = arguments.iter().skip_while(|argument| argument.starts_with('-'));
    for option in arguments.iter().take_while(|argument| argument.starts_with('-')) {
        let level = option.len() == 2 && option.as_bytes()[1].is_ascii_digit();
        let known = matches!(option.as_str(), "-l" | "--list" | "-v" | "--verbose")
            || option.starts_with("--format=")
            || option.starts_with("--prefix=");
        if !level && !known {
            return refused(option);
        }
    }
    let Some(name) = names.next() else { return Ok(()) };
    let reference = name.split(':').next().unwrap_or_default();
    let hidden = HIDDEN_REFS.trim_end_matches('/');
    let is_hidden = |name: &str| {
        name.strip_prefix(hidden).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    };
    if is_hidden(reference) || is_hidden(&format!("refs/{reference}")) {
        return Err(Error::NotFound(format!("no such ref: {reference}")));
    }
    Ok(())
}

/// Connects a process with a client until the process ends.
fn run(
    command: &GitCommand,
    head: Bytes,
    mut input: impl AsyncBufRead + Send + Unpin + 'static,
) -> Result<PackStream> {
    let (mut process, stdin, mut stdout, stderr) = start(command)?;
    let (sender, stream) = PackStream::channel();
    tokio::spawn(async move {
        let work = async {
            let answer = async {
                while let Some(chunk) = stdout.next().await? {
                    pass(&sender, chunk).await?;
                }
                Ok(())
            };
            let ended = async {
                let (answered, complaint) = tokio::join!(answer, complaint(stderr));
                answered?;
                process.wait(&complaint).await
            };
            tokio::pin!(ended);
            // The client may keep its side open for as long as it likes.
            tokio::select! {
                outcome = &mut ended => outcome,
                fed = feed(stdin, &head, &mut input) => {
                    fed?;
                    ended.await
                }
            }
        };
        tokio::select! {
            () = sender.closed() => {}
            outcome = work => if let Err(error) = outcome {
                drop(sender.send(Err(error)).await);
            },
        }
    });
    Ok(stream)
}

/// A message that `git archive --remote` shows when nothing comes.
pub fn refuse_archive(message: &str) -> Bytes {
    let mut out = BytesMut::new();
    let message = message.replace(['\n', '\r'], " ");
    let message = &message[..message.floor_char_boundary(MAX_PACKET - 16)];
    put_packet(&mut out, format!("NACK {message}\n").as_bytes());
    super::pktline::put_flush(&mut out);
    out.freeze()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(arguments: &[&str]) -> Result<()> {
        check_archive(&arguments.iter().map(|&word| word.to_owned()).collect::<Vec<_>>())
    }

    #[test]
    fn an_archive_has_options_without_effect_here() {
        check(&["--format=zip", "--prefix=a/", "-9", "v1", "src", "--weird-name"]).unwrap();
        check(&["--list"]).unwrap();
        check(&["internals"]).unwrap();
        for option in ["--output=/etc/passwd", "--exec=sh", "--remote=x", "--add-file=/etc/passwd"]
        {
            assert!(check(&[option, "HEAD"]).is_err(), "{option}");
        }
    }

    #[test]
    fn hidden_references_are_not_archived() {
        for name in ["refs/internal/x", "internal/x", "internal/x:src", "refs/internal"] {
            assert!(check(&["--format=tar", name]).is_err(), "{name}");
        }
    }

    #[tokio::test]
    async fn requests_end_by_a_flush() {
        let mut input = &b"0009first00010005a00000007bye0000"[..];
        let first = read_request(&mut input).await.unwrap().unwrap();
        assert_eq!(&first[..], b"0009first00010005a0000");
        assert_eq!(input, b"0007bye0000");
        assert!(read_request(&mut &b"0000"[..]).await.unwrap().is_none());
        assert!(read_request(&mut &b""[..]).await.unwrap().is_none());
        assert!(read_request(&mut &b"0009first"[..]).await.is_err());
    }
}
