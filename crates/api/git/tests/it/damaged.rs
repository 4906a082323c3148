//! Command lines and requests of any kind: an answer, never a panic.

use api_git::lfs::BatchRequest;
use api_git::ssh::Command;

#[test]
fn command_lines_and_batch_requests() {
    let seeds: &[&[u8]] = &[
        b"git-upload-pack '/makers/web/site.git'",
        b"git upload-archive \"makers/web/site\"",
        b"git-lfs-authenticate mak'ers/w'eb/si\\te.git upload abc",
        "git-receive-pack '/~/团队/web/site.v2.git/'".as_bytes(),
        br#"{"operation":"upload","transfers":["basic"],"hash_algo":"sha256","objects":
           [{"oid":"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855","size":1}]}"#,
        br#"{"operation":"download","objects":[{"oid":"..","size":-1},{"oid":"","size":1e99}]}"#,
    ];
    git::probe::each_damaged(seeds, 3000, |bytes| {
        if let Ok(
            Command::UploadPack(path)
            | Command::ReceivePack(path)
            | Command::UploadArchive(path)
            | Command::LfsAuthenticate { path, .. },
        ) = Command::parse(bytes)
        {
            for name in [path.team, path.project, path.depot] {
                assert!(!name.starts_with(['.', '-']) && !name.is_empty(), "{name:?}");
                assert!(!name.contains(['/', '\\', '\0', '\n', '\'', '$', ';']), "{name:?}");
            }
        }
        if let Some(request) = BatchRequest::parse(bytes) {
            for object in request.objects() {
                assert!(
                    object.oid().len() == 64 && object.oid().bytes().all(|b| b.is_ascii_hexdigit())
                );
            }
        }
    });
}
