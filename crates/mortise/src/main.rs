//! The binary: command line, configuration, wiring; nothing else.
//!
//! [`config`] says what is in force and why, [`wiring`] puts the crates
//! together, [`serve`] runs them behind a socket, [`commands`] are the rest of
//! the command line.

mod cli;
mod commands;
mod config;
mod data_dir;
mod installation;
mod logs;
mod output;
mod serve;
mod wiring;

use std::process::ExitCode;

use clap::Parser as _;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Trouble, as opposed to a command's own answer.
const TROUBLE: u8 = 2;

fn main() -> ExitCode {
    let cli = cli::Cli::parse();
    // Whatever this process makes is for nobody else to read.
    rustix::process::umask(rustix::fs::Mode::from_raw_mode(0o077));
    more_files();
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
    let done = match runtime {
        Ok(runtime) => runtime.block_on(commands::run(cli)),
        Err(error) => Err(anyhow::Error::new(error).context("cannot start")),
    };
    done.unwrap_or_else(|error| {
        output::complain(&format!("{error:#}"));
        ExitCode::from(TROUBLE)
    })
}

/// A connection, a repository and a process each take files; the usual soft
/// limit of 1024 is for old programs that could not count further.
fn more_files() {
    let limit = rustix::process::getrlimit(rustix::process::Resource::Nofile);
    let raised = rustix::process::Rlimit { current: limit.maximum, maximum: limit.maximum };
    // Where the system refuses, the old limit stands.
    let _ = rustix::process::setrlimit(rustix::process::Resource::Nofile, raised);
}
