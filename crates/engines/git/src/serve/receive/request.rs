//! What a client asks for when it pushes.

use tokio::io::AsyncBufRead;

use crate::{
    Error, ObjectFormat, Oid, Result,
    serve::pktline::{Packet, PacketReader},
};

/// What the commands and options of a push may take together, in bytes: some 100,000 references.
const HEAD_LIMIT: usize = 16 * 1024 * 1024;
/// How many push options there may be.
const OPTIONS_LIMIT: usize = 100;

/// A change of one reference that a client asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RefCommand {
    /// The full name, such as `refs/heads/main`. Not checked yet.
    pub name: String,
    /// What the client believes it is; [`Oid::ZERO`]: it does not exist.
    pub old: Oid,
    /// What it shall be; [`Oid::ZERO`]: it shall not exist.
    pub new: Oid,
}

/// What became of a [`RefCommand`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RefUpdate {
    /// The full name.
    pub name: String,
    /// What it was.
    pub old: Oid,
    /// What it is now, when `result` is `Updated`.
    pub new: Oid,
    /// Whether it was done.
    pub result: UpdateResult,
}

/// Whether a reference was updated.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum UpdateResult {
    /// It was, and it is on disk.
    Updated,
    /// It was not, and why in git's words.
    Refused(String),
}

/// Who pushes, for the reflog.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pusher {
    /// The name.
    pub name: String,
    /// The mail address.
    pub mail: String,
}

/// The head of a push: everything before the pack.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PushRequest {
    /// The changes asked for. Empty when a client only tries whether it may talk to us: answer
    /// with an empty body.
    pub commands: Vec<RefCommand>,
    /// The push options (`git push -o`).
    pub options: Vec<String>,
    pub(super) side_band: bool,
    pub(super) report: bool,
    pub(super) atomic: bool,
    pub(super) quiet: bool,
    /// How the client names objects; SHA-1 where it does not say.
    pub(super) format: ObjectFormat,
}

impl PushRequest {
    /// Reads the head of a push and leaves the pack in `input`.
    ///
    /// # Errors
    /// [`Error::Protocol`] when it is none, or too long; [`Error::Io`].
    pub async fn read(input: &mut (impl AsyncBufRead + Unpin)) -> Result<PushRequest> {
        let mut reader = PacketReader::new(input, HEAD_LIMIT);
        let mut request = PushRequest {
            commands: Vec::new(),
            options: Vec::new(),
            side_band: false,
            report: false,
            atomic: false,
            quiet: false,
            format: ObjectFormat::Sha1,
        };
        let mut wants_options = false;
        loop {
            match reader.next().await? {
                None if request.commands.is_empty() => return Ok(request),
                Some(Packet::Flush) => break,
                Some(packet @ Packet::Data(_)) => {
                    let line = packet.line().unwrap_or_default();
                    let (line, capabilities) = match line.iter().position(|byte| *byte == 0) {
                        Some(nul) => (&line[..nul], &line[nul + 1..]),
                        None => (line, &b""[..]),
                    };
                    for capability in capabilities.split(|byte| *byte == b' ') {
                        match capability {
                            b"side-band-64k" => request.side_band = true,
                            b"report-status" | b"report-status-v2" => request.report = true,
                            b"push-options" => wants_options = true,
                            b"atomic" => request.atomic = true,
                            b"quiet" => request.quiet = true,
                            // A certificate, say: nothing that we offer.
                            other => {
                                if let Some(name) = other.strip_prefix(b"object-format=") {
                                    request.format = object_format(name)?;
                                }
                            }
                        }
                    }
                    // A client with a shallow clone says where its history ends. Ours never does:
                    // what it pushes has to be whole here, by the objects that are here already.
                    if line.starts_with(b"shallow ") {
                        continue;
                    }
                    request.commands.push(parse_command(line, request.format)?);
                }
                _ => return Err(Error::Protocol("a push ends before its commands do".to_owned())),
            }
        }
        if wants_options && !request.commands.is_empty() {
            loop {
                match reader.next().await? {
                    Some(Packet::Flush) => break,
                    Some(packet @ Packet::Data(_)) if request.options.len() < OPTIONS_LIMIT => {
                        let line = packet.line().unwrap_or_default();
                        request.options.push(String::from_utf8_lossy(line).into_owned());
                    }
                    Some(Packet::Data(_)) => {
                        return Err(Error::Protocol(format!(
                            "more than {OPTIONS_LIMIT} push options"
                        )));
                    }
                    _ => return Err(Error::Protocol("a push ends in its options".to_owned())),
                }
            }
        }
        Ok(request)
    }
}

fn object_format(name: &[u8]) -> Result<ObjectFormat> {
    std::str::from_utf8(name).ok().and_then(ObjectFormat::from_name).ok_or_else(|| {
        let name = String::from_utf8_lossy(name);
        Error::Protocol(format!("unsupported object format {name:?}"))
    })
}

fn parse_command(line: &[u8], format: ObjectFormat) -> Result<RefCommand> {
    let wrong = || {
        let line = String::from_utf8_lossy(line);
        Error::Protocol(format!("{line:?} is no change of a reference"))
    };
    let digits = format.digits();
    if line.len() < 2 * digits + 3 || line[digits] != b' ' || line[2 * digits + 1] != b' ' {
        return Err(wrong());
    }
    let name = std::str::from_utf8(&line[2 * digits + 2..])
        .map_err(|_| Error::Protocol("the name of a reference is not UTF-8".to_owned()))?;
    Ok(RefCommand {
        name: name.to_owned(),
        old: Oid::from_hex(&line[..digits]).map_err(|_| wrong())?,
        new: Oid::from_hex(&line[digits + 1..2 * digits + 1]).map_err(|_| wrong())?,
    })
}
