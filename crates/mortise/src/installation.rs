//! Opening an installation, for the server and for commands beside it.

use std::sync::Arc;

use anyhow::{Context as _, Result, bail};
use base::{Random, SystemClock, SystemRandom};
use blob::Blobs;
use call::{Addresses, Env, EnvParts, Vault};
use db::Db;
use jobs::Jobs;
use mail::Mailer;

use crate::config::Config;
use crate::{data_dir, wiring};

/// Opens the installation for the server: what is missing is made, and the
/// tables are brought up to date.
///
/// # Errors
/// When the directory, key or database cannot be used, or the database has
/// been used by a newer version; then nothing has been changed.
pub(crate) async fn open(config: &Config, addresses: Addresses) -> Result<Env> {
    data_dir::create(&config.data_dir)?;
    let db = database(config).await?;
    db::migrate(&db, &SystemClock, wiring::MIGRATIONS).await?;
    env(config, db, addresses)
}

/// Opens the installation for a command, which changes no table.
///
/// # Errors
/// When there is none, or another version of the server looks after it.
pub(crate) async fn open_existing(config: &Config) -> Result<Env> {
    if !config.data_dir.join("installation.key").exists() {
        bail!(
            "there is no installation in {}; `mortise serve` makes one",
            config.data_dir.display()
        );
    }
    let db = database(config).await?;
    let pending = db::pending(&db, wiring::MIGRATIONS).await?;
    if !pending.is_empty() {
        bail!("the database is of an older version; start `mortise serve` of this version once");
    }
    let addresses = Addresses {
        http: config.public_url.clone().unwrap_or_else(|| format!("http://{}", config.listen)),
        ssh: match (&config.ssh_address, &config.ssh_listen) {
            (Some(address), _) => address.clone(),
            (None, Some(listen)) => listen.address.clone(),
            (None, None) => String::new(),
        },
    };
    env(config, db, addresses)
}

async fn database(config: &Config) -> Result<Db> {
    Db::open(&config.database).await.context("cannot open the database")
}

fn env(config: &Config, db: Db, addresses: Addresses) -> Result<Env> {
    let clock = Arc::new(SystemClock);
    let random: Arc<dyn Random> = Arc::new(SystemRandom);
    let blobs = match &config.s3 {
        Some(options) => Blobs::s3(options),
        None => Blobs::local(&config.data_dir.join("blobs")),
    };
    let jobs = Jobs::new(clock.clone(), Arc::clone(&random));
    Ok(Env::new(EnvParts {
        db,
        blobs: blobs.context("cannot use the blob store")?,
        events: wiring::listeners().events(clock.clone(), jobs.clone()),
        jobs,
        mail: match &config.mail {
            Some(settings) => Mailer::new(settings.clone()).context("cannot send mail")?,
            None => Mailer::none(),
        },
        clock,
        vault: Vault::open_or_create(&config.data_dir, Arc::clone(&random))?,
        random,
        data_dir: config.data_dir.clone(),
        addresses,
        permits: config.permits,
    }))
}
