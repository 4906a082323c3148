//! Accepting connections, so many and no more, and ending them in good order.

use std::collections::HashMap;
use std::net::{IpAddr, Shutdown, SocketAddr};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use call::Env;
use russh::keys::Algorithm;
use russh::server::Config;
use russh::{Disconnect, MethodKind, MethodSet, Preferred, SshId};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;

use super::HostKeys;
use super::session::Talk;

/// What clients may take.
#[derive(Debug, Clone)]
pub struct Limits {
    /// Connections in all.
    pub connections: usize,
    /// Connections from one address.
    pub per_address: usize,
    /// How many keys a client may try.
    pub tries: usize,
    /// How long he may take to show one.
    pub login: Duration,
    /// How long a connection is kept on which nothing is being done.
    pub idle: Duration,
    /// How long a client who has closed his side may take nothing of what he
    /// is sent: the client of one that was killed waits for ever.
    pub deserted: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            connections: 512,
            per_address: 64,
            tries: 10,
            login: Duration::from_secs(30),
            idle: Duration::from_secs(180),
            deserted: Duration::from_secs(30),
        }
    }
}

/// After an error of the system, such as too many open files.
const PAUSE: Duration = Duration::from_millis(500);
/// For a client to hang up after his last command, when the server is stopped.
const LEAVING: Duration = Duration::from_secs(5);
/// A wrong key is told of after this time, so that nothing is learned from it.
const REJECTION: Duration = Duration::from_millis(100);
/// Whoever has not answered three of these is gone.
const KEEPALIVE: Duration = Duration::from_secs(30);
/// How much may be on its way to us unread, per channel.
const WINDOW: u32 = 4 * 1024 * 1024;

/// One connection as others see it.
pub(super) struct Client {
    pub(super) address: IpAddr,
    pub(super) deserted: Duration,
    authenticated: AtomicBool,
    busy: AtomicUsize,
    /// How many commands have begun so far.
    begun: AtomicUsize,
    /// When the last of them ended.
    ended: Mutex<Option<Instant>>,
}

impl Client {
    pub(super) fn authenticated(&self) {
        self.authenticated.store(true, Ordering::Relaxed);
    }

    pub(super) fn busy(&self) -> usize {
        self.busy.load(Ordering::Relaxed)
    }

    /// Whether a command runs, or has ended so lately that its client may not
    /// have left.
    fn stays(&self) -> bool {
        let ended = *self.ended.lock().unwrap_or_else(PoisonError::into_inner);
        self.busy() > 0 || ended.is_some_and(|ended| ended.elapsed() < LEAVING)
    }

    /// A command begins; it ends when what this returns is dropped.
    pub(super) fn begin(self: &Arc<Self>) -> Busy {
        self.busy.fetch_add(1, Ordering::Relaxed);
        self.begun.fetch_add(1, Ordering::Relaxed);
        Busy(Arc::clone(self))
    }
}

pub(super) struct Busy(Arc<Client>);

impl Drop for Busy {
    fn drop(&mut self) {
        let mut ended = self.0.ended.lock().unwrap_or_else(PoisonError::into_inner);
        *ended = Some(Instant::now());
        self.0.busy.fetch_sub(1, Ordering::Relaxed);
    }
}

/// How many connections there are from each address.
#[derive(Default)]
struct Count(Mutex<HashMap<IpAddr, usize>>);

impl Count {
    /// Another one, if there is room for it.
    fn enter(self: &Arc<Self>, address: IpAddr, limits: &Limits) -> Option<Counted> {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let total: usize = all.values().sum();
        let here = all.get(&address).copied().unwrap_or_default();
        if total >= limits.connections || here >= limits.per_address {
            return None;
        }
        all.insert(address, here + 1);
        Some(Counted { count: Arc::clone(self), address })
    }
}

struct Counted {
    count: Arc<Count>,
    address: IpAddr,
}

impl Drop for Counted {
    fn drop(&mut self) {
        let mut all = self.count.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(here) = all.get_mut(&self.address) {
            *here -= 1;
            if *here == 0 {
                all.remove(&self.address);
            }
        }
    }
}

fn config(keys: &HostKeys, limits: &Limits) -> Config {
    let mut preferred = Preferred::DEFAULT;
    // What people may sign with: everything that they may add, but no SHA-1.
    let mut signatures = preferred.key.to_vec();
    signatures.retain(|algorithm| *algorithm != (Algorithm::Rsa { hash: None }));
    signatures.extend([Algorithm::SkEd25519, Algorithm::SkEcdsaSha2NistP256]);
    preferred.key = signatures.into();
    preferred.compression = vec![russh::compression::NONE].into();
    Config {
        server_id: SshId::Standard("SSH-2.0-Mortise".into()),
        methods: MethodSet::from(&[MethodKind::PublicKey][..]),
        auth_rejection_time: REJECTION,
        auth_rejection_time_initial: Some(Duration::ZERO),
        keys: keys.0.clone(),
        window_size: WINDOW,
        channel_buffer_size: 32,
        preferred,
        max_auth_attempts: limits.tries,
        inactivity_timeout: None,
        keepalive_interval: Some(KEEPALIVE),
        keepalive_max: 3,
        nodelay: true,
        ..Config::default()
    }
}

/// Serves until `stop` ends, and then until the running commands have ended or
/// `grace` is over. Says whether all of them ended.
pub async fn serve(
    env: Env,
    listener: TcpListener,
    keys: HostKeys,
    limits: Limits,
    stop: impl Future<Output = ()>,
    grace: Duration,
) -> bool {
    let config = Arc::new(config(&keys, &limits));
    let limits = Arc::new(limits);
    let count = Arc::new(Count::default());
    // Connections hold a receiver each: told by the sender, counted by it.
    let (tell, told) = watch::channel(false);
    let mut stop = std::pin::pin!(stop);
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            () = &mut stop => break,
        };
        match accepted {
            Ok((stream, client)) => {
                let Some(counted) = count.enter(client.ip(), &limits) else {
                    tracing::debug!(%client, "too many SSH connections");
                    continue;
                };
                let (env, config) = (env.clone(), Arc::clone(&config));
                let (limits, told) = (Arc::clone(&limits), told.clone());
                tokio::spawn(async move {
                    connection(env, config, &limits, stream, client, told).await;
                    drop(counted);
                });
            }
            Err(error) => {
                tracing::warn!(%error, "cannot accept SSH connections");
                tokio::time::sleep(PAUSE).await;
            }
        }
    }
    drop(listener);
    drop(told);
    tell.send_replace(true);
    tokio::time::timeout(grace, tell.closed()).await.is_ok()
}

async fn connection(
    env: Env,
    config: Arc<Config>,
    limits: &Limits,
    stream: TcpStream,
    client: SocketAddr,
    mut told: watch::Receiver<bool>,
) {
    let known = Arc::new(Client {
        address: client.ip(),
        deserted: limits.deserted,
        authenticated: AtomicBool::new(false),
        busy: AtomicUsize::new(0),
        begun: AtomicUsize::new(0),
        ended: Mutex::default(),
    });
    // A second hold on the socket: the last resort for a client who does not
    // read what he is told.
    let Ok((stream, socket)) = doubled(stream) else { return };
    let talk = Talk::new(env, Arc::clone(&known));
    let begun = russh::server::run_stream(config, stream, talk);
    let Ok(Ok(session)) = tokio::time::timeout(limits.login, begun).await else { return };
    let handle = session.handle();
    let mut session = std::pin::pin!(session);
    let why = tokio::select! {
        ended = session.as_mut() => {
            if let Err(error) = ended {
                tracing::debug!(%error, "an SSH connection broke");
            }
            return;
        }
        () = watch_over(&known, limits) => "nothing is being done here",
        () = stopping(&known, &mut told) => "the server is being stopped",
    };
    let bye = handle.disconnect(Disconnect::ByApplication, why.to_owned(), String::new());
    drop(tokio::time::timeout(PAUSE, bye).await);
    if tokio::time::timeout(PAUSE, session.as_mut()).await.is_err() {
        drop(socket.shutdown(Shutdown::Both));
    }
}

fn doubled(stream: TcpStream) -> std::io::Result<(TcpStream, std::net::TcpStream)> {
    let stream = stream.into_std()?;
    let second = stream.try_clone()?;
    let stream = TcpStream::from_std(stream)?;
    stream.set_nodelay(true)?;
    Ok((stream, second))
}

/// Ends when the client has not said in time who he is, or has done nothing
/// for a while.
async fn watch_over(client: &Client, limits: &Limits) {
    tokio::time::sleep(limits.login).await;
    if !client.authenticated.load(Ordering::Relaxed) {
        return;
    }
    loop {
        let before = client.begun.load(Ordering::Relaxed);
        let was_busy = client.busy() > 0;
        tokio::time::sleep(limits.idle).await;
        let begun = client.begun.load(Ordering::Relaxed);
        if !was_busy && client.busy() == 0 && begun == before {
            return;
        }
    }
}

/// Ends once the server is being stopped and no command runs any more.
///
/// A client whose command has just ended leaves by himself. OpenSSH takes a
/// disconnect that it reads together with a command's end for the command's
/// failure, so he is given a moment; whoever was idle before is not.
async fn stopping(client: &Client, told: &mut watch::Receiver<bool>) {
    if told.wait_for(|told| *told).await.is_err() {
        return;
    }
    while client.stays() {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}
