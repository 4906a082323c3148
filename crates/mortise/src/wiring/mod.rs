//! Which crates take part: their tables, jobs and listeners.

mod reference;

use base::Result;
use call::Env;
use db::Migration;
use events::Listeners;
use jobs::Registry;

pub(crate) use reference::Reference;

/// Every table, lowest crate first.
pub(crate) const MIGRATIONS: &[&[Migration]] = &[
    jobs::MIGRATIONS,
    events::MIGRATIONS,
    identity::MIGRATIONS,
    projects::MIGRATIONS,
    depots::MIGRATIONS,
    analysis::MIGRATIONS,
    search::MIGRATIONS,
];

/// Who hears of what.
pub(crate) fn listeners() -> Listeners<Env> {
    search::listen(analysis::listen(Listeners::new()))
}

/// Who does which job; those of the listeners come on top.
///
/// # Errors
/// When a schedule cannot be written down.
pub(crate) fn registry() -> Result<Registry<Env>> {
    let registry = identity::register(Registry::new())?;
    search::register(analysis::register(depots::register(registry)?)?)
}
