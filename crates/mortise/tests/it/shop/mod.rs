//! An installation to try things in: the running server, people with
//! credentials made by the command line, and a way to ask each door.

mod door;
mod git;
mod pages;

use std::path::Path;
use std::process::{Command, Stdio};

use serde_json::{Value, json};

use crate::process::{Server, answer, run};

pub(crate) use door::Door;
pub(crate) use git::Clone;
pub(crate) use pages::{Browser, cells, number_before, text_of};

/// The password of everybody whom a test adds.
pub(crate) const PASSWORD: &str = "correct horse 7";

/// A running installation, empty at first.
pub(crate) struct Shop {
    /// The process.
    pub(crate) server: Server,
    directory: tempfile::TempDir,
    database: Vec<String>,
}

impl Shop {
    /// Starts on an empty directory, with the database of that address or the
    /// embedded one.
    pub(crate) fn start(database: Option<&str>) -> Self {
        let directory = tempfile::tempdir().unwrap();
        let database: Vec<String> = database
            .map(|address| vec!["--database-url".to_owned(), address.to_owned()])
            .unwrap_or_default();
        let more: Vec<&str> = database.iter().map(String::as_str).collect();
        let server = Server::start(&directory.path().join("data"), &more);
        Self { server, directory, database }
    }

    /// Starts by a command that was prepared, on an empty directory.
    pub(crate) fn start_by(mortise: Command, more: &[&str]) -> Self {
        let directory = tempfile::tempdir().unwrap();
        let server = Server::start_by(mortise, &directory.path().join("data"), more, Stdio::null());
        Self { server, directory, database: Vec::new() }
    }

    /// A place for clones, thrown away at the end.
    pub(crate) fn scratch(&self) -> &Path {
        self.directory.path()
    }

    /// Runs a command beside the server; what it prints.
    pub(crate) fn command(&self, words: &[&str]) -> String {
        let words: Vec<&str> =
            words.iter().copied().chain(self.database.iter().map(String::as_str)).collect();
        answer(&run(&words, &self.directory.path().join("data"))).trim_end().to_owned()
    }

    /// Adds somebody to the team.
    pub(crate) fn add(&self, name: &str) -> Person<'_> {
        let mail = format!("{name}@example.com");
        let words = ["user", "create", "--name", name, "--email", &mail, "--password", PASSWORD];
        self.command(&words);
        self.person(name)
    }

    /// Somebody who is there already, with a fresh token.
    pub(crate) fn person(&self, name: &str) -> Person<'_> {
        let token = self.command(&["token", "create", "--user", name, "--name", "tests"]);
        Person { shop: self, name: name.to_owned(), token }
    }

    /// Somebody who shows no credentials.
    pub(crate) fn nobody(&self) -> Door {
        Door::new(&self.server.url, None)
    }
}

/// A user with a token.
pub(crate) struct Person<'a> {
    shop: &'a Shop,
    pub(crate) name: String,
    pub(crate) token: String,
}

impl Person<'_> {
    fn door(&self, header: &'static str, value: String) -> Door {
        Door::new(&self.shop.server.url, Some((header, value)))
    }

    /// With a token as CODING's clients send it.
    pub(crate) fn coding(&self) -> Door {
        self.door("Authorization", format!("token {}", self.token))
    }

    /// With a token as TCA's clients send it.
    pub(crate) fn tca(&self) -> Door {
        self.door("Authorization", format!("Token {}", self.token))
    }

    /// With a token as Zadig's clients send it.
    pub(crate) fn zadig(&self) -> Door {
        self.door("Authorization", format!("Bearer {}", self.token))
    }

    /// With a token as CodeArts' clients send it.
    pub(crate) fn codearts(&self) -> Door {
        self.door("X-Auth-Token", self.token.clone())
    }

    /// An access key and its secret.
    pub(crate) fn access_key(&self) -> (String, String) {
        let pair = self.shop.command(&["access-key", "create", "--user", &self.name]);
        let (key, secret) = pair.split_once(' ').unwrap();
        (key.to_owned(), secret.to_owned())
    }

    /// The pages, signed in with the password.
    pub(crate) async fn pages(&self) -> Browser {
        Browser::signed_in(&self.shop.server.url, &self.name, PASSWORD).await
    }

    /// The address of a depot with the token in it, as git takes it.
    pub(crate) fn remote(&self, project: &str, depot: &str) -> String {
        let url = self.shop.server.url.replace("://", &format!("://{}:{}@", self.name, self.token));
        format!("{url}/mortise/{project}/{depot}.git")
    }

    /// Makes a project with an empty depot by CODING's actions; the project's
    /// uid, by which CodeArts knows it.
    pub(crate) async fn project(&self, name: &str, depot: &str) -> String {
        let coding = self.coding();
        let made = coding
            .action(&json!({ "Action": "CreateCodingProject", "Name": name, "DisplayName": name }))
            .await;
        let id = &made["ProjectId"];
        coding
            .action(&json!({ "Action": "CreateGitDepot", "ProjectId": id, "DepotName": depot }))
            .await;
        let projects = self.codearts().get("/v4/projects").await.ok();
        let known = projects["projects"].as_array().unwrap().iter();
        let mine = known.clone().find(|one| one["project_num_id"] == *id);
        mine.unwrap_or_else(|| panic!("{projects}"))["project_id"].as_str().unwrap().to_owned()
    }

    /// The row of a depot in TCA's list of a project's repositories.
    pub(crate) async fn repository(&self, project: &str, depot: &str) -> Value {
        let list = format!("/server/main/api/orgs/mortise/teams/{project}/repos/");
        let body = self.tca().get(&list).await.ok();
        assert_eq!(body["code"], 0, "{body}");
        let rows = body["data"]["results"].as_array().unwrap();
        rows.iter().find(|row| row["name"] == depot).unwrap_or_else(|| panic!("{body}")).clone()
    }

    /// Waits for a run of a plan, known to Zadig by the plan's name and the
    /// run's number; its detail.
    pub(crate) async fn finished(&self, project: &str, plan: &str, number: i64) -> Value {
        let target = format!("/openapi/quality/codescan/{plan}/task/{number}?projectKey={project}");
        let zadig = self.zadig();
        let begun = std::time::Instant::now();
        loop {
            let reply = zadig.get(&target).await;
            let detail = reply.json();
            match detail["status"].as_str() {
                Some("passed" | "failed" | "timeout" | "cancelled") => return detail,
                _ => assert!(
                    begun.elapsed().as_secs() < 180,
                    "run {number} of {plan} is not over: {} {detail}",
                    reply.status
                ),
            }
            tokio::time::sleep(std::time::Duration::from_millis(100)).await;
        }
    }
}
