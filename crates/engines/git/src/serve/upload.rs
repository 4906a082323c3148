//! Fetches.

use std::{collections::BTreeSet, sync::LazyLock};

use bytes::{Bytes, BytesMut};
use tokio::{
    io::AsyncBufRead,
    sync::{Semaphore, SemaphorePermit, mpsc},
};

use super::{
    PackStream, Protocol, error_packet,
    listing::LsRefs,
    pktline::{Packet, PacketReader, put_flush, put_packet},
    pump::{complaint, feed, pass, start},
    share::{self, Key, Producer, Role},
};
use crate::{Error, GitCommand, ObjectFormat, Repository, Result};

/// What a request for references may take, in bytes.
const LS_REFS_LIMIT: usize = 4 * 1024 * 1024;
/// Seconds without a word from the client after which `upload-pack` gives up.
const SILENCE: &str = "--timeout=900";

/// A request to fetch with more than this, in bytes, is not compared with others.
const FETCH_LIMIT: usize = 1024 * 1024;

/// The head of a request of protocol version 2.
enum Command {
    LsRefs(LsRefs),
    /// The whole of a `fetch`, as it is compared with others.
    Fetch(Bytes),
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
        let mut head = Bytes::new();
        if protocol == Protocol::V2 {
            match read_command(&mut input, self.format()).await {
                Ok(Command::LsRefs(request)) => {
                    let repository = self.clone();
                    let answer = tokio::task::spawn_blocking(move || repository.ls_refs(&request))
                        .await
                        .map_err(|error| Error::Repository(error.to_string()))??;
                    return Ok(PackStream::ready(answer));
                }
                Ok(Command::Fetch(request)) => return self.fetch(request).await,
                Ok(Command::Other(read)) => head = read,
                Err(Error::Protocol(message)) => {
                    return Ok(PackStream::ready(error_packet(&message)));
                }
                Err(other) => return Err(other),
            }
        }
        let (sender, stream) = PackStream::channel();
        let command = self.command(protocol);
        tokio::spawn(async move {
            let gone = sender.clone();
            let work = async {
                let _turn = turn().await;
                let sink = Sink::Client(&sender);
                exchange(start(&command)?, head, input, sink).await.map(drop)
            };
            tokio::select! {
                // Whoever drops the stream drops the process with this task's state.
                () = gone.closed() => {}
                result = work => {
                    if let Err(error) = result {
                        tracing::debug!(%error, "a fetch failed");
                        drop(sender.send(Err(error)).await);
                    }
                }
            }
        });
        Ok(stream)
    }

    fn command(&self, protocol: Protocol) -> GitCommand {
        GitCommand::new("upload-pack")
            .args(["--stateless-rpc", "--strict", SILENCE])
            .arg(self.path())
            .env("GIT_PROTOCOL", protocol.environment())
    }

    /// Answers a whole request to fetch, together with others that are the same.
    async fn fetch(&self, request: Bytes) -> Result<PackStream> {
        let (sender, stream) = PackStream::channel();
        let (repository, compared) = (self.clone(), request.clone());
        let role = tokio::task::spawn_blocking(move || {
            Key::of(&repository, &compared).map(share::take_part).transpose()
        })
        .await
        .map_err(|error| Error::Repository(error.to_string()))??;
        let command = self.command(Protocol::V2);
        let (producer, reader) = match role {
            Some(Role::Read(reader)) => (None, Some(reader)),
            Some(Role::Make(producer, reader)) => (Some(producer), Some(reader)),
            None => (None, None),
        };
        if let Some(producer) = producer {
            tokio::spawn(async move {
                let work = async {
                    let _turn = turn().await;
                    let sink = Sink::Shared(&producer);
                    exchange(start(&command)?, request, tokio::io::empty(), sink).await
                };
                let outcome = tokio::select! {
                    // With this task's state goes the process.
                    () = producer.deserted() => Err(Error::Cancelled),
                    outcome = work => outcome,
                };
                match outcome {
                    Ok(fine) => producer.end(Ok(()), fine),
                    Err(error) => {
                        tracing::debug!(%error, "a fetch failed");
                        producer.end(Err(error.to_string()), false);
                    }
                }
            });
        } else if reader.is_none() {
            tokio::spawn(async move {
                let gone = sender.clone();
                let work = async {
                    let _turn = turn().await;
                    let sink = Sink::Client(&sender);
                    exchange(start(&command)?, request, tokio::io::empty(), sink).await
                };
                tokio::select! {
                    () = gone.closed() => {}
                    result = work => {
                        if let Err(error) = result {
                            tracing::debug!(%error, "a fetch failed");
                            drop(sender.send(Err(error)).await);
                        }
                    }
                }
            });
            return Ok(stream);
        }
        if let Some(reader) = reader {
            tokio::spawn(async move { reader.pump(&sender).await });
        }
        Ok(stream)
    }
}

/// Waits for its turn when many git processes are at work: first come, first served.
async fn turn() -> Option<SemaphorePermit<'static>> {
    static PROCESSES: LazyLock<Semaphore> = LazyLock::new(|| {
        let cores = std::thread::available_parallelism().map_or(4, usize::from);
        // Most of them wait for their client.
        Semaphore::new((8 * cores).max(64))
    });
    // Never closed.
    PROCESSES.acquire().await.ok()
}

/// Who gets an answer.
enum Sink<'a> {
    Client(&'a mpsc::Sender<Result<Bytes>>),
    Shared(&'a Producer),
}

impl Sink<'_> {
    async fn put(&self, piece: Bytes) -> Result<()> {
        match self {
            Sink::Client(sender) => pass(sender, piece).await,
            Sink::Shared(producer) => producer.add(piece).await,
        }
    }
}

/// Feeds git and passes its answer on; true when git was content.
async fn exchange(
    (mut process, stdin, mut stdout, stderr): (
        crate::process::AsyncProcess,
        tokio::process::ChildStdin,
        super::pump::Chunks<tokio::process::ChildStdout>,
        tokio::process::ChildStderr,
    ),
    head: Bytes,
    mut input: impl AsyncBufRead + Send + Unpin,
    sink: Sink<'_>,
) -> Result<bool> {
    let answer = async {
        let mut silent = true;
        while let Some(chunk) = stdout.next().await? {
            silent = false;
            sink.put(chunk).await?;
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
                sink.put(error_packet("git cannot answer this request")).await?;
            }
            Ok(false)
        }
        other => other.map(|()| true),
    }
}

/// Reads a command of a fetch; for tests with bytes of any kind.
pub(crate) fn parse(bytes: &[u8]) {
    for format in [ObjectFormat::Sha1, ObjectFormat::Sha256] {
        let read = |step| {
            let mut input = super::probe::Pieces { bytes, step };
            super::probe::now(read_command(&mut input, format)).ok().map(|command| match command {
                Command::LsRefs(request) => format!("{request:?}").into_bytes(),
                Command::Fetch(request) => request.to_vec(),
                Command::Other(head) => head.to_vec(),
            })
        };
        assert_eq!(read(usize::MAX), read(3));
    }
}

async fn read_command(
    input: &mut (impl AsyncBufRead + Unpin),
    ours: ObjectFormat,
) -> Result<Command> {
    let mut reader = PacketReader::new(input, LS_REFS_LIMIT);
    let first = reader.next().await?;
    match first.as_ref().and_then(Packet::line) {
        Some(b"command=ls-refs") => {}
        Some(b"command=fetch") => return read_fetch(reader).await,
        _ => return Ok(Command::Other(reader.into_raw())),
    }
    let mut request = LsRefs::default();
    let mut in_arguments = false;
    // What a client means that says nothing.
    let mut theirs = ObjectFormat::Sha1;
    loop {
        let packet = reader.next().await?;
        match packet.as_ref().map(|packet| (packet, packet.line())) {
            Some((Packet::Flush, _)) if theirs == ours => return Ok(Command::LsRefs(request)),
            Some((Packet::Delimiter, _)) if !in_arguments => in_arguments = true,
            Some((_, Some(line))) if !in_arguments => {
                // Everything but the object format is for information.
                if let Some(name) = line.strip_prefix(b"object-format=") {
                    match std::str::from_utf8(name).ok().and_then(ObjectFormat::from_name) {
                        Some(format) if format == ours => theirs = format,
                        _ => return Ok(Command::Other(reader.into_raw())),
                    }
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

/// Reads a `fetch` to its end and writes it so that what means the same is the same: without the
/// names of client and session, and with what is wanted in order.
async fn read_fetch(mut reader: PacketReader<'_, impl AsyncBufRead + Unpin>) -> Result<Command> {
    let mut out = BytesMut::with_capacity(1024);
    put_packet(&mut out, b"command=fetch\n");
    let mut wants = BTreeSet::new();
    let mut arguments = Vec::new();
    let mut in_arguments = false;
    loop {
        if reader.seen() > FETCH_LIMIT {
            return Ok(Command::Other(reader.into_raw()));
        }
        match reader.next().await? {
            Some(Packet::Flush) => break,
            Some(Packet::Delimiter) if !in_arguments => in_arguments = true,
            Some(packet @ Packet::Data(_)) => {
                let line = packet.line().unwrap_or_default().to_vec();
                if in_arguments && line.starts_with(b"want ") {
                    wants.insert(line);
                } else if in_arguments {
                    arguments.push(line);
                } else if !line.starts_with(b"agent=") && !line.starts_with(b"session-id=") {
                    put_line(&mut out, &line);
                }
            }
            // For git to complain of.
            _ => return Ok(Command::Other(reader.into_raw())),
        }
    }
    if in_arguments {
        out.extend_from_slice(b"0001");
    }
    for line in wants.into_iter().chain(arguments) {
        put_line(&mut out, &line);
    }
    put_flush(&mut out);
    Ok(Command::Fetch(out.freeze()))
}

fn put_line(out: &mut BytesMut, line: &[u8]) {
    let mut line = line.to_vec();
    line.push(b'\n');
    put_packet(out, &line);
}
