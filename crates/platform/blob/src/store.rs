//! The verbs.

use std::fs;
use std::ops::Range;
use std::path::{Path as FilePath, PathBuf};
use std::sync::Arc;

use base::{Error, Result};
use bytes::Bytes;
use futures_util::StreamExt as _;
use futures_util::stream::BoxStream;
use object_store::buffered::BufWriter;
use object_store::local::LocalFileSystem;
use object_store::prefix::PrefixStore;
use object_store::{GetOptions, ObjectStore, ObjectStoreExt as _};
use sha2::{Digest as _, Sha256};
use tempfile::NamedTempFile;
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWriteExt as _};

use crate::{BlobRef, S3Options, keys, local, s3};

/// How much of a stream is held in memory while it is hashed.
const PIECE: usize = 128 * 1024;
/// S3 takes parts of at least 5 MiB.
const PART: usize = 8 * 1024 * 1024;

/// The blob store. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Blobs(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    store: Arc<dyn ObjectStore>,
    /// Where the files lie, when they lie on this machine.
    root: Option<PathBuf>,
    spool: PathBuf,
}

/// A blob's content, piece by piece.
pub struct BlobStream {
    /// Length of the whole blob in bytes, also when only a part was asked for.
    pub size: u64,
    /// The pieces.
    pub pieces: BoxStream<'static, Result<Bytes>>,
}

impl std::fmt::Debug for BlobStream {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("BlobStream").field("size", &self.size).finish_non_exhaustive()
    }
}

impl Blobs {
    /// Blobs in `directory`, which is made where it is missing.
    ///
    /// # Errors
    /// When it cannot be made or used.
    pub fn local(directory: &FilePath) -> Result<Self> {
        let spool = directory.join("tmp");
        fs::create_dir_all(&spool)?;
        local::sweep(&spool)?;
        let root = fs::canonicalize(directory)?;
        let store = LocalFileSystem::new_with_prefix(&root).map_err(Error::internal)?;
        Ok(Self(Arc::new(Inner { store: Arc::new(store), root: Some(root), spool })))
    }

    /// Blobs in a bucket. Nothing is asked of the service yet.
    ///
    /// # Errors
    /// When the options contradict each other or the spool cannot be made.
    pub fn s3(options: &S3Options) -> Result<Self> {
        fs::create_dir_all(&options.spool)?;
        local::sweep(&options.spool)?;
        let store = PrefixStore::new(s3::client(options)?, options.prefix.trim_matches('/'));
        let spool = options.spool.clone();
        Ok(Self(Arc::new(Inner { store: Arc::new(store), root: None, spool })))
    }

    /// The same store, with blobs apart from all others: what is removed there
    /// is not missed elsewhere. `name` is a word of ours.
    ///
    /// # Errors
    /// When its directory cannot be made.
    pub fn area(&self, name: &'static str) -> Result<Self> {
        let spool = self.0.spool.clone();
        let Some(root) = &self.0.root else {
            let store = PrefixStore::new(Arc::clone(&self.0.store), name);
            return Ok(Self(Arc::new(Inner { store: Arc::new(store), root: None, spool })));
        };
        let root = root.join(name);
        fs::create_dir_all(&root)?;
        let store = LocalFileSystem::new_with_prefix(&root).map_err(Error::internal)?;
        Ok(Self(Arc::new(Inner { store: Arc::new(store), root: Some(root), spool })))
    }

    /// Stores `content`; it is durable when this returns.
    ///
    /// # Errors
    /// When it cannot be written.
    pub async fn put(&self, content: Bytes) -> Result<BlobRef> {
        let sha256 = hex::encode(Sha256::digest(&content));
        let size = content.len() as u64;
        let path = keys::path(&sha256)?;
        match self.file(&path) {
            Some(target) => {
                let spool = self.0.spool.clone();
                blocking(move || local::land(local::spool(&spool, &content)?, &target)).await?;
            }
            None => {
                self.0.store.put(&path, content.into()).await.map_err(problem)?;
            }
        }
        Ok(BlobRef { sha256, size })
    }

    /// Stores what `source` yields until its end, holding only a piece of it
    /// in memory. Nothing is stored when the source fails.
    ///
    /// # Errors
    /// When it cannot be read or written.
    pub async fn put_stream(&self, source: impl AsyncRead + Send + Unpin) -> Result<BlobRef> {
        let (temporary, found) = self.spool_stream(source).await?;
        self.land(temporary, &found).await?;
        Ok(found)
    }

    /// Stores what `source` yields if it is what `expected` names, and nothing
    /// otherwise.
    ///
    /// # Errors
    /// `Invalid` on `content` when it is something else; when it cannot be read
    /// or written.
    pub async fn put_expected(
        &self,
        expected: &BlobRef,
        source: impl AsyncRead + Send + Unpin,
    ) -> Result<()> {
        keys::path(&expected.sha256)?;
        // A byte more than expected is enough to know.
        let limited = source.take(expected.size.saturating_add(1));
        let (temporary, found) = self.spool_stream(limited).await?;
        if found.size != expected.size {
            return Err(Error::invalid("content", "has another length than was said"));
        }
        if found.sha256 != expected.sha256 {
            return Err(Error::invalid("content", "does not fit its SHA-256"));
        }
        self.land(temporary, &found).await
    }

    async fn land(&self, temporary: NamedTempFile, found: &BlobRef) -> Result<()> {
        let path = keys::path(&found.sha256)?;
        match self.file(&path) {
            Some(target) => blocking(move || local::land(temporary, &target)).await,
            None => self.upload(temporary, path).await,
        }
    }

    async fn spool_stream(
        &self,
        mut source: impl AsyncRead + Send + Unpin,
    ) -> Result<(NamedTempFile, BlobRef)> {
        let spool = self.0.spool.clone();
        let (file, temporary) = NamedTempFile::new_in(spool)?.into_parts();
        let mut file = tokio::fs::File::from_std(file);
        let mut hasher = Sha256::new();
        let mut size = 0;
        let mut piece = vec![0_u8; PIECE];
        loop {
            let read = source.read(&mut piece).await?;
            if read == 0 {
                break;
            }
            hasher.update(&piece[..read]);
            file.write_all(&piece[..read]).await?;
            size += read as u64;
        }
        file.flush().await?;
        let temporary = NamedTempFile::from_parts(file.into_std().await, temporary);
        Ok((temporary, BlobRef { sha256: hex::encode(hasher.finalize()), size }))
    }

    /// The whole content, checked against its name.
    ///
    /// # Errors
    /// `NotFound`; `Internal` when the content has been damaged.
    pub async fn get(&self, sha256: &str) -> Result<Bytes> {
        let path = keys::path(sha256)?;
        let found = self.0.store.get(&path).await.map_err(problem)?;
        let content = found.bytes().await.map_err(problem)?;
        if hex::encode(Sha256::digest(&content)) != sha256 {
            return Err(Error::internal(format!("the blob {sha256} is damaged")));
        }
        Ok(content)
    }

    /// The bytes of `range`, cut at the blob's end; unchecked.
    ///
    /// # Errors
    /// `NotFound`; `Invalid` when the range starts behind the end.
    pub async fn get_range(&self, sha256: &str, range: Range<u64>) -> Result<Bytes> {
        if range.is_empty() {
            self.size(sha256).await?;
            return Ok(Bytes::new());
        }
        let path = keys::path(sha256)?;
        match self.0.store.get_range(&path, range.clone()).await {
            Ok(content) => Ok(content),
            Err(object_store::Error::NotFound { .. }) => Err(Error::not_found("blob")),
            Err(_) if range.start >= self.size(sha256).await? => {
                Err(Error::invalid("range", "starts behind the end"))
            }
            Err(error) => Err(problem(error)),
        }
    }

    /// The content, or the bytes of `range`, piece by piece; unchecked.
    ///
    /// # Errors
    /// `NotFound`.
    pub async fn get_stream(&self, sha256: &str, range: Option<Range<u64>>) -> Result<BlobStream> {
        let path = keys::path(sha256)?;
        let options = GetOptions { range: range.map(Into::into), ..GetOptions::default() };
        let found = self.0.store.get_opts(&path, options).await.map_err(problem)?;
        let size = found.meta.size;
        let pieces = found.into_stream().map(|piece| piece.map_err(problem)).boxed();
        Ok(BlobStream { size, pieces })
    }

    /// Length in bytes.
    ///
    /// # Errors
    /// `NotFound`.
    pub async fn size(&self, sha256: &str) -> Result<u64> {
        let path = keys::path(sha256)?;
        Ok(self.0.store.head(&path).await.map_err(problem)?.size)
    }

    /// Whether it is there.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn exists(&self, sha256: &str) -> Result<bool> {
        match self.size(sha256).await {
            Ok(_) => Ok(true),
            Err(error) if error.is_not_found() => Ok(false),
            Err(error) => Err(error),
        }
    }

    /// Removes it; that it was not there is no error.
    ///
    /// # Errors
    /// When the store refuses.
    pub async fn delete(&self, sha256: &str) -> Result<()> {
        match self.0.store.delete(&keys::path(sha256)?).await {
            Ok(()) | Err(object_store::Error::NotFound { .. }) => Ok(()),
            Err(error) => Err(problem(error)),
        }
    }

    fn file(&self, path: &object_store::path::Path) -> Option<PathBuf> {
        self.0.root.as_ref().map(|root| root.join(path.as_ref()))
    }

    async fn upload(&self, file: NamedTempFile, path: object_store::path::Path) -> Result<()> {
        let mut source = tokio::fs::File::open(file.path()).await?;
        let mut writer = BufWriter::with_capacity(Arc::clone(&self.0.store), path, PART);
        let copied = async {
            tokio::io::copy_buf(
                &mut tokio::io::BufReader::with_capacity(PIECE, &mut source),
                &mut writer,
            )
            .await?;
            writer.shutdown().await
        };
        if let Err(error) = copied.await {
            // The parts that have arrived cost money until they are dropped.
            if let Err(abort) = writer.abort().await {
                tracing::warn!(error = %abort, "an upload was left unfinished");
            }
            return Err(error.into());
        }
        Ok(())
    }
}

fn problem(error: object_store::Error) -> Error {
    match error {
        object_store::Error::NotFound { .. } => Error::not_found("blob"),
        other => Error::internal(other),
    }
}

async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T> + Send + 'static,
) -> Result<T> {
    tokio::task::spawn_blocking(work).await.map_err(Error::internal)?
}
