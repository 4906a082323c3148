//! The files of a commit as one file.

use std::{ffi::OsString, os::unix::ffi::OsStringExt};

use crate::{
    Error, Oid, PackStream, Repository, Result,
    command::safe_argument,
    serve::{complaint, pass, start},
    tree::{check_listable, find_bytes, tree_of},
};

/// The form of an archive.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ArchiveFormat {
    /// `.tar`
    Tar,
    /// `.tar.gz`
    TarGz,
    /// `.zip`
    Zip,
}

impl ArchiveFormat {
    fn name(self) -> &'static str {
        match self {
            ArchiveFormat::Tar => "tar",
            ArchiveFormat::TarGz => "tar.gz",
            ArchiveFormat::Zip => "zip",
        }
    }
}

impl Repository {
    /// The files of a commit, below the directory `prefix` in the archive (empty: none), all of
    /// them or those at `path`. Dropping the stream ends the work.
    ///
    /// What is too large for an archive the stream says first of all: see [`PackStream::begun`].
    /// What fails later ends it with an error, and no archive is whole without its end.
    ///
    /// # Errors
    /// [`Error::NotFound`] when there is no such commit or path, [`Error::Invalid`] for a prefix
    /// that is no name, [`Error::Io`].
    pub fn archive(
        &self,
        commit: Oid,
        path: &str,
        prefix: &str,
        format: ArchiveFormat,
    ) -> Result<PackStream> {
        let path = path.trim_matches('/');
        let repo = self.local();
        let root = tree_of(&repo, commit)?;
        let mut command = self.git("archive").arg(format!("--format={}", format.name()));
        if !prefix.is_empty() {
            safe_argument(prefix)?;
            if prefix.split('/').any(|name| matches!(name, "" | "." | "..")) {
                return Err(Error::Invalid(format!("{prefix:?} is not a directory's name")));
            }
            command = command.arg(format!("--prefix={prefix}/"));
        }
        command = command.arg(commit.to_string());
        if !path.is_empty() {
            let (_, _, bytes) = find_bytes(&repo, root, path)?;
            command = command.arg("--").arg(OsString::from_vec(bytes));
        }
        let repository = self.clone();
        let (sender, stream) = PackStream::channel();
        tokio::spawn(async move {
            let work = async {
                // Git would have a list of all files in memory.
                tokio::task::spawn_blocking(move || check_listable(&repository.local(), root))
                    .await
                    .map_err(|error| Error::Repository(error.to_string()))??;
                let (mut process, stdin, mut stdout, stderr) = start(&command)?;
                drop(stdin);
                let pass_on = async {
                    while let Some(chunk) = stdout.next().await? {
                        pass(&sender, chunk).await?;
                    }
                    Ok(())
                };
                let (passed, complaint) = tokio::join!(pass_on, complaint(stderr));
                passed?;
                process.wait(&complaint).await
            };
            tokio::select! {
                () = sender.closed() => {}
                outcome = work => if let Err(error) = outcome {
                    drop(sender.send(Err(error)).await);
                },
            }
        });
        Ok(stream)
    }
}
