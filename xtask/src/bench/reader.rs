//! Somebody who looks at pages, as a browser asks for them.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, ensure};
use serde_json::json;

use super::git_in;
use super::product::Product;
use super::report::Sample;
use super::target::Target;

const NAME: &str = "reader";
const PASSWORD: &str = "correct horse 7";

/// A session in which pages are asked for.
pub(super) struct Reader<'a> {
    pub(super) product: &'a Product,
    jar: PathBuf,
}

impl<'a> Reader<'a> {
    /// Makes the account, unless it is there, and signs in.
    ///
    /// # Errors
    /// The server refuses.
    pub(super) fn sign_in(product: &'a Product, scratch: &Path) -> Result<Self> {
        let jar = scratch.join("cookies");
        let reader = Self { product, jar };
        if !reader.jar.exists() {
            let mail = format!("{NAME}@example.com");
            let who = ["user", "create", "--name", NAME, "--email", &mail, "--password", PASSWORD];
            product.command(&who)?;
        }
        let form = format!("login={NAME}&password={}", PASSWORD.replace(' ', "+"));
        reader.ask("/login", &["--data", &form], "303")?;
        Ok(reader)
    }

    /// Makes a depot that everybody may read, and fills it with the branches
    /// and tags of a repository.
    ///
    /// # Errors
    /// The server refuses.
    pub(super) fn depot(&self, name: &str, repository: &Path) -> Result<()> {
        self.product.action(&json!({
            "Action": "CreateGitDepot", "ProjectId": self.product.project(),
            "DepotName": name, "Shared": true
        }))?;
        self.push(name, repository, &["main"])?;
        self.push(name, repository, &["refs/heads/*:refs/heads/*", "refs/tags/*:refs/tags/*"])
    }

    /// Pushes to a depot.
    ///
    /// # Errors
    /// The server refuses.
    pub(super) fn push(&self, name: &str, repository: &Path, refs: &[&str]) -> Result<()> {
        let url = self.product.url(&format!("/mortise/bench/{name}.git"));
        let url = self.product.client_url(&url);
        git_in(repository, &[&["push", "--quiet", &url][..], refs].concat())
    }

    /// Milliseconds until all of a page is there.
    ///
    /// # Errors
    /// It is not answered with success.
    pub(super) fn page(&self, page: &str) -> Result<f64> {
        self.ask(&format!("/p/bench/d/{page}"), &[], "200")
    }

    /// [`Reader::page`] for the part that a script asks for.
    ///
    /// # Errors
    /// It is not answered with success.
    pub(super) fn part(&self, page: &str) -> Result<f64> {
        self.ask(&format!("/p/bench/d/{page}"), &["--header", "x-part: 1"], "200")
    }

    /// Asks for a page some more times.
    ///
    /// # Errors
    /// It is not answered with success.
    pub(super) fn pages(&self, page: &str, rounds: usize) -> Result<Sample> {
        let mut sample = Sample::default();
        for _ in 0..rounds {
            sample.push(self.page(page)?);
        }
        Ok(sample)
    }

    /// [`Target::settle`].
    pub(super) fn settle(&self, housekeeping: bool) {
        self.product.settle(housekeeping);
    }

    fn ask(&self, page: &str, more: &[&str], status: &str) -> Result<f64> {
        let mut curl = Command::new("curl");
        curl.args(["--silent", "--show-error", "--globoff", "--compressed"])
            .args(["--output", "/dev/null", "--write-out", "%{http_code} %{time_total}"])
            .arg("--cookie")
            .arg(&self.jar)
            .arg("--cookie-jar")
            .arg(&self.jar)
            .args(more);
        let page = self.product.url(page);
        let output = curl.arg(&page).stdin(Stdio::null()).output().context("curl")?;
        let said = String::from_utf8_lossy(&output.stdout);
        let (found, seconds) = said.split_once(' ').with_context(|| format!("{page}: {said}"))?;
        ensure!(found == status, "{page}: {said} {}", String::from_utf8_lossy(&output.stderr));
        Ok(seconds.trim().parse::<f64>()? * 1000.0)
    }
}
