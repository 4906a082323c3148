//! What a blob store promises, asked of the local one and of an S3 service.
//!
//! The service is moto, a real HTTP server from PyPI, started with the Python
//! that `MORTISE_TEST_PYTHON` names; `cargo xtask test` provides it.

#![expect(clippy::unwrap_used, reason = "a test that panics has failed")]

use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use blob::{BlobRef, Blobs, S3Options};
use bytes::Bytes;
use futures_util::TryStreamExt as _;

const PYTHON: &str = "MORTISE_TEST_PYTHON";

/// Serves until its standard input ends, and with it this process.
const SERVER: &str = r#"
import sys, boto3
from moto.server import ThreadedMotoServer
server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
server.start()
port = server.get_host_and_port()[1]
client = boto3.client("s3", endpoint_url=f"http://127.0.0.1:{port}", region_name="us-east-1",
                      aws_access_key_id="key", aws_secret_access_key="secret")
client.create_bucket(Bucket="workshop")
print(port, flush=True)
sys.stdin.read()
"#;

struct Service {
    child: Child,
    port: u16,
}

impl Service {
    fn start() -> Option<Self> {
        let Some(python) = std::env::var_os(PYTHON) else {
            let unattended = std::env::var_os("CI").is_some_and(|value| value == "true");
            assert!(!unattended, "{PYTHON} has to be set with CI=true");
            eprintln!("{PYTHON} is not set: the S3 store is not tested");
            return None;
        };
        let mut child = Command::new(python)
            .args(["-c", SERVER])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("the Python that the variable names");
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let port = line.trim().parse().expect("moto[server] is installed there");
        Some(Self { child, port })
    }

    fn store(&self, spool: &Path) -> Blobs {
        Blobs::s3(&S3Options {
            endpoint: format!("http://127.0.0.1:{}", self.port),
            bucket: "workshop".to_owned(),
            region: "us-east-1".to_owned(),
            key: "key".to_owned(),
            secret: "secret".to_owned(),
            prefix: "one/".to_owned(),
            allow_http: true,
            spool: spool.to_path_buf(),
        })
        .unwrap()
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn files(directory: &Path) -> Vec<String> {
    std::fs::read_dir(directory)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect()
}

async fn keeps_its_promises(blobs: &Blobs, spool: &Path) {
    small_values(blobs).await;
    ranges(blobs).await;
    streams(blobs, spool).await;
    names_from_outside(blobs).await;
}

async fn small_values(blobs: &Blobs) {
    let empty = blobs.put(Bytes::new()).await.unwrap();
    assert_eq!(empty.sha256, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    assert_eq!(blobs.get(&empty.sha256).await.unwrap(), Bytes::new());

    let stored = blobs.put(Bytes::from_static(b"abc")).await.unwrap();
    let digest = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
    assert_eq!(stored, BlobRef { sha256: digest.to_owned(), size: 3 });
    assert_eq!(blobs.put(Bytes::from_static(b"abc")).await.unwrap(), stored);
    assert_eq!(blobs.get(digest).await.unwrap(), "abc");
    assert_eq!(blobs.size(digest).await.unwrap(), 3);
    assert!(blobs.exists(digest).await.unwrap());

    blobs.delete(digest).await.unwrap();
    blobs.delete(digest).await.unwrap();
    assert!(!blobs.exists(digest).await.unwrap());
    assert!(blobs.get(digest).await.unwrap_err().is_not_found());
    assert!(blobs.size(digest).await.unwrap_err().is_not_found());
    assert!(blobs.get_range(digest, 0..1).await.unwrap_err().is_not_found());
    assert!(blobs.get_stream(digest, None).await.unwrap_err().is_not_found());
}

async fn ranges(blobs: &Blobs) {
    let stored = blobs.put(Bytes::from_static(b"0123456789")).await.unwrap();
    let digest = stored.sha256.as_str();
    assert_eq!(blobs.get_range(digest, 2..5).await.unwrap(), "234");
    assert_eq!(blobs.get_range(digest, 7..99).await.unwrap(), "789");
    assert_eq!(blobs.get_range(digest, 4..4).await.unwrap(), "");
    let behind = blobs.get_range(digest, 10..12).await.unwrap_err();
    assert!(behind.to_string().contains("behind the end"), "{behind}");

    let part = blobs.get_stream(digest, Some(3..6)).await.unwrap();
    assert_eq!(part.size, 10);
    assert_eq!(collect(part.pieces).await, b"345");
}

async fn streams(blobs: &Blobs, spool: &Path) {
    // More than one part of a multipart upload, and no round number.
    let content: Vec<u8> =
        (0..20_000_003_u32).map(|i| (i.wrapping_mul(2_654_435_761) >> 24) as u8).collect();
    let stored = blobs.put_stream(content.as_slice()).await.unwrap();
    assert_eq!(stored.size, content.len() as u64);
    assert_eq!(blobs.size(&stored.sha256).await.unwrap(), stored.size);
    let read = blobs.get_stream(&stored.sha256, None).await.unwrap();
    assert!(collect(read.pieces).await == content);
    assert_eq!(blobs.put(content.into()).await.unwrap(), stored);

    let failing = breaking_off();
    assert!(blobs.put_stream(failing).await.is_err());
    assert_eq!(files(spool), Vec::<String>::new(), "nothing is left in the spool");
}

/// Yields some bytes and then an error.
fn breaking_off() -> impl tokio::io::AsyncRead + Send + Unpin {
    use tokio::io::AsyncReadExt as _;
    struct Broken;
    impl tokio::io::AsyncRead for Broken {
        fn poll_read(
            self: std::pin::Pin<&mut Self>,
            _: &mut std::task::Context<'_>,
            _: &mut tokio::io::ReadBuf<'_>,
        ) -> std::task::Poll<std::io::Result<()>> {
            std::task::Poll::Ready(Err(std::io::Error::other("the client went away")))
        }
    }
    (&b"some bytes"[..]).chain(Broken)
}

async fn names_from_outside(blobs: &Blobs) {
    for name in ["", "..", "../../installation.key", "sha256/ab", &"AB".repeat(32)] {
        assert!(blobs.get(name).await.unwrap_err().is_not_found(), "{name}");
        assert!(!blobs.exists(name).await.unwrap(), "{name}");
        assert!(blobs.delete(name).await.unwrap_err().is_not_found(), "{name}");
    }
}

async fn collect(pieces: impl futures_util::Stream<Item = base::Result<Bytes>> + Send) -> Vec<u8> {
    pieces.map_ok(|piece| piece.to_vec()).try_concat().await.unwrap()
}

#[tokio::test]
async fn the_local_store_keeps_its_promises() {
    let directory = tempfile::tempdir().unwrap();
    let blobs = Blobs::local(directory.path()).unwrap();
    keeps_its_promises(&blobs, &directory.path().join("tmp")).await;
}

#[tokio::test]
async fn the_s3_store_keeps_its_promises() {
    let Some(service) = Service::start() else { return };
    let spool = tempfile::tempdir().unwrap();
    keeps_its_promises(&service.store(spool.path()), spool.path()).await;
}

#[tokio::test]
async fn damage_on_disk_is_noticed() {
    let directory = tempfile::tempdir().unwrap();
    let blobs = Blobs::local(directory.path()).unwrap();
    let stored = blobs.put(Bytes::from_static(b"as it was")).await.unwrap();
    let digest = &stored.sha256;
    let file = directory.path().join("sha256").join(&digest[..2]).join(&digest[2..4]).join(digest);
    std::fs::write(file, "as it is!").unwrap();
    let error = blobs.get(digest).await.unwrap_err();
    assert!(matches!(error, base::Error::Internal { .. }), "{error:?}");
}

#[tokio::test]
async fn many_writers_of_the_same_content_agree() {
    let directory = tempfile::tempdir().unwrap();
    let blobs = Blobs::local(directory.path()).unwrap();
    let writers: Vec<_> = (0..16)
        .map(|_| {
            let blobs = blobs.clone();
            tokio::spawn(async move { blobs.put(Bytes::from(vec![7; 300_000])).await.unwrap() })
        })
        .collect();
    let mut stored = Vec::new();
    for writer in writers {
        stored.push(writer.await.unwrap());
    }
    stored.dedup();
    assert_eq!(stored.len(), 1);
    assert_eq!(blobs.get(&stored[0].sha256).await.unwrap().len(), 300_000);
    assert_eq!(files(&directory.path().join("tmp")), Vec::<String>::new());
}

#[tokio::test]
async fn what_is_not_as_it_was_said_is_not_stored() {
    let directory = tempfile::tempdir().unwrap();
    let blobs = Blobs::local(directory.path()).unwrap();
    let stored = blobs.put(Bytes::from_static(b"abc")).await.unwrap();
    let area = blobs.area("apart").unwrap();
    assert!(!area.exists(&stored.sha256).await.unwrap());
    for content in [&b"abd"[..], b"ab", b"abcd", b""] {
        let refused = area.put_expected(&stored, content).await.unwrap_err();
        assert!(matches!(refused, base::Error::Invalid { .. }), "{refused:?}");
        assert!(!area.exists(&stored.sha256).await.unwrap());
    }
    area.put_expected(&stored, &b"abc"[..]).await.unwrap();
    blobs.delete(&stored.sha256).await.unwrap();
    assert_eq!(area.get(&stored.sha256).await.unwrap(), "abc");
    assert_eq!(std::fs::read_dir(directory.path().join("tmp")).unwrap().count(), 0);
}
