//! What each command does.

mod advisories;
mod credentials;
mod scan;

use std::process::ExitCode;

use anyhow::Result;

pub(crate) use scan::Scan;

use crate::cli::{AccessKey, Cli, Command, Osv, Token, User};
use crate::config::{self, Config, Flags};
use crate::{output, serve};

/// Does what the command line says.
///
/// # Errors
/// When it cannot be done.
pub(crate) async fn run(cli: Cli) -> Result<ExitCode> {
    match cli.command.unwrap_or(Command::Serve(cli.flags)) {
        Command::Serve(flags) => serve::run(Config::load(&flags)?).await?,
        Command::Scan(scan) => {
            return tokio::task::spawn_blocking(move || scan::run(&scan)).await?;
        }
        Command::Config(flags) => show_config(&flags)?,
        Command::Token(Token::Create { user, name, scopes, days, flags }) => {
            let config = Config::load(&flags.0)?;
            credentials::create_token(&config, &user, name, &scopes, days).await?;
        }
        Command::AccessKey(AccessKey::Create { user, flags }) => {
            credentials::create_access_key(&Config::load(&flags.0)?, &user).await?;
        }
        Command::Osv(Osv::Import { path, flags }) => {
            advisories::import(&Config::load(&flags.0)?, &path).await?;
        }
        Command::User(User::Create { name, email, password, flags }) => {
            credentials::create_user(&Config::load(&flags.0)?, name, email, &password).await?;
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// Prints name, value and source of every setting in columns.
fn show_config(flags: &Flags) -> Result<()> {
    let rows = config::layers(flags)?.show();
    let width = |column: usize| rows.iter().map(|row| row[column].len()).max().unwrap_or(0);
    let (name, value) = (width(0), width(1));
    for row in &rows {
        output::say(&format!("{:name$}  {:value$}  {}", row[0], row[1], row[2]));
    }
    // The table is of use even where a value does not fit; that comes last.
    Config::load(flags).map(drop)
}
