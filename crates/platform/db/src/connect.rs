//! Opening the database.

use std::path::{Path, PathBuf};
use std::time::Duration;

use base::{Error, Result};
use sea_orm::sqlx::sqlite::{SqliteJournalMode, SqliteSynchronous};
use sea_orm::{
    ConnectOptions, Database, DatabaseConnection, DbBackend, SqliteTransactionMode,
    TransactionOptions, TransactionTrait as _,
};

use crate::Tx;

/// Where the database is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DbOptions {
    /// A SQLite file; it is made where it is missing.
    Sqlite(PathBuf),
    /// A PostgreSQL address, `postgres://user:password@host:port/name`.
    Postgres(String),
}

impl DbOptions {
    /// Reads a `--database-url`: `sqlite:PATH` or `postgres://…`.
    ///
    /// # Errors
    /// `Invalid` on `database-url` for any other scheme.
    pub fn parse(url: &str) -> Result<Self> {
        if let Some(path) = url.strip_prefix("sqlite:") {
            let path = path.trim_start_matches("//");
            if path.is_empty() {
                return Err(Error::invalid("database-url", "names no file"));
            }
            return Ok(Self::Sqlite(PathBuf::from(path)));
        }
        if url.starts_with("postgres://") || url.starts_with("postgresql://") {
            return Ok(Self::Postgres(url.to_owned()));
        }
        Err(Error::invalid("database-url", "must start with sqlite: or postgres://"))
    }
}

/// The open database. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Db {
    reader: DatabaseConnection,
    writer: DatabaseConnection,
}

/// Readers beside the writer on SQLite; each is a thread with its own cache.
const SQLITE_READERS: u32 = 8;
const POSTGRES_CONNECTIONS: u32 = 20;
/// How long a unit of work waits for its turn before it is given up.
const TURN: Duration = Duration::from_secs(15);

impl Db {
    /// Opens the database without changing it beyond creating an empty file.
    ///
    /// # Errors
    /// `Internal` when it cannot be reached or opened.
    pub async fn open(options: &DbOptions) -> Result<Self> {
        match options {
            DbOptions::Sqlite(path) => {
                let writer = sqlite(path, 1, false).await?;
                let reader = sqlite(path, SQLITE_READERS, true).await?;
                Ok(Self { reader, writer })
            }
            DbOptions::Postgres(url) => {
                let mut connect = ConnectOptions::new(url.clone());
                connect
                    .max_connections(POSTGRES_CONNECTIONS)
                    .min_connections(1)
                    .acquire_timeout(TURN)
                    .test_before_acquire(false)
                    .sqlx_logging(false);
                let connection = Database::connect(connect).await?;
                Ok(Self { reader: connection.clone(), writer: connection })
            }
        }
    }

    /// The connection for reading outside a unit of work.
    pub fn reader(&self) -> &DatabaseConnection {
        &self.reader
    }

    /// Starts a unit of work.
    ///
    /// # Errors
    /// `Internal` when no connection could be had in time.
    pub async fn begin(&self) -> Result<Tx> {
        let options = TransactionOptions {
            isolation_level: None,
            access_mode: None,
            sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate),
        };
        Ok(Tx::new(self.writer.begin_with_options(options).await?))
    }

    /// Whether the database answers.
    ///
    /// # Errors
    /// `Unavailable` when it does not.
    pub async fn ping(&self) -> Result<()> {
        self.reader.ping().await.map_err(|error| {
            tracing::warn!(%error, "the database does not answer");
            Error::unavailable("the database does not answer")
        })
    }

    /// "SQLite" or "PostgreSQL", for people.
    pub fn product(&self) -> &'static str {
        match self.reader.get_database_backend() {
            DbBackend::Sqlite => "SQLite",
            DbBackend::Postgres => "PostgreSQL",
            _ => "unknown",
        }
    }

    /// Closes the connections; used before a process ends.
    ///
    /// # Errors
    /// `Internal` when the database reports one.
    pub async fn close(self) -> Result<()> {
        self.reader.close().await?;
        self.writer.close_by_ref().await?;
        Ok(())
    }
}

async fn sqlite(path: &Path, connections: u32, query_only: bool) -> Result<DatabaseConnection> {
    let path = path.to_path_buf();
    let mut connect = ConnectOptions::new("sqlite::memory:");
    connect
        .max_connections(connections)
        .min_connections(1)
        .acquire_timeout(TURN)
        .idle_timeout(Duration::from_secs(60))
        .test_before_acquire(false)
        .sqlx_logging(false)
        .map_sqlx_sqlite_opts(move |options| {
            options
                .in_memory(false)
                .shared_cache(false)
                .filename(&path)
                .create_if_missing(true)
                .journal_mode(SqliteJournalMode::Wal)
                .synchronous(SqliteSynchronous::Normal)
                .busy_timeout(TURN)
                .foreign_keys(true)
                .statement_cache_capacity(256)
                .pragma("mmap_size", "134217728")
                .pragma("query_only", if query_only { "on" } else { "off" })
        });
    Ok(Database::connect(connect).await?)
}
