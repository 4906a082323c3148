//! The words of the command line.

use clap::{Parser, Subcommand};

use crate::commands::Scan;
use crate::config::{Beside, Flags};

/// The whole workshop of a software team in one binary.
#[derive(Debug, Parser)]
#[command(
    name = "mortise",
    version,
    args_conflicts_with_subcommands = true,
    subcommand_help_heading = "Commands"
)]
pub(crate) struct Cli {
    #[command(subcommand)]
    pub(crate) command: Option<Command>,
    #[command(flatten)]
    pub(crate) flags: Flags,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Run the server (the default where no command is given).
    Serve(Flags),
    /// Print the configuration in force and where each value comes from.
    Config(Flags),
    /// Scan a directory or a Git checkout, without a server.
    ///
    /// Exit status: 0 clean, 1 findings at or above --fail-on, 2 trouble.
    Scan(Scan),
    /// Personal access tokens.
    #[command(subcommand)]
    Token(Token),
    /// Access key pairs, with which requests are signed.
    #[command(subcommand)]
    AccessKey(AccessKey),
    /// Users.
    #[command(subcommand)]
    User(User),
    /// Advisories about vulnerable packages, in the OSV schema.
    #[command(subcommand)]
    Osv(Osv),
}

#[derive(Debug, Subcommand)]
pub(crate) enum Osv {
    /// Import advisories from a directory or a zip file, as OSV publishes them.
    ///
    /// Scans that begin afterwards know of them. What is known already and has
    /// not changed costs nothing, so a mirror may be imported every night.
    Import {
        /// The directory or zip file.
        #[arg(value_name = "PATH")]
        path: std::path::PathBuf,
        #[command(flatten)]
        flags: Beside,
    },
}

#[derive(Debug, Subcommand)]
pub(crate) enum Token {
    /// Make a token and print it alone.
    Create {
        /// Whose token it is.
        #[arg(long, value_name = "NAME")]
        user: String,
        /// What its owner calls it.
        #[arg(long, value_name = "LABEL")]
        name: String,
        /// How far it reaches: scopes separated by commas.
        #[arg(long, value_name = "SCOPES", default_value = "all")]
        scopes: String,
        /// For how many days it holds; for ever without.
        #[arg(long, value_name = "N")]
        days: Option<u64>,
        #[command(flatten)]
        flags: Beside,
    },
}

#[derive(Debug, Subcommand)]
pub(crate) enum AccessKey {
    /// Make a pair and print the key and the secret, separated by a blank.
    Create {
        /// Whose pair it is.
        #[arg(long, value_name = "NAME")]
        user: String,
        #[command(flatten)]
        flags: Beside,
    },
}

#[derive(Debug, Subcommand)]
pub(crate) enum User {
    /// Make an ordinary member of the team and print the id alone.
    Create {
        /// The unique name.
        #[arg(long, value_name = "NAME")]
        name: String,
        /// The mail address.
        #[arg(long, value_name = "ADDRESS")]
        email: String,
        /// The password.
        #[arg(long, value_name = "PASSWORD")]
        password: String,
        #[command(flatten)]
        flags: Beside,
    },
}
