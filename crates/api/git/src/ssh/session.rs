//! One client: who he is, and what he asks for.

use std::collections::HashMap;
use std::sync::Arc;

use base::{Error, Result};
use call::Env;
use identity::ssh_keys::{self, Owner, Shown};
use russh::keys::{Algorithm, HashAlg};
use russh::server::{
    Auth, ChannelOpenHandle, Handler, Msg, PublicKeyOffer, Session, VerifiedPublicKey,
};
use russh::{Channel, ChannelId, ChannelOpenFailure};

use super::command::Command;
use super::connections::Client;
use super::run::{self, Asked};

/// The only user that there is.
const USER: &str = "git";
/// Commands of one connection at a time; clients that share one have a few.
const MOST_CHANNELS: usize = 10;
/// No list of protocol versions is longer.
const LONGEST_PROTOCOL: usize = 256;

/// A channel that no command has been given yet.
struct Waiting {
    channel: Channel<Msg>,
    protocol: git::Protocol,
}

pub(super) struct Talk {
    env: Env,
    client: Arc<Client>,
    shown: Option<Shown>,
    waiting: HashMap<ChannelId, Waiting>,
}

impl Talk {
    pub(super) fn new(env: Env, client: Arc<Client>) -> Self {
        Self { env, client, shown: None, waiting: HashMap::new() }
    }

    async fn known(&self, user: &str, key: &russh::keys::PublicKey) -> Result<Option<Shown>> {
        if user != USER {
            return Ok(None);
        }
        let fingerprint = key.fingerprint(HashAlg::Sha256).to_string();
        let Some(shown) = ssh_keys::find(&self.env, &fingerprint).await? else { return Ok(None) };
        if shown.owner == Owner::Thing && depots::keys::actor(&self.env, &shown).await?.is_none() {
            return Ok(None);
        }
        Ok(Some(shown))
    }

    fn run(&mut self, id: ChannelId, command: Option<Command>, session: &mut Session) {
        let (Some(waiting), Some(shown)) = (self.waiting.remove(&id), self.shown.clone()) else {
            return;
        };
        let asked = Asked {
            env: self.env.clone(),
            shown,
            address: self.client.address,
            deserted: self.client.deserted,
            handle: session.handle(),
            channel: id,
            protocol: waiting.protocol,
            command,
        };
        let busy = self.client.begin();
        tokio::spawn(async move {
            run::run(asked, waiting.channel).await;
            drop(busy);
        });
    }
}

/// What ends a connection.
#[derive(Debug)]
pub(super) struct Broken(russh::Error);

impl From<russh::Error> for Broken {
    fn from(error: russh::Error) -> Self {
        Self(error)
    }
}

impl std::fmt::Display for Broken {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}

impl Handler for Talk {
    type Error = Broken;

    async fn auth_publickey_offered(
        &mut self,
        user: &str,
        offer: PublicKeyOffer<'_>,
    ) -> Result<Auth, Broken> {
        Ok(match self.known(user, offer.public_key).await {
            Ok(Some(_)) => Auth::Accept,
            Ok(None) => Auth::reject(),
            Err(error) => refused(&error),
        })
    }

    async fn auth_publickey(
        &mut self,
        user: &str,
        key: VerifiedPublicKey<'_>,
    ) -> Result<Auth, Broken> {
        // Signatures with SHA-1 prove little nowadays.
        if *key.algorithm == (Algorithm::Rsa { hash: None }) {
            return Ok(Auth::reject());
        }
        Ok(match self.known(user, key.public_key).await {
            Ok(Some(shown)) => {
                self.shown = Some(shown);
                self.client.authenticated();
                Auth::Accept
            }
            Ok(None) => Auth::reject(),
            Err(error) => refused(&error),
        })
    }

    async fn channel_open_session(
        &mut self,
        channel: Channel<Msg>,
        reply: ChannelOpenHandle,
        _: &mut Session,
    ) -> Result<(), Broken> {
        if self.waiting.len() + self.client.busy() >= MOST_CHANNELS {
            reply.reject(ChannelOpenFailure::ResourceShortage).await;
            return Ok(());
        }
        let protocol = git::Protocol::default();
        self.waiting.insert(channel.id(), Waiting { channel, protocol });
        reply.accept().await;
        Ok(())
    }

    async fn channel_close(&mut self, id: ChannelId, _: &mut Session) -> Result<(), Broken> {
        self.waiting.remove(&id);
        Ok(())
    }

    async fn env_request(
        &mut self,
        id: ChannelId,
        name: &str,
        value: &str,
        session: &mut Session,
    ) -> Result<(), Broken> {
        match self.waiting.get_mut(&id) {
            Some(waiting) if name == "GIT_PROTOCOL" && value.len() <= LONGEST_PROTOCOL => {
                waiting.protocol = git::Protocol::parse(value);
                session.channel_success(id)?;
            }
            _ => session.channel_failure(id)?,
        }
        Ok(())
    }

    async fn exec_request(
        &mut self,
        id: ChannelId,
        line: &[u8],
        session: &mut Session,
    ) -> Result<(), Broken> {
        if !self.waiting.contains_key(&id) {
            session.channel_failure(id)?;
            return Ok(());
        }
        session.channel_success(id)?;
        match Command::parse(line) {
            Ok(command) => self.run(id, Some(command), session),
            Err(refused) => {
                self.waiting.remove(&id);
                run::say_no(&session.handle(), id, run::words(refused));
            }
        }
        Ok(())
    }

    async fn shell_request(&mut self, id: ChannelId, session: &mut Session) -> Result<(), Broken> {
        if !self.waiting.contains_key(&id) {
            session.channel_failure(id)?;
            return Ok(());
        }
        session.channel_success(id)?;
        self.run(id, None, session);
        Ok(())
    }

    async fn pty_request(
        &mut self,
        id: ChannelId,
        _: &str,
        _: u32,
        _: u32,
        _: u32,
        _: u32,
        _: &[(russh::Pty, u32)],
        session: &mut Session,
    ) -> Result<(), Broken> {
        session.channel_failure(id)?;
        Ok(())
    }

    async fn subsystem_request(
        &mut self,
        id: ChannelId,
        _: &str,
        session: &mut Session,
    ) -> Result<(), Broken> {
        session.channel_failure(id)?;
        Ok(())
    }

    async fn x11_request(
        &mut self,
        id: ChannelId,
        _: bool,
        _: &str,
        _: &str,
        _: u32,
        session: &mut Session,
    ) -> Result<(), Broken> {
        session.channel_failure(id)?;
        Ok(())
    }

    async fn agent_request(
        &mut self,
        id: ChannelId,
        session: &mut Session,
    ) -> Result<bool, Broken> {
        session.channel_failure(id)?;
        Ok(false)
    }
}

fn refused(error: &Error) -> Auth {
    door::log_internal(error);
    Auth::reject()
}
