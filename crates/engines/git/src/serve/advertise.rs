//! The first answer of a service: what it can do, and what there is.

use std::process::Stdio;

use bytes::{Bytes, BytesMut};
use tokio::{io::AsyncReadExt, sync::OnceCell};

use super::pktline::{Packet, put_flush, put_packet, take_packet};
use crate::{Error, Oid, Repository, Result};

/// The largest advertisement that is taken from a git process: some five million references.
const ADVERTISEMENT_LIMIT: u64 = 512 * 1024 * 1024;

/// What a client wants to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Service {
    /// Fetch: `git-upload-pack`.
    Upload,
    /// Push: `git-receive-pack`.
    Receive,
}

impl Service {
    /// By the name that clients use, `git-upload-pack` or `git-receive-pack`.
    pub fn from_name(name: &str) -> Option<Service> {
        match name {
            "git-upload-pack" => Some(Service::Upload),
            "git-receive-pack" => Some(Service::Receive),
            _ => None,
        }
    }

    /// The name that clients use.
    pub fn name(self) -> &'static str {
        match self {
            Service::Upload => "git-upload-pack",
            Service::Receive => "git-receive-pack",
        }
    }

    pub(super) fn command(self) -> &'static str {
        match self {
            Service::Upload => "upload-pack",
            Service::Receive => "receive-pack",
        }
    }
}

/// The version of the protocol that a client proposes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Protocol {
    /// The original one, also when the client says nothing.
    #[default]
    V0,
    /// As the original one, but says so.
    V1,
    /// The one since 2018.
    V2,
}

impl Protocol {
    /// From what the client sent as `Git-Protocol` (HTTP) or `GIT_PROTOCOL` (SSH): keys with
    /// values, separated by colons, of which only `version` matters.
    pub fn parse(text: &str) -> Protocol {
        text.split(':')
            .filter_map(|entry| match entry.strip_prefix("version=")? {
                "1" => Some(Protocol::V1),
                "2" => Some(Protocol::V2),
                _ => None,
            })
            .max_by_key(|version| *version as u8)
            .unwrap_or_default()
    }

    pub(super) fn environment(self) -> &'static str {
        match self {
            Protocol::V0 => "version=0",
            Protocol::V1 => "version=1",
            Protocol::V2 => "version=2",
        }
    }
}

/// What the installed git offers; the same for all repositories of a format, as we write their
/// settings.
struct Capabilities {
    /// The whole advertisement of `upload-pack` in protocol version 2.
    upload_v2: Bytes,
    /// What `receive-pack` says behind the first reference.
    receive: Bytes,
}

/// One for each [`ObjectFormat`].
static CAPABILITIES: [OnceCell<Capabilities>; 2] = [const { OnceCell::const_new() }; 2];

impl Repository {
    /// The answer to `GET info/refs?service=…`, as the body of a response: for version 2 what the
    /// service can do, else also every reference. Only fetches in the old protocols need a git
    /// process.
    ///
    /// # Errors
    /// [`Error::Process`], [`Error::Repository`].
    pub async fn advertise(&self, service: Service, protocol: Protocol) -> Result<Bytes> {
        if (service, protocol) == (Service::Upload, Protocol::V2) {
            return Ok(self.capabilities().await?.upload_v2.clone());
        }
        let mut out = BytesMut::with_capacity(4096);
        put_packet(&mut out, format!("# service={}\n", service.name()).as_bytes());
        put_flush(&mut out);
        if service == Service::Upload || self.is_unusual() {
            out.extend_from_slice(&self.ask_git(service, protocol).await?);
            return Ok(out.freeze());
        }
        let capabilities = self.capabilities().await?.receive.clone();
        let repository = self.clone();
        tokio::task::spawn_blocking(move || {
            repository.receive_advertisement(&mut out, protocol, &capabilities)?;
            Ok(out.freeze())
        })
        .await
        .map_err(|error| Error::Repository(error.to_string()))?
    }

    fn receive_advertisement(
        &self,
        out: &mut BytesMut,
        protocol: Protocol,
        capabilities: &[u8],
    ) -> Result<()> {
        if protocol == Protocol::V1 {
            put_packet(out, b"version 1\n");
        }
        let repo = self.local();
        let mut capabilities = Some(capabilities);
        let mut line = Vec::with_capacity(512);
        let format = self.format();
        let mut put = |oid: Oid, name: &[u8]| {
            line.clear();
            line.extend_from_slice(format.hex(oid).as_bytes());
            line.push(b' ');
            line.extend_from_slice(name);
            if let Some(capabilities) = capabilities.take() {
                line.push(0);
                line.extend_from_slice(capabilities);
            }
            line.push(b'\n');
            put_packet(out, &line);
        };
        let listed = self.listed(&repo, |_| true)?;
        if listed.is_empty() {
            put(Oid::ZERO, b"capabilities^{}");
        }
        for reference in listed {
            put(reference.oid, &reference.name);
        }
        put_flush(out);
        Ok(())
    }

    /// Whether git would advertise more than references: grafts of a shallow clone, or objects
    /// borrowed from elsewhere.
    fn is_unusual(&self) -> bool {
        self.path().join("shallow").exists() || self.path().join("objects/info/alternates").exists()
    }

    async fn capabilities(&self) -> Result<&'static Capabilities> {
        CAPABILITIES[self.format() as usize]
            .get_or_try_init(|| async {
                let upload_v2 = self.ask_git(Service::Upload, Protocol::V2).await?;
                let mut receive =
                    BytesMut::from(&self.ask_git(Service::Receive, Protocol::V0).await?[..]);
                let first = take_packet(&mut receive)?;
                let receive = first
                    .as_ref()
                    .and_then(Packet::line)
                    .and_then(|line| {
                        line.iter().position(|byte| *byte == 0).map(|nul| &line[nul + 1..])
                    })
                    .map(Bytes::copy_from_slice)
                    .ok_or_else(|| {
                        Error::Unusable("git receive-pack does not say what it can do".to_owned())
                    })?;
                Ok(Capabilities { upload_v2: upload_v2.into(), receive })
            })
            .await
    }

    async fn ask_git(&self, service: Service, protocol: Protocol) -> Result<Vec<u8>> {
        let mut process = crate::GitCommand::new(service.command())
            .args(["--stateless-rpc", "--http-backend-info-refs"])
            .arg(self.path())
            .env("GIT_PROTOCOL", protocol.environment())
            .spawn(Stdio::null(), Stdio::piped(), Stdio::piped())?;
        let (mut answer, mut complaint) = (Vec::new(), Vec::new());
        let stdout = process.stdout().ok_or_else(|| Error::Protocol("no output".to_owned()))?;
        let stderr =
            process.stderr().ok_or_else(|| Error::Protocol("no error output".to_owned()))?;
        let (mut stdout, mut stderr) = (stdout.take(ADVERTISEMENT_LIMIT), stderr.take(64 * 1024));
        tokio::try_join!(stdout.read_to_end(&mut answer), stderr.read_to_end(&mut complaint))
            .map_err(Error::io("cannot read from git"))?;
        process.wait(&complaint).await?;
        Ok(answer)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions() {
        assert_eq!(Protocol::parse("version=2"), Protocol::V2);
        assert_eq!(Protocol::parse("hash=sha1:version=1"), Protocol::V1);
        assert_eq!(Protocol::parse("version=1:version=2"), Protocol::V2);
        assert_eq!(Protocol::parse("version=3"), Protocol::V0);
        assert_eq!(Protocol::parse(""), Protocol::V0);
    }
}
