//! One list of migrations for both databases, run at start, forward only.

use std::collections::HashSet;

use base::{Clock, Error};
use sea_orm::sea_query::{Query, Table};
use sea_orm::{ConnectionTrait, DbErr};

use crate::schema::Step;
use crate::{Db, Schema, Tx, counter, dialect};

/// One change of the schema. Once released it is never edited.
#[derive(Debug, Clone, Copy)]
pub struct Migration {
    /// Unique: the owning crate, a running number, a word:
    /// `"identity_0001_people"`.
    pub name: &'static str,
    /// What it does.
    pub up: fn(&mut Schema),
}

/// Why the schema could not be brought up to date.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum MigrateError {
    /// The database has been used by a newer binary. Nothing was changed.
    #[error(
        "the database has been used by a newer version of mortise \
         (it holds the migration {unknown}); run that version, or restore a backup"
    )]
    Newer {
        /// A migration that this binary does not have.
        unknown: String,
    },
    /// A migration failed; those before it are in force.
    #[error("migration {name} failed: {cause}")]
    Failed {
        /// The migration.
        name: &'static str,
        /// The database's word.
        #[source]
        cause: DbErr,
    },
    /// The database cannot be used.
    #[error("{0}")]
    Database(#[from] DbErr),
    /// No unit of work could be started.
    #[error("{0}")]
    Base(#[from] Error),
}

/// Runs those of `migrations` that the database has not seen, in their order,
/// each in a transaction of its own.
///
/// # Errors
/// [`MigrateError::Newer`] before any change when the database knows a
/// migration that is not in the list.
pub async fn migrate(
    db: &Db,
    clock: &dyn Clock,
    migrations: &[&[Migration]],
) -> Result<(), MigrateError> {
    let own = [counter::MIGRATION];
    let all: Vec<Migration> =
        own.iter().chain(migrations.iter().copied().flatten()).copied().collect();

    // Two replicas may start at once; the second waits and finds it done.
    let tx = db.begin().await?;
    dialect::lock_in_transaction(&*tx, "migrations").await?;
    let history = Table::create()
        .table("schema_migrations")
        .if_not_exists()
        .col(sea_orm::sea_query::ColumnDef::new("name").text().not_null().primary_key())
        .col(sea_orm::sea_query::ColumnDef::new("applied_at").big_integer().not_null())
        .to_owned();
    tx.execute(&history).await?;
    let applied = applied(&*tx).await?;
    let known: HashSet<&str> = all.iter().map(|migration| migration.name).collect();
    if let Some(unknown) = applied.iter().find(|name| !known.contains(name.as_str())) {
        return Err(MigrateError::Newer { unknown: unknown.clone() });
    }
    tx.commit().await?;

    for migration in all.iter().filter(|migration| !applied.contains(migration.name)) {
        let tx = db.begin().await?;
        dialect::lock_in_transaction(&*tx, "migrations").await?;
        if self::applied(&*tx).await?.contains(migration.name) {
            continue;
        }
        apply(&tx, migration)
            .await
            .map_err(|cause| MigrateError::Failed { name: migration.name, cause })?;
        let record = Query::insert()
            .into_table("schema_migrations")
            .columns(["name", "applied_at"])
            .values_panic([migration.name.into(), clock.now().0.into()])
            .to_owned();
        tx.execute(&record).await?;
        tx.commit().await?;
        tracing::debug!(migration = migration.name, "applied");
    }
    Ok(())
}

/// Those of `migrations` that the database has not seen. Nothing is changed.
///
/// # Errors
/// [`MigrateError::Newer`] as for [`migrate`]; `Database` when it has never
/// been migrated.
pub async fn pending(
    db: &Db,
    migrations: &[&[Migration]],
) -> Result<Vec<&'static str>, MigrateError> {
    let applied = applied(db.reader()).await?;
    let names: Vec<&str> =
        migrations.iter().copied().flatten().map(|migration| migration.name).collect();
    let known = |name: &String| name == counter::MIGRATION.name || names.contains(&name.as_str());
    if let Some(unknown) = applied.iter().find(|name| !known(name)) {
        return Err(MigrateError::Newer { unknown: unknown.clone() });
    }
    Ok(names.into_iter().filter(|name| !applied.contains(*name)).collect())
}

async fn applied(tx: &impl ConnectionTrait) -> Result<HashSet<String>, DbErr> {
    let select = Query::select().column("name").from("schema_migrations").to_owned();
    tx.query_all(&select).await?.iter().map(|row| row.try_get("", "name")).collect()
}

async fn apply(tx: &Tx, migration: &Migration) -> Result<(), DbErr> {
    let mut schema = Schema::default();
    (migration.up)(&mut schema);
    for step in &schema.steps {
        match step {
            Step::Table(table) => {
                tx.execute(&table.statement(tx.get_database_backend())).await?;
                for index in &table.indexes {
                    tx.execute(index).await?;
                }
            }
            Step::Index(index) => {
                tx.execute(&**index).await?;
            }
            Step::Alter(alter) => {
                tx.execute(&**alter).await?;
            }
            Step::Drop(name) => {
                tx.execute(&Table::drop().table(name.clone()).to_owned()).await?;
            }
        }
    }
    Ok(())
}
