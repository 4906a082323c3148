//! Fetches.

use bytes::Bytes;
use tokio::{io::AsyncBufRead, sync::mpsc};

use super::{
    PackStream, Protocol, error_packet,
    listing::LsRefs,
    pktline::{Packet, PacketReader},
    pump::{complaint, feed, pass, start},
};
use crate::{Error, GitCommand, Repository, Result};

/// What a request for references may take, in bytes.
const LS_REFS_LIMIT: usize = 4 * 1024 * 1024;
/// Seconds without a word from the client after which `upload-pack` gives up.
const SILENCE: &str = "--timeout=900";

/// The head of a request of protocol version 2.
enum Command {
    LsRefs(LsRefs),
    /// Anything else, and what was read of it.
    Other(Bytes),
}

impl Repository {
    /// Answers one request to `git-upload-pack`: the body of a response to the body of a request.
    /// The listing of references in protocol version 2 needs no process.
    ///
    /// A request that git does not understand is answered, like git does, by a message to the
    /// client; the stream ends with an error when the process fails in the middle. Dropping the
    /// stream kills the process.
    ///
    /// # Errors
    /// [`Error::Io`] when the request cannot be read or git not be started.
    pub async fn upload_pack(
        &self,
        protocol: Protocol,
        mut input: impl AsyncBufRead + Send + Unpin + 'static,
    ) -> Result<PackStream> {
        let head = if protocol == Protocol::V2 {
            match read_command(&mut input).await {
                Ok(Command::LsRefs(request)) => {
                    let repository = self.clone();
                    let answer = tokio::task::spawn_blocking(move || repository.ls_refs(&request))
                        .await
                        .map_err(|error| Error::Repository(error.to_string()))??;
                    return Ok(PackStream::ready(answer));
                }
                Ok(Command::Other(head)) => head,
                Err(Error::Protocol(message)) => {
                    return Ok(PackStream::ready(error_packet(&message)));
                }
                Err(other) => return Err(other),
            }
        } else {
            Bytes::new()
        };
        let command = GitCommand::new("upload-pack")
            .args(["--stateless-rpc", "--strict", SILENCE])
            .arg(self.path())
            .env("GIT_PROTOCOL", protocol.environment());
        let (sender, stream) = PackStream::channel();
        let started = start(&command)?;
        tokio::spawn(async move {
            let gone = sender.clone();
            tokio::select! {
                // Whoever drops the stream drops the process with this task's state.
                () = gone.closed() => {}
                result = exchange(started, head, input, &sender) => {
                    if let Err(error) = result {
                        tracing::debug!(%error, "a fetch failed");
                        drop(sender.send(Err(error)).await);
                    }
                }
            }
        });
        Ok(stream)
    }
}

async fn exchange(
    (mut process, stdin, mut stdout, stderr): (
        crate::process::AsyncProcess,
        tokio::process::ChildStdin,
        super::pump::Chunks<tokio::process::ChildStdout>,
        tokio::process::ChildStderr,
    ),
    head: Bytes,
    mut input: impl AsyncBufRead + Send + Unpin,
    sender: &mpsc::Sender<Result<Bytes>>,
) -> Result<()> {
    let answer = async {
        let mut silent = true;
        while let Some(chunk) = stdout.next().await? {
            silent = false;
            pass(sender, chunk).await?;
        }
        Ok(silent)
    };
    let (fed, answered, complaint) =
        tokio::join!(feed(stdin, &head, &mut input), answer, complaint(stderr));
    let silent = answered?;
    fed?;
    match process.wait(&complaint).await {
        Err(error @ Error::Process { .. }) => {
            // When it has said something, then also what was wrong; git's words for the operator
            // are not for the client.
            tracing::debug!(%error, "a fetch was refused");
            if silent {
                drop(sender.send(Ok(error_packet("git cannot answer this request"))).await);
            }
            Ok(())
        }
        other => other,
    }
}

async fn read_command(input: &mut (impl AsyncBufRead + Unpin)) -> Result<Command> {
    let mut reader = PacketReader::new(input, LS_REFS_LIMIT);
    let first = reader.next().await?;
    if first.as_ref().and_then(Packet::line) != Some(b"command=ls-refs") {
        return Ok(Command::Other(reader.into_raw()));
    }
    let mut request = LsRefs::default();
    let mut in_arguments = false;
    loop {
        let packet = reader.next().await?;
        match packet.as_ref().map(|packet| (packet, packet.line())) {
            Some((Packet::Flush, _)) => return Ok(Command::LsRefs(request)),
            Some((Packet::Delimiter, _)) if !in_arguments => in_arguments = true,
            Some((_, Some(line))) if !in_arguments => {
                // Everything but the object format is for information.
                if line.starts_with(b"object-format=") && line != b"object-format=sha1" {
                    return Ok(Command::Other(reader.into_raw()));
                }
            }
            Some((_, Some(b"peel"))) => request.peel = true,
            Some((_, Some(b"symrefs"))) => request.symrefs = true,
            Some((_, Some(b"unborn"))) => request.unborn = true,
            Some((_, Some(line))) if line.starts_with(b"ref-prefix ") => {
                request.prefixes.push(line[b"ref-prefix ".len()..].to_vec());
            }
            // Git itself may know more, or complain in its own words.
            _ => return Ok(Command::Other(reader.into_raw())),
        }
    }
}
