//! The database: SQLite embedded, or PostgreSQL; one code for both.
//!
//! This is the only crate that knows which of the two it is. Everything else
//! builds queries with `sea_orm` and hands them a connection from [`Db`]:
//!
//! * reads take [`Db::reader`];
//! * changes take a [`Tx`] from [`Db::begin`], a unit of work that is undone
//!   unless it is committed. On SQLite it is `BEGIN IMMEDIATE` on the one
//!   writing connection, so that two units of work wait for each other instead
//!   of failing on a stale snapshot. A function that holds a `Tx` must do all
//!   its reads and writes through it.

mod connect;
pub mod counter;
mod dialect;
mod migrate;
mod schema;
#[cfg(feature = "testing")]
pub mod testing;
mod tx;

pub use connect::{Db, DbOptions};
pub use dialect::{contains_ignoring_case, lock_in_transaction, skip_locked};
pub use migrate::{MigrateError, Migration, migrate, pending};
pub use schema::{ForeignKeyAction, Schema, TableDef};
pub use tx::Tx;
