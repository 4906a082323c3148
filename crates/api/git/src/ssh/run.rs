//! Doing what a client asks for.

use std::io;
use std::net::IpAddr;
use std::time::Duration;

use base::{AtLeast, Error, Granted, Read, Result, Right, Write};
use bytes::Bytes;
use call::{Call, Env};
use depots::{Depot, DepotKey, push};
use futures_util::StreamExt as _;
use git::{PackStream, Protocol, PushRequest, Service};
use identity::ssh_keys::{self, Shown};
use russh::server::{Handle, Msg};
use russh::{Channel, ChannelId, ChannelMsg, ChannelReadHalf};
use tokio::io::{AsyncWrite, AsyncWriteExt as _};
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

use crate::lfs;

use super::command::{Command, Path, Refused};
use super::input::{Input, Pack};

/// What a client asks for, and who he is.
pub(super) struct Asked {
    pub(super) env: Env,
    pub(super) shown: Shown,
    pub(super) address: IpAddr,
    /// See [`super::Limits`].
    pub(super) deserted: Duration,
    pub(super) handle: Handle,
    pub(super) channel: ChannelId,
    pub(super) protocol: Protocol,
    /// `None` for a shell, which there is not.
    pub(super) command: Option<Command>,
}

/// How many pieces wait until they are read.
const PIECES: usize = 8;

/// Does it and says how it ended.
pub(super) async fn run(asked: Asked, channel: Channel<Msg>) {
    let id = channel.id();
    let handle = asked.handle.clone();
    let (gone, closed) = (CancellationToken::new(), CancellationToken::new());
    let (read, write) = channel.split();
    let (sender, pieces) = mpsc::channel(PIECES);
    let pump = tokio::spawn(pump(read, sender, closed.clone(), gone.clone()));
    let writer = Box::pin(write.make_writer());
    let mut out = Out { writer, closed, deserted: asked.deserted };
    let done = tokio::select! {
        done = serve(&asked, Input::new(pieces), &mut out) => done,
        () = gone.cancelled() => Err(Failure::Gone),
    };
    drop(out);
    let status = match done {
        Ok(()) => 0,
        Err(Failure::Gone) => 1,
        Err(Failure::Told(text)) => {
            tell(&handle, id, &text).await;
            1
        }
    };
    end(&handle, id, status).await;
    pump.abort();
}

/// Why something was not done.
enum Failure {
    /// Nobody is there to be told.
    Gone,
    /// For the client's terminal.
    Told(String),
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        door::log_internal(&error);
        Self::Told(match error {
            Error::Unauthenticated { .. } => "your key is not known here any more".to_owned(),
            other => other.to_string(),
        })
    }
}

impl From<git::Error> for Failure {
    fn from(error: git::Error) -> Self {
        match error {
            git::Error::Protocol(why) | git::Error::Invalid(why) | git::Error::NotFound(why) => {
                Self::Told(why)
            }
            git::Error::Cancelled => Self::Gone,
            other => {
                tracing::warn!(error = %other, "a git session failed");
                Self::Told("git cannot do this".to_owned())
            }
        }
    }
}

impl From<io::Error> for Failure {
    fn from(_: io::Error) -> Self {
        Self::Gone
    }
}

/// Passes on what the client sends. `closed` is cancelled when he will send no
/// more, `gone` when he hangs up.
async fn pump(
    mut read: ChannelReadHalf,
    sender: mpsc::Sender<Bytes>,
    closed: CancellationToken,
    gone: CancellationToken,
) {
    let mut sender = Some(sender);
    loop {
        match read.wait().await {
            Some(ChannelMsg::Data { data }) => {
                let Some(open) = &sender else { continue };
                if open.send(data).await.is_err() {
                    // Nobody reads any more; he may still listen.
                    sender = None;
                }
            }
            Some(ChannelMsg::Eof) => {
                sender = None;
                closed.cancel();
            }
            Some(ChannelMsg::Close) | None => break,
            Some(_) => {}
        }
    }
    gone.cancel();
}

/// What the client is sent.
struct Out<W> {
    writer: W,
    closed: CancellationToken,
    deserted: Duration,
}

impl<W: AsyncWrite + Unpin> Out<W> {
    async fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        if bytes.is_empty() {
            return Ok(());
        }
        let deserted = async {
            self.closed.cancelled().await;
            tokio::time::sleep(self.deserted).await;
        };
        tokio::select! {
            written = self.writer.write_all(bytes) => written,
            () = deserted => Err(io::ErrorKind::TimedOut.into()),
        }
    }

    async fn pass(&mut self, mut answer: PackStream) -> Done {
        while let Some(piece) = answer.next().await {
            self.write(&piece?).await?;
        }
        Ok(())
    }
}

type Done = std::result::Result<(), Failure>;

async fn serve(asked: &Asked, input: Input, out: &mut Out<impl AsyncWrite + Unpin>) -> Done {
    match &asked.command {
        None => {
            let call = caller(asked, None).await?;
            let text = format!(
                "Hello {}! Your key works. There is no shell here; use git.\n",
                call.actor.name()
            );
            out.write(text.as_bytes()).await?;
            Ok(())
        }
        Some(Command::UploadPack(path)) => fetch(asked, path, input, out).await,
        Some(Command::ReceivePack(path)) => receive(asked, path, input, out).await,
        Some(Command::UploadArchive(path)) => archive(asked, path, input, out).await,
        Some(Command::LfsAuthenticate { path, upload: false }) => {
            let opened = open::<Read>(asked, path).await?;
            let pass = depots::lfs::issue(&asked.env, &asked.shown, &opened.depot)?;
            out.write(lfs::way(&asked.env, &opened.depot, &pass).as_bytes()).await?;
            Ok(())
        }
        Some(Command::LfsAuthenticate { path, upload: true }) => {
            let opened = open::<Write>(asked, path).await?;
            let pass = depots::lfs::issue(&asked.env, &asked.shown, &opened.depot)?;
            out.write(lfs::way(&asked.env, &opened.depot, &pass).as_bytes()).await?;
            Ok(())
        }
    }
}

/// A depot that was asked for and may be used.
struct Opened<R: Right> {
    call: Call,
    depot: Granted<Depot, R>,
    repository: git::Repository,
}

async fn open<R: Right + AtLeast<Read>>(asked: &Asked, path: &Path) -> Result<Opened<R>> {
    let call = caller(asked, Some(&path.team)).await?;
    let key = DepotKey::Path(&path.team, &path.project, &path.depot);
    let depot = depots::authorise::<R>(&call, key).await?;
    let repository = depots::repository(&asked.env, &depot)?;
    ssh_keys::used(&asked.env, &asked.shown).await;
    if depot.project_name != path.project || depot.name != path.depot {
        let now = depot.ssh_url(&asked.env.addresses.ssh);
        let hint = format!(
            "This depot is at another address now:\n    {now}\nThe old one works until another \
             depot takes it. To change it:\n    git remote set-url origin {now}\n"
        );
        // Nobody may be listening any more.
        drop(asked.handle.extended_data(asked.channel, STDERR, hint.into_bytes()).await);
    }
    Ok(Opened { call, depot, repository })
}

/// The call by whom the key names. That is looked up again for every command:
/// connections last, and rights may end.
async fn caller(asked: &Asked, team: Option<&str>) -> Result<Call> {
    let env = &asked.env;
    let shown = ssh_keys::again(env, asked.shown.id).await?;
    let shown = shown.ok_or_else(|| Error::unauthenticated("the key was removed"))?;
    let actor = depots::keys::named_by(env, &shown, team).await?;
    let mut call = Call::anonymous(env.clone()).by(actor);
    call.address = Some(asked.address);
    Ok(call)
}

async fn fetch(
    asked: &Asked,
    path: &Path,
    mut input: Input,
    out: &mut Out<impl AsyncWrite + Unpin>,
) -> Done {
    let repository = open::<Read>(asked, path).await?.repository;
    if asked.protocol != Protocol::V2 {
        return out.pass(repository.upload_session(asked.protocol, input)?).await;
    }
    // Each request of this version stands by itself, as it does over HTTP.
    out.write(&repository.greet(Service::Upload, Protocol::V2).await?).await?;
    while let Some(request) = git::read_request(&mut input).await? {
        let request = io::Cursor::new(request);
        out.pass(repository.upload_pack(Protocol::V2, request).await?).await?;
    }
    Ok(())
}

async fn receive(
    asked: &Asked,
    path: &Path,
    mut input: Input,
    out: &mut Out<impl AsyncWrite + Unpin>,
) -> Done {
    let opened = open::<Write>(asked, path).await?;
    let greeting = opened.repository.greet(Service::Receive, asked.protocol).await?;
    out.write(&greeting).await?;
    let request = PushRequest::read(&mut input).await?;
    if request.commands.is_empty() {
        return Ok(());
    }
    let answer = if request.commands.iter().all(|command| command.new.is_zero()) {
        // No pack follows.
        push::receive(&opened.call, &opened.depot, request, tokio::io::empty()).await?
    } else {
        push::receive(&opened.call, &opened.depot, request, Pack::new(input)).await?
    };
    out.pass(answer).await
}

async fn archive(
    asked: &Asked,
    path: &Path,
    input: Input,
    out: &mut Out<impl AsyncWrite + Unpin>,
) -> Done {
    let repository = open::<Read>(asked, path).await?.repository;
    match repository.upload_archive(input).await {
        Ok(answer) => out.pass(answer).await,
        Err(git::Error::Invalid(why) | git::Error::NotFound(why)) => {
            out.write(&git::refuse_archive(&why)).await?;
            Ok(())
        }
        Err(other) => Err(other.into()),
    }
}

/// What is told of a command that is refused.
pub(super) fn words(refused: Refused) -> &'static str {
    match refused {
        Refused::Unknown => {
            "only git-upload-pack, git-receive-pack, git-upload-archive and git-lfs-authenticate can be run here"
        }
        // The words for what exists and may not be seen.
        Refused::NoDepot => "depot not found",
    }
}

/// Refuses a command.
pub(super) fn say_no(handle: &Handle, id: ChannelId, text: &'static str) {
    let handle = handle.clone();
    tokio::spawn(async move {
        tell(&handle, id, text).await;
        end(&handle, id, 1).await;
    });
}

/// Code of the stream for complaints.
const STDERR: u32 = 1;

async fn tell(handle: &Handle, id: ChannelId, text: &str) {
    let text = format!("ERROR: {text}\n");
    drop(handle.extended_data(id, STDERR, text.into_bytes()).await);
}

async fn end(handle: &Handle, id: ChannelId, status: u32) {
    // Nobody may be there any more.
    let _ = handle.exit_status_request(id, status).await;
    let _ = handle.eof(id).await;
    let _ = handle.close(id).await;
}
