//! Random sequences of everything that makes commits, tags and notes, done by
//! actions and by git in a checkout: the same objects, to their names, and the
//! same verdicts.

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use base64::Engine as _;
use serde_json::{Value, json};

use crate::world::{World, each};

/// What became of something that was tried.
#[derive(Debug, PartialEq, Eq)]
enum Outcome {
    Done(String),
    Nothing,
    Conflict,
}

/// Numbers that look random and are the same in every run.
struct Dice(u64);

impl Dice {
    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 >> 11).expect("64 bits") % limit
    }

    fn one_of<T: Clone>(&mut self, list: &[T]) -> T {
        list[self.below(list.len())].clone()
    }
}

/// A depot, and a checkout in which git does the same.
struct Twins<'w> {
    world: &'w World,
    depot: i64,
    bare: PathBuf,
    work: PathBuf,
    dice: Dice,
    step: usize,
    /// How often something was done, changed nothing, and did not fit.
    counts: [usize; 3],
}

/// Paths of files; some of them are directories of others.
const NAMES: [&str; 12] =
    ["a", "b.txt", "a-", "a/b", "d/a", "d/e/f", "d/e/g", "d.x", "z/y/x/w", "文/件 1", "A", "-x"];
const MESSAGES: [&str; 4] =
    ["one", "  two \n\n\n more\t\n", "три\r\nдва\n\n", "# not a comment\n\nbody"];

impl<'w> Twins<'w> {
    async fn new(world: &'w World, seed: u64) -> Self {
        let project = json!({ "Name": format!("p{seed}") });
        let project =
            world.done("admin", "CreateCodingProject", project).await["ProjectId"].clone();
        let member = json!({ "ProjectId": project, "Type": 80, "UserGlobalKeyList": ["member"] });
        world.done("admin", "CreateProjectMember", member).await;
        let depot = json!({ "ProjectId": project, "DepotName": "twins" });
        let depot = world.done("admin", "CreateGitDepot", depot).await["DepotId"].as_i64();
        let depot = depot.expect("a number");
        let bare = world.repository(depot).await.path().to_owned();
        let work = world.env().data_dir.join(format!("checkout{seed}"));
        fs::create_dir(&work).expect("a directory");
        let dice = Dice(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1);
        let twins = Self { world, depot, bare, work, dice, step: 0, counts: [0; 3] };
        twins.git(&["init", "-q", "-b", "main"]);
        twins
    }

    /// Git in the checkout: whether it did it, and all that it said.
    fn try_git(&self, author: &str, args: &[&str], input: &[u8]) -> (bool, String) {
        let date = format!("{} +0000", self.world.env().clock.now().seconds());
        let mut child = Command::new("git")
            .current_dir(&self.work)
            .args(["-c", "safe.directory=*", "-c", "core.quotePath=false"])
            .args(args)
            .env("HOME", "/nonexistent")
            .env("GIT_CONFIG_NOSYSTEM", "1")
            .env("GIT_EDITOR", "true")
            .env("GIT_AUTHOR_NAME", author)
            .env("GIT_AUTHOR_EMAIL", format!("{author}@example.com"))
            .env("GIT_AUTHOR_DATE", &date)
            .env("GIT_COMMITTER_NAME", "member")
            .env("GIT_COMMITTER_EMAIL", "member@example.com")
            .env("GIT_COMMITTER_DATE", &date)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("git");
        // It may not want it.
        drop(child.stdin.take().expect("a pipe").write_all(input));
        let output = child.wait_with_output().expect("an end");
        let text =
            String::from_utf8_lossy(&output.stdout) + String::from_utf8_lossy(&output.stderr);
        (output.status.success(), text.into_owned())
    }

    fn git(&self, args: &[&str]) -> String {
        let (done, text) = self.try_git("member", args, b"");
        assert!(done, "git {args:?}: {text}");
        text.trim_end().to_owned()
    }

    fn lines(&self, args: &[&str]) -> Vec<String> {
        self.git(args).lines().map(str::to_owned).collect()
    }

    fn branches(&self) -> Vec<String> {
        self.lines(&["for-each-ref", "--format=%(refname:lstrip=2)", "refs/heads"])
    }

    fn a_branch(&mut self) -> String {
        let branches = self.branches();
        self.dice.one_of(&branches)
    }

    fn a_commit(&mut self) -> String {
        let commits = self.lines(&["rev-list", "--branches", "--date-order"]);
        self.dice.one_of(&commits)
    }

    /// The references of both that people make.
    fn assert_same(&self, what: &str) {
        let git_dir = self.bare.to_str().expect("a path");
        let format = "--format=%(objectname) %(refname)";
        let kinds = ["refs/heads", "refs/tags", "refs/notes"];
        let here = [&["for-each-ref", format], &kinds[..]].concat();
        let there = [&["--git-dir", git_dir, "for-each-ref", format], &kinds[..]].concat();
        assert_eq!(self.git(&there), self.git(&here), "step {}: {what}", self.step);
    }

    /// Asks the API; what it made is read from the branch.
    async fn ask(&self, action: &str, mut fields: Value, branch: &str) -> Outcome {
        fields["DepotId"] = json!(self.depot);
        let response = self.world.act("member", action, fields.clone()).await;
        let Some(why) = response["Error"]["Message"].as_str() else {
            let repository = self.world.repository(self.depot).await;
            let tip = repository.resolve(&format!("refs/heads/{branch}")).expect("a branch");
            return Outcome::Done(tip.to_string());
        };
        let nothing = ["changes nothing here", "is undone already", "are like that already"];
        if nothing.iter().any(|words| why.contains(words)) {
            Outcome::Nothing
        } else if why.contains("conflicts in") {
            Outcome::Conflict
        } else {
            panic!("step {}: {action} {fields}: {why}", self.step)
        }
    }

    /// Has git do it on the branch that is checked out.
    fn do_it(&self, author: &str, args: &[&str], input: &[u8]) -> Outcome {
        let before = self.git(&["rev-parse", "--symbolic-full-name", "HEAD"]);
        let (done, text) = self.try_git(author, args, input);
        let outcome = if done {
            Outcome::Done(self.git(&["rev-parse", "HEAD"]))
        } else if ["is now empty", "nothing to commit", "nothing added"]
            .iter()
            .any(|words| text.contains(words))
        {
            Outcome::Nothing
        } else if text.contains("CONFLICT") {
            Outcome::Conflict
        } else {
            panic!("step {}: git {args:?}: {text}", self.step)
        };
        for what in ["cherry-pick", "revert", "rebase"] {
            self.try_git("member", &[what, "--abort"], b"");
        }
        assert_eq!(self.git(&["rev-parse", "--symbolic-full-name", "HEAD"]), before);
        outcome
    }

    fn settle(&mut self, ours: &Outcome, theirs: &Outcome, what: &str) {
        if let (Outcome::Done(one), Outcome::Done(other)) = (ours, theirs)
            && one != other
        {
            let git_dir = self.bare.to_str().expect("a path");
            let ours = self.git(&["--git-dir", git_dir, "cat-file", "commit", one]);
            let theirs = self.git(&["cat-file", "commit", other]);
            panic!("step {}: {what}\n{ours}\n---\n{theirs}", self.step);
        }
        assert_eq!(ours, theirs, "step {}: {what}", self.step);
        self.counts[match ours {
            Outcome::Done(_) => 0,
            Outcome::Nothing => 1,
            Outcome::Conflict => 2,
        }] += 1;
        self.assert_same(what);
    }

    fn check_out(&self, branch: &str) {
        self.git(&["checkout", "-q", "-f", branch]);
        self.git(&["clean", "-q", "-f", "-d", "-x"]);
    }

    /// The files, without what is a link.
    fn files(&self) -> Vec<String> {
        let mut files = self.lines(&["ls-files", "-c", "-o"]);
        files.retain(|file| {
            fs::symlink_metadata(self.work.join(file)).is_ok_and(|found| found.is_file())
        });
        files
    }

    /// A path where a file can be made.
    fn free(&mut self) -> Option<String> {
        let name = self.dice.one_of(&NAMES);
        let name = if self.dice.below(3) == 0 {
            format!("new/{}", self.dice.below(9))
        } else {
            name.into()
        };
        let at = self.work.join(&name);
        let above = at.ancestors().skip(1).take_while(|above| *above != self.work);
        let is_free =
            fs::symlink_metadata(&at).is_err() && above.into_iter().all(|it| !it.is_file());
        is_free.then_some(name)
    }

    /// A text that has something in common with the one that it replaces.
    fn text(&mut self, old: Option<&str>) -> String {
        let odd = ["windows\r", "文字", "", "\t x ", "same"];
        let line = format!("{} {}", self.step, self.dice.one_of(&odd));
        let old = old.and_then(|path| fs::read_to_string(self.work.join(path)).ok());
        let mut lines: Vec<String> = match old {
            Some(old) => old.split('\n').map(str::to_owned).collect(),
            None => (0..self.dice.below(8)).map(|number| format!("line {number}")).collect(),
        };
        let at = self.dice.below(lines.len() + 1);
        match self.dice.below(3) {
            0 if at < lines.len() => lines[at] = line,
            1 if at < lines.len() => drop(lines.remove(at)),
            _ => lines.insert(at, line),
        }
        lines.join("\n")
    }

    fn write(&self, path: &str, data: &[u8]) {
        let at = self.work.join(path);
        fs::create_dir_all(at.parent().expect("a directory")).expect("a directory");
        fs::write(at, data).expect("a file");
    }

    fn rename(&self, path: &str, to: &str) {
        let to = self.work.join(to);
        fs::create_dir_all(to.parent().expect("a directory")).expect("a directory");
        fs::rename(self.work.join(path), to).expect("a file");
        self.tidy(path);
    }

    fn remove(&self, path: &str) {
        fs::remove_file(self.work.join(path)).expect("a file");
        self.tidy(path);
    }

    /// Directories that nothing is in would stand in the way of files.
    fn tidy(&self, path: &str) {
        for above in Path::new(path).ancestors().skip(1).filter(|above| above.parent().is_some()) {
            drop(fs::remove_dir(self.work.join(above)));
        }
    }

    /// A branch to write on, checked out, and where it stands; or one to be made of it.
    fn target(&mut self) -> (String, String, String) {
        let from = self.a_branch();
        self.check_out(&from);
        let at = self.git(&["rev-parse", "HEAD"]);
        let mut target = from.clone();
        if self.dice.below(6) == 0 {
            target = format!("b{}", self.step);
            self.git(&["checkout", "-q", "-b", &target]);
        }
        (from, target, at)
    }

    /// Commits what was changed in the checkout, as the API has it by `fields`.
    async fn commit(&mut self, action: &str, fields: Value, target: &str, author: &str) {
        let message = ["Message", "CommitMessage"].into_iter().find_map(|it| fields[it].as_str());
        let message = message.expect("a message").to_owned();
        let what = format!("{action} {fields}");
        let ours = self.ask(action, fields, target).await;
        self.git(&["add", "-A"]);
        let commit = ["commit", "-q", "--cleanup=whitespace", "-F", "-"];
        let theirs = self.do_it(author, &commit, message.as_bytes());
        if theirs == Outcome::Nothing && target == format!("b{}", self.step) {
            self.git(&["checkout", "-q", "--detach"]);
            self.git(&["branch", "-q", "-D", target]);
        }
        self.settle(&ours, &theirs, &what);
    }

    /// Files of several kinds of change in one commit.
    async fn create_git_commit(&mut self) {
        let (from, target, at) = self.target();
        let mut changes = Vec::new();
        for _ in 0..=self.dice.below(4) {
            let files = self.files();
            let known = (!files.is_empty()).then(|| self.dice.one_of(&files));
            let change = match (self.dice.below(5), known) {
                (0, Some(path)) => {
                    self.remove(&path);
                    json!({ "Path": path, "WantDelete": true })
                }
                (1, Some(path)) => {
                    let Some(to) = self.free() else { continue };
                    let text = (self.dice.below(2) == 0).then(|| self.text(Some(&path)));
                    self.rename(&path, &to);
                    if let Some(text) = text.as_deref().filter(|text| !text.is_empty()) {
                        self.write(&to, text.as_bytes());
                    }
                    json!({ "Path": path, "NewPath": to, "WantRename": true, "Content": text })
                }
                (2, _) => {
                    let Some(path) = self.free() else { continue };
                    let data: Vec<u8> = (0..self.dice.below(40))
                        .map(|_| self.dice.one_of(&[0, 0xff, b'\r', b'\n', b'x']))
                        .collect();
                    self.write(&path, &data);
                    let text = base64::engine::general_purpose::STANDARD.encode(&data);
                    json!({ "Path": path, "Content": text, "ContentEncoding": "ENCODING_BASE64" })
                }
                (_, known) => {
                    let path = if self.dice.below(2) == 0 { known } else { None };
                    let Some(path) = path.or_else(|| self.free()) else { continue };
                    let text = self.text(Some(&path));
                    self.write(&path, text.as_bytes());
                    json!({ "Path": path, "Content": text, "ContentEncoding": "ENCODING_RAW" })
                }
            };
            changes.push(change);
        }
        if changes.is_empty() {
            return self.undo(&target);
        }
        let fields = json!({
            "Ref": from, "NewRef": if target == from { "" } else { target.as_str() },
            "LastCommitSha": if self.dice.below(2) == 0 { at } else { String::new() },
            "Message": self.dice.one_of(&MESSAGES), "CommitFiles": changes,
        });
        self.commit("CreateGitCommit", fields, &target, "member").await;
    }

    /// A branch that was to be made is not, as there is nothing to do.
    fn undo(&self, target: &str) {
        if target == format!("b{}", self.step) {
            self.git(&["checkout", "-q", "-f", "--detach"]);
            self.git(&["branch", "-q", "-D", target]);
        }
    }

    /// New files, of text or of anything.
    async fn create_files(&mut self, binary: bool) {
        let (from, target, at) = self.target();
        let mut files = Vec::new();
        for _ in 0..=self.dice.below(3) {
            let Some(path) = self.free() else { continue };
            let mut data = self.text(None).into_bytes();
            let mut content = String::from_utf8(data.clone()).expect("a text");
            if binary {
                data.extend([0xe9, 0, 0xff]);
                content = base64::engine::general_purpose::STANDARD_NO_PAD.encode(&data);
            }
            self.write(&path, &data);
            files.push(json!({ "Path": path, "Content": content, "NewPath": "" }));
        }
        if files.is_empty() {
            return self.undo(&target);
        }
        let message = self.dice.one_of(&MESSAGES);
        if binary {
            let author = self.dice.one_of(&["member", "guest", "admin"]);
            let fields = json!({
                "UserId": self.world.id_of(author), "SrcRef": from, "DestRef": target,
                "Message": message, "LastCommitSha": at, "GitFiles": files,
            });
            self.commit("CreateBinaryFiles", fields, &target, author).await;
        } else {
            let new = if target == from { "" } else { target.as_str() };
            let fields = json!({
                "Ref": from, "NewRef": new, "Message": message, "LastCommitSha": at,
                "GitFiles": files,
            });
            self.commit("CreateGitFiles", fields, &target, "member").await;
        }
    }

    async fn modify_files(&mut self) {
        let (from, target, at) = self.target();
        let mut files = Vec::new();
        for _ in 0..=self.dice.below(2) {
            let there = self.files();
            if there.is_empty() {
                continue;
            }
            let path = self.dice.one_of(&there);
            let text = self.text(Some(&path));
            let to = if self.dice.below(3) == 0 { self.free() } else { None };
            files.push(match to {
                Some(to) => {
                    let content = (self.dice.below(2) == 0).then_some(text);
                    self.rename(&path, &to);
                    if let Some(text) = &content {
                        self.write(&to, text.as_bytes());
                    }
                    json!({ "Path": path, "NewPath": to, "Content": content })
                }
                None => {
                    self.write(&path, text.as_bytes());
                    json!({ "Path": path, "Content": text })
                }
            });
        }
        if files.is_empty() {
            return self.undo(&target);
        }
        let new = if target == from { "" } else { target.as_str() };
        let fields = json!({
            "Ref": from, "NewRef": new, "Message": self.dice.one_of(&MESSAGES),
            "LastCommitSha": at, "GitFiles": files,
        });
        self.commit("ModifyGitFiles", fields, &target, "member").await;
    }

    async fn delete_files(&mut self) {
        let branch = self.a_branch();
        self.check_out(&branch);
        let mut paths = self.lines(&["ls-files"]);
        // Enough has to stay for the others.
        if paths.len() < 4 {
            return;
        }
        let count = 1 + self.dice.below(2);
        while paths.len() > count {
            let which = self.dice.below(paths.len());
            paths.remove(which);
        }
        paths.iter().for_each(|path| self.remove(path));
        let message = self.dice.one_of(&MESSAGES);
        let fields = json!({ "Ref": branch, "CommitMessage": message, "Paths": paths });
        self.commit("DeleteGitFiles", fields, &branch, "member").await;
    }

    /// Does again, or undoes, what some commit did.
    async fn replay(&mut self, action: &str, verb: &str) {
        let (commit, branch) = (self.a_commit(), self.a_branch());
        self.check_out(&branch);
        let parents = self.git(&["rev-list", "--parents", "-n1", &commit]);
        let side: &[&str] = if parents.split(' ').count() > 2 { &["-m", "1"] } else { &[] };
        let edit: &[&str] = if verb == "revert" { &["--no-edit"] } else { &[] };
        let fields = json!({ "Sha": commit, "BranchName": branch });
        let what = format!("{action} {fields}");
        let ours = self.ask(action, fields, &branch).await;
        let theirs = self.do_it("member", &[&[verb], edit, side, &[&commit]].concat(), b"");
        self.settle(&ours, &theirs, &what);
    }

    async fn rebase(&mut self) {
        let (base, branch) = (self.a_branch(), self.a_branch());
        self.check_out(&branch);
        let fields = json!({ "BaseBranchName": base, "SrcBranchName": branch });
        let what = format!("rebase {fields}");
        let ours = self.ask("ModifyGitRebase", fields, &branch).await;
        let theirs = self.do_it("member", &["rebase", "-q", &base], b"");
        self.settle(&ours, &theirs, &what);
    }

    async fn note(&mut self) {
        let commit = self.a_commit();
        let text = format!("note {}\n\n\nmore  ", self.step);
        let (name, kept) = self.dice.one_of(&[("", "commits"), ("refs/notes/review", "review")]);
        let fields = json!({
            "DepotId": self.depot, "CommitSha": commit, "Note": text, "NotesRef": name,
        });
        self.world.done("member", "CreateGitCommitNote", fields).await;
        self.git(&["notes", "--ref", kept, "add", "-f", "-m", &text, &commit]);
        self.assert_same("a note");
    }

    async fn tag(&mut self) {
        let (name, commit) = (format!("v{}", self.step), self.a_commit());
        let message = if self.dice.below(2) == 0 { "" } else { self.dice.one_of(&MESSAGES[..3]) };
        let fields = json!({
            "DepotId": self.depot, "TagName": name, "StartPoint": commit, "message": message,
        });
        self.world.done("member", "CreateGitTag", fields).await;
        let (done, text) = if message.is_empty() {
            self.try_git("member", &["tag", &name, &commit], b"")
        } else {
            let args = ["tag", "-a", "-F", "-", &name, &commit];
            self.try_git("member", &args, message.as_bytes())
        };
        assert!(done, "{text}");
        self.assert_same("a tag");
    }

    /// Who believes a branch to be elsewhere changes nothing.
    async fn stale(&mut self) {
        let (branch, other) = (self.a_branch(), self.a_commit());
        if self.git(&["rev-parse", &branch]) == other {
            return;
        }
        let fields = json!({
            "DepotId": self.depot, "Ref": branch, "LastCommitSha": other, "Message": "late",
            "CommitFiles": [{ "Path": "late", "Content": "late" }],
        });
        let refused = self.world.refused("member", "CreateGitCommit", fields).await;
        assert!(refused.starts_with("FailedOperation: ") && refused.contains("has moved"));
        self.assert_same("a stale commit");
    }

    /// A history to begin with that git has pushed: with a link, a file that
    /// can be run, and a merge.
    fn pushed(&self) {
        let lines: String = (0..9).map(|number| format!("line {number}\n")).collect();
        for path in ["a", "b.txt", "d/e/f", "run"] {
            self.write(path, format!("{path}\n{lines}").as_bytes());
        }
        std::os::unix::fs::symlink("a", self.work.join("link")).expect("a link");
        self.git(&["add", "-A"]);
        self.git(&["update-index", "--chmod=+x", "run"]);
        self.git(&["commit", "-q", "-m", "start"]);
        self.git(&["checkout", "-q", "-f", "-b", "side"]);
        self.write("side", b"1\n2\n3\n");
        self.git(&["add", "-A"]);
        self.git(&["commit", "-q", "-m", "side"]);
        self.git(&["checkout", "-q", "main"]);
        self.write("b.txt", format!("main\n{lines}").as_bytes());
        self.git(&["commit", "-q", "-a", "-m", "main"]);
        self.git(&["merge", "-q", "--no-ff", "-m", "merge", "side"]);
        self.git(&["push", "-q", self.bare.to_str().expect("a path"), "--all"]);
    }

    /// The first commit of a depot is made by the API.
    async fn started(&mut self) {
        let lines: String = (0..9).map(|number| format!("line {number}\n")).collect();
        let mut files = Vec::new();
        for path in ["a", "b.txt", "d/e/f", "z/y/x/w"] {
            self.write(path, lines.as_bytes());
            files.push(json!({ "Path": path, "Content": lines }));
        }
        let fields = json!({ "Ref": "main", "Message": "start", "GitFiles": files });
        let ours = self.ask("CreateGitFiles", fields, "main").await;
        self.git(&["add", "-A"]);
        self.git(&["commit", "-q", "-m", "start"]);
        self.git(&["branch", "side"]);
        let side = json!({ "DepotId": self.depot, "BranchName": "side", "StartPoint": "main" });
        self.world.done("member", "CreateGitBranch", side).await;
        let theirs = Outcome::Done(self.git(&["rev-parse", "HEAD"]));
        self.settle(&ours, &theirs, "the first commit");
    }

    /// Both are sound, and so is what is cloned.
    fn assert_sound(&self) {
        let bare = self.bare.to_str().expect("a path");
        self.git(&["--git-dir", bare, "fsck", "--strict", "--no-dangling"]);
        let mirror = self.work.with_extension("mirror");
        let mirror = mirror.to_str().expect("a path");
        self.git(&["clone", "-q", "--mirror", "--no-local", bare, mirror]);
        self.git(&["--git-dir", mirror, "fsck", "--strict"]);
    }
}

#[tokio::test]
async fn actions_make_what_git_makes() {
    each(async |world| {
        let mut counts = [0; 3];
        for seed in 1..=4 {
            let mut twins = Twins::new(&world, seed).await;
            if seed % 2 == 0 {
                twins.pushed();
            } else {
                twins.started().await;
            }
            for step in 1..=36 {
                twins.step = step;
                world.test.clock.advance(Duration::from_secs(60));
                match twins.dice.below(14) {
                    0..=2 => twins.create_git_commit().await,
                    3 => twins.create_files(false).await,
                    4 => twins.create_files(true).await,
                    5 | 6 => twins.modify_files().await,
                    7 => twins.delete_files().await,
                    8 => twins.replay("ModifyGitCherryPick", "cherry-pick").await,
                    9 => twins.replay("ModifyGitCommitRevert", "revert").await,
                    10 => twins.rebase().await,
                    11 => twins.note().await,
                    12 => twins.tag().await,
                    _ => twins.stale().await,
                }
            }
            twins.assert_sound();
            counts.iter_mut().zip(twins.counts).for_each(|(all, one)| *all += one);
        }
        // The random sequences have all of it.
        assert!(counts[0] > 60 && counts[1] > 1 && counts[2] > 3, "{counts:?}");
    })
    .await;
}
