//! The project's own tool: `cargo xtask test` checks everything, the other
//! commands do one part of it or measure something. `cargo xtask help` lists
//! them.

#![expect(clippy::print_stdout, reason = "a command line tool talks to its terminal")]

mod apt;
mod bench;
mod fuzz;
mod lifetime;
mod postgres;
mod python;
mod soak;
mod steps;
mod tidy;
mod workspace;

use std::process::ExitCode;

use clap::{Parser, Subcommand};
use steps::Step;

#[derive(Parser)]
#[command(name = "cargo xtask", about = "Checks, measurements and maps of the project")]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Install what the tests need (where we may), then run every check
    Test(steps::TestArgs),
    /// Say which system packages are missing, and install them as root
    Packages,
    /// Formatting (`cargo fmt --check`)
    Fmt,
    /// The project's own rules: crate graph, file sizes, names, borders
    Tidy,
    /// Clippy on all targets, warnings are errors
    Clippy,
    /// Build the documentation, warnings are errors
    Docs,
    /// All unit and integration tests, on SQLite and a throw-away PostgreSQL
    Unit(steps::UnitArgs),
    /// The browser journeys alone
    Browser,
    /// Print the crate graph in the form that ARCHITECTURE.md holds
    Graph,
    /// Measure the product and print a table; asserts nothing
    Bench(bench::BenchArgs),
    /// Kill the server at random moments during pushes, many times
    SoakKill(soak::SoakArgs),
    /// Run the fuzz targets of `fuzz/`, one after the other
    Fuzz(fuzz::FuzzArgs),
}

fn main() -> ExitCode {
    let outcome = match Cli::parse().command {
        Command::Test(args) => steps::test(&args),
        Command::Packages => steps::one(Step::Packages),
        Command::Fmt => steps::one(Step::Fmt),
        Command::Tidy => steps::one(Step::Tidy),
        Command::Clippy => steps::one(Step::Clippy),
        Command::Docs => steps::one(Step::Docs),
        Command::Unit(args) => steps::unit(&args),
        Command::Browser => steps::one(Step::Browser),
        Command::Graph => tidy::print_graph(),
        Command::Bench(args) => bench::run(&args),
        Command::SoakKill(args) => soak::run(&args),
        Command::Fuzz(args) => fuzz::run(&args),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("xtask: {error:#}");
            ExitCode::FAILURE
        }
    }
}
