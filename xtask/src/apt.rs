//! What the tests and benches need from the system, by Debian's names.

use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail, ensure};

use crate::workspace::find_program;

/// One need: how to see that it is there, and the package that brings it.
struct Need {
    package: &'static str,
    why: &'static str,
    present: fn() -> bool,
}

macro_rules! program {
    ($package:literal, $($name:literal)|+, $why:literal) => {
        Need { package: $package, why: $why, present: || $(find_program($name).is_some())||+ }
    };
}

/// What `cargo xtask test` needs.
const FOR_TESTS: &[Need] = &[
    program!("git", "git", "the product and its tests run it"),
    program!("curl", "curl", "clients in the tests"),
    Need {
        package: "postgresql",
        why: "the second database that all data tests run on",
        present: || crate::postgres::bin_dir().is_some(),
    },
    program!("openssl", "openssl", "the certificate of that database"),
    program!("chromium", "chromium" | "google-chrome", "browser journeys"),
    program!("chromium-driver", "chromedriver", "browser journeys"),
    program!("bubblewrap", "bwrap", "sandbox of script scans"),
    Need {
        package: "fonts-noto-cjk",
        why: "Chinese pages in the browser",
        present: || std::path::Path::new("/usr/share/fonts/opentype/noto").exists(),
    },
    Need {
        package: "python3-venv",
        why: "the official SDK in a virtual environment",
        present: crate::python::can_make_venv,
    },
    program!("openssh-client", "ssh", "git over SSH"),
    program!("git-lfs", "git-lfs", "large files beside git"),
];

/// What `cargo xtask bench` needs on top.
const FOR_BENCHES: &[Need] = &[
    program!("curl", "curl", "raw requests"),
    program!("git", "git", "real clients and git http-backend"),
    program!("nginx-light", "nginx", "serves git http-backend"),
    program!("fcgiwrap", "fcgiwrap", "runs git http-backend"),
    program!("wrk", "wrk", "load on the actions"),
];

/// Sees that everything for the tests is there, installing it as root.
///
/// # Errors
/// Names every package that is missing and could not be installed.
pub(crate) fn for_tests() -> Result<()> {
    provide(FOR_TESTS)
}

/// The same for the benches.
///
/// # Errors
/// As [`for_tests`].
pub(crate) fn for_benches() -> Result<()> {
    provide(FOR_BENCHES)
}

fn missing(needs: &[Need]) -> Vec<&Need> {
    needs.iter().filter(|need| !(need.present)()).collect()
}

fn provide(needs: &'static [Need]) -> Result<()> {
    let absent = missing(needs);
    if absent.is_empty() {
        return Ok(());
    }
    for need in &absent {
        println!("missing: {} ({})", need.package, need.why);
    }
    let packages: Vec<_> = absent.iter().map(|need| need.package).collect();
    let list = packages.join(" ");
    if find_program("apt-get").is_none() {
        bail!("not a Debian system; install what these packages bring: {list}");
    }
    if !crate::postgres::we_are_root()? {
        bail!("run as root, or install by hand: apt-get install {list}");
    }
    apt(&["update", "-q"])?;
    let mut install =
        vec!["install", "-q", "-y", "--no-install-recommends", "-o", "Dpkg::Use-Pty=0"];
    install.extend(&packages);
    apt(&install)?;
    let still: Vec<_> = missing(needs).iter().map(|need| need.package).collect();
    ensure!(still.is_empty(), "installed, yet not found: {}", still.join(" "));
    Ok(())
}

fn apt(arguments: &[&str]) -> Result<()> {
    println!("$ apt-get {}", arguments.join(" "));
    let status = Command::new("apt-get")
        .args(arguments)
        .env("DEBIAN_FRONTEND", "noninteractive")
        // Keeps the packages from starting their services: the tests start
        // their own, elsewhere.
        .env("RUNLEVEL", "1")
        .stdin(Stdio::null())
        .status()
        .context("apt-get")?;
    ensure!(status.success(), "apt-get {}: {status}", arguments.join(" "));
    Ok(())
}
