//! Which crates take part: their tables, jobs and listeners.

use base::Result;
use call::Env;
use db::Migration;
use events::Listeners;
use jobs::Registry;

/// Every table, lowest crate first.
pub(crate) const MIGRATIONS: &[&[Migration]] = &[
    jobs::MIGRATIONS,
    events::MIGRATIONS,
    identity::MIGRATIONS,
    projects::MIGRATIONS,
    depots::MIGRATIONS,
];

/// Who hears of what.
pub(crate) fn listeners() -> Listeners<Env> {
    Listeners::new()
}

/// Who does which job; those of the listeners come on top.
///
/// # Errors
/// When a schedule cannot be written down.
pub(crate) fn registry() -> Result<Registry<Env>> {
    depots::register(identity::register(Registry::new())?)
}
