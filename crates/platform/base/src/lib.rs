//! What every room of the house stands on: ids, time, randomness, paging,
//! errors, who is asking, and proof that he may.
//!
//! Nothing here does I/O, and nothing here knows a noun of the domain beyond
//! the team and the user that an [`Actor`] is made of. `sea-orm` is used for
//! its value traits only, so that typed ids can be columns.

pub mod actor;
pub mod clock;
pub mod error;
pub mod granted;
pub mod ids;
pub mod paging;
pub mod random;

pub use actor::{Actor, DeployKeyActor, Scope, Scopes, TeamRole, UserActor, Via};
pub use clock::{Clock, ManualClock, SystemClock, Timestamp};
pub use error::{Error, Result};
pub use granted::{Administer, AtLeast, Granted, Read, Right, Write};
pub use ids::{TeamId, UserId};
pub use paging::{PageRequest, Paged};
pub use random::{Random, SeededRandom, SystemRandom};

#[doc(hidden)]
pub use sea_orm;
