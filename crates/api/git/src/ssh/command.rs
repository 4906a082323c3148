//! What a client asks for.

/// What may be asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Command {
    /// A fetch.
    UploadPack(Path),
    /// A push.
    ReceivePack(Path),
    /// `git archive --remote`.
    UploadArchive(Path),
    /// The address and a short-lived token for LFS.
    LfsAuthenticate {
        /// The depot.
        path: Path,
        /// Whether objects are to be sent, not only had.
        upload: bool,
    },
}

/// The names in a depot's address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Path {
    /// The team's slug.
    pub team: String,
    /// The project's.
    pub project: String,
    /// The depot's, without `.git`.
    pub depot: String,
}

/// Why a command line is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refused {
    /// It is none that we know.
    Unknown,
    /// It names nothing that could be a depot.
    NoDepot,
}

/// No command line of a git client is longer.
const LONGEST: usize = 4096;

impl Command {
    /// Reads the command line as git clients send it: `git-upload-pack
    /// '/team/project/depot.git'`, or with `git upload-pack`.
    ///
    /// # Errors
    /// When it is anything else.
    pub fn parse(line: &[u8]) -> Result<Self, Refused> {
        if line.len() > LONGEST {
            return Err(Refused::Unknown);
        }
        let line = std::str::from_utf8(line).map_err(|_| Refused::Unknown)?;
        let words = words(line).ok_or(Refused::Unknown)?;
        let mut words: Vec<&str> = words.iter().map(String::as_str).collect();
        let joined;
        if words.first() == Some(&"git") && words.len() > 1 {
            joined = format!("git-{}", words[1]);
            words.splice(..2, [joined.as_str()]);
        }
        match words.as_slice() {
            ["git-upload-pack", path] => Ok(Self::UploadPack(Path::parse(path)?)),
            ["git-receive-pack", path] => Ok(Self::ReceivePack(Path::parse(path)?)),
            ["git-upload-archive", path] => Ok(Self::UploadArchive(Path::parse(path)?)),
            // Old clients put the object's id behind it.
            ["git-lfs-authenticate", path, operation]
            | ["git-lfs-authenticate", path, operation, _] => {
                let upload = match *operation {
                    "upload" => true,
                    "download" => false,
                    _ => return Err(Refused::Unknown),
                };
                Ok(Self::LfsAuthenticate { path: Path::parse(path)?, upload })
            }
            _ => Err(Refused::Unknown),
        }
    }
}

impl Path {
    /// Reads `team/project/depot[.git]`, with or without slashes at its ends.
    ///
    /// # Errors
    /// When no depot can have that path.
    pub fn parse(text: &str) -> Result<Self, Refused> {
        let text = text.strip_prefix("/~/").or_else(|| text.strip_prefix("~/")).unwrap_or(text);
        let text = text.strip_prefix('/').unwrap_or(text);
        let text = text.strip_suffix('/').unwrap_or(text);
        let parts: Vec<&str> = text.split('/').collect();
        let [team, project, depot] = parts[..] else { return Err(Refused::NoDepot) };
        let depot = depot.strip_suffix(".git").unwrap_or(depot);
        if [team, project, depot].iter().any(|name| !is_name(name)) {
            return Err(Refused::NoDepot);
        }
        Ok(Self { team: team.to_owned(), project: project.to_owned(), depot: depot.to_owned() })
    }
}

fn is_name(name: &str) -> bool {
    !name.is_empty()
        && name.len() <= 255
        && !name.starts_with(['.', '-'])
        && name.chars().all(|c| c.is_alphanumeric() || matches!(c, '.' | '_' | '-'))
}

/// Takes a line apart as a shell would, without giving a meaning to anything
/// but blanks, quotes and backslashes; `None` when a quote is left open.
fn words(line: &str) -> Option<Vec<String>> {
    let mut words = Vec::new();
    let mut word: Option<String> = None;
    let mut rest = line.chars();
    while let Some(c) = rest.next() {
        match c {
            ' ' | '\t' => words.extend(word.take()),
            '\'' | '"' => {
                let word = word.get_or_insert_default();
                loop {
                    match rest.next()? {
                        end if end == c => break,
                        '\\' if c == '"' => word.push(rest.next()?),
                        other => word.push(other),
                    }
                }
            }
            '\\' => word.get_or_insert_default().push(rest.next()?),
            other => word.get_or_insert_default().push(other),
        }
    }
    words.extend(word);
    Some(words)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn path(team: &str, project: &str, depot: &str) -> Path {
        Path { team: team.to_owned(), project: project.to_owned(), depot: depot.to_owned() }
    }

    #[test]
    fn what_git_sends() {
        let site = path("makers", "web", "site");
        for line in [
            "git-upload-pack '/makers/web/site.git'",
            "git-upload-pack 'makers/web/site.git'",
            "git upload-pack 'makers/web/site'",
            "git-upload-pack \"makers/web/site\"",
            "git-upload-pack makers/web/site.git/",
            "git-upload-pack '/~/makers/web/site.git'",
            "git-upload-pack mak'ers/w'eb/si\\te",
        ] {
            assert_eq!(
                Command::parse(line.as_bytes()),
                Ok(Command::UploadPack(site.clone())),
                "{line}"
            );
        }
        let push = Command::parse(b"git-receive-pack 'makers/web/site.git'");
        assert_eq!(push, Ok(Command::ReceivePack(site.clone())));
        let archive = Command::parse(b"git-upload-archive 'makers/web/site.git'");
        assert_eq!(archive, Ok(Command::UploadArchive(site.clone())));
        for (word, upload) in [("upload", true), ("download", false)] {
            let line = format!("git-lfs-authenticate makers/web/site.git {word}");
            let expected = Command::LfsAuthenticate { path: site.clone(), upload };
            assert_eq!(Command::parse(line.as_bytes()), Ok(expected));
        }
    }

    #[test]
    fn nothing_else_is_a_command() {
        for line in [
            "",
            "sh",
            "git",
            "git-shell",
            "scp -t /etc",
            "git-upload-pack",
            "git-upload-pack a/b/c d/e/f",
            "git-upload-pack 'a/b/c'; id",
            "git-upload-pack --upload-pack=id a/b/c",
            "git-upload-pack 'a/b/c",
            "git-lfs-authenticate a/b/c",
            "git-lfs-authenticate a/b/c both",
            "git-lfs-transfer a/b/c upload",
            "git-receive-pack\0 a/b/c",
        ] {
            assert_eq!(Command::parse(line.as_bytes()), Err(Refused::Unknown), "{line}");
        }
        assert_eq!(Command::parse(b"git-upload-pack \xff"), Err(Refused::Unknown));
        let long = format!("git-upload-pack {}", "a/".repeat(3000));
        assert_eq!(Command::parse(long.as_bytes()), Err(Refused::Unknown));
    }

    #[test]
    fn nothing_else_is_a_depot() {
        for path in [
            "",
            "/",
            "a",
            "a/b",
            "a/b/c/d",
            "../b/c",
            "a/../c",
            "a/b/..",
            "a//c",
            "a/b/.git",
            "a/b/-x",
            "-a/b/c",
            "a/b/c d",
            "a/b/c\0",
            "a/b/c\n",
            "a/b/$(id)",
            "//a/b/c",
            "a/b/c;",
            "../../etc/passwd",
            "a/b/c.git/../../x",
        ] {
            assert_eq!(Path::parse(path), Err(Refused::NoDepot), "{path:?}");
        }
        assert_eq!(Path::parse("团队/web/site.v2.git").unwrap().depot, "site.v2");
    }
}
