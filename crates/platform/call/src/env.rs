//! The installation, and one call in it.

use std::net::IpAddr;
use std::ops::Deref;
use std::path::PathBuf;
use std::sync::Arc;

use base::{Actor, Clock, Random, Result, UserActor};
use blob::Blobs;
use db::{Db, Tx};
use events::{EventId, EventKind, Events, NewEvent};
use jobs::Jobs;
use mail::Mailer;

use crate::Vault;
use crate::memory::Memory;

/// The installation. Cheap to clone; derefs to its parts.
#[derive(Debug, Clone)]
pub struct Env(Arc<Whole>);

#[derive(Debug)]
struct Whole {
    parts: EnvParts,
    memory: Memory,
}

/// What an installation is made of. Cheap to clone.
#[derive(Debug, Clone)]
pub struct EnvParts {
    /// The database.
    pub db: Db,
    /// Large values.
    pub blobs: Blobs,
    /// Work for later.
    pub jobs: Jobs,
    /// What happened.
    pub events: Events,
    /// Tells the time.
    pub clock: Arc<dyn Clock>,
    /// Sends letters, where there is a server for them.
    pub mail: Mailer,
    /// Source of tokens and ids.
    pub random: Arc<dyn Random>,
    /// Keeps secrets that are needed in the clear.
    pub vault: Vault,
    /// The directory that holds everything that is not in the database.
    pub data_dir: PathBuf,
    /// Where clients find this installation.
    pub addresses: Addresses,
    /// What people may have it do.
    pub permits: Permits,
}

/// What whoever runs the installation lets people have it do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Permits {
    /// Whether scripts run where the machine cannot shut them in.
    pub bare_scripts: bool,
    /// The machines that may be fetched from.
    pub reach: Reach,
}

/// Machines that may be talked to because somebody has named them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reach {
    /// Those that everybody can reach.
    Public,
    /// Also those of private networks; not this one, nor what answers only to it.
    Network,
    /// All.
    Anything,
}

impl Permits {
    /// Everything; for tests and tools.
    pub const ALL: Self = Self { bare_scripts: true, reach: Reach::Anything };
}

/// Where clients find this installation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Addresses {
    /// Base address of pages and interfaces without a slash at its end:
    /// `https://mortise.example.com`.
    pub http: String,
    /// Host and port of SSH: `mortise.example.com:2222`.
    pub ssh: String,
}

impl Env {
    /// The installation with these parts.
    pub fn new(parts: EnvParts) -> Self {
        Self(Arc::new(Whole { parts, memory: Memory::default() }))
    }

    /// What this process remembers as `T`, for a domain's caches: one value
    /// for each type and installation, empty at first. Nothing may be kept in
    /// it that another replica could not do without.
    pub fn memory<T: Default + Send + Sync + 'static>(&self) -> Arc<T> {
        self.0.memory.get()
    }
}

impl Deref for Env {
    type Target = EnvParts;

    fn deref(&self) -> &EnvParts {
        &self.0.parts
    }
}

/// One call: a request, a job, a command. Cheap to clone; derefs to its
/// [`Env`].
#[derive(Debug, Clone)]
pub struct Call {
    /// Who asks.
    pub actor: Actor,
    /// What there is to work with.
    pub env: Env,
    /// Names this call in logs and answers.
    pub request_id: String,
    /// Where it came from, if from the network.
    pub address: Option<IpAddr>,
}

impl Call {
    /// A call by the installation itself, with a request id of its own.
    pub fn system(env: Env) -> Self {
        Self::new(env, Actor::System)
    }

    /// A call by nobody in particular, with a request id of its own.
    pub fn anonymous(env: Env) -> Self {
        Self::new(env, Actor::Nobody)
    }

    /// A call by a user, with a request id of its own.
    pub fn for_user(env: Env, user: UserActor) -> Self {
        Self::new(env, Actor::User(user))
    }

    fn new(env: Env, actor: Actor) -> Self {
        let request_id = env.random.uuid();
        Self { actor, env, request_id, address: None }
    }

    /// The same call by another actor; used once somebody has signed in.
    #[must_use]
    pub fn by(self, actor: Actor) -> Self {
        Self { actor, ..self }
    }

    /// Tells of `payload` as done by this call's actor, in its unit of work.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn emit<K: EventKind>(
        &self,
        tx: &Tx,
        project: Option<i64>,
        payload: &K,
    ) -> Result<EventId> {
        self.env.events.emit(tx, NewEvent::of(&self.actor, project, payload)?).await
    }
}

impl Deref for Call {
    type Target = Env;

    fn deref(&self) -> &Env {
        &self.env
    }
}
