//! Packs that no git makes. Whatever git refuses with all its checks on is refused here, and
//! what it takes is taken.

use std::{io::Write, path::Path, process::Stdio};

use bytes::BytesMut;
use flate2::{Compression, write::ZlibEncoder};
use git::{ObjectFormat, Oid, Repository, UpdateResult, pktline::take_packet};
use gix::objs::Kind;

use crate::{
    receiving::{assert_clean, push, push_head},
    support::{World, client, format, made_up, run},
};

const CAPABILITIES: &str = " report-status object-format=sha1";

/// Mode, name and object of an entry of a tree.
pub(crate) type Named<'a> = (&'a str, &'a [u8], Oid);
/// Name, old and new value of a reference.
type Wanted<'a> = (&'a str, Oid, Oid);

/// What an entry of a pack is.
pub(crate) enum Entry {
    Whole(Kind, Vec<u8>),
    RefDelta(Oid, Vec<u8>),
    OfsDelta(u8, Vec<u8>),
}

/// How gitoxide calls the format of this test.
fn hash() -> gix::hash::Kind {
    match format() {
        ObjectFormat::Sha1 => gix::hash::Kind::Sha1,
        ObjectFormat::Sha256 => gix::hash::Kind::Sha256,
    }
}

pub(crate) fn oid(kind: Kind, data: &[u8]) -> Oid {
    let id = gix::objs::compute_hash(hash(), kind, data).unwrap();
    Oid::from_hex(id.to_string()).unwrap()
}

fn sealed(mut pack: Vec<u8>) -> Vec<u8> {
    let mut hasher = gix::hash::hasher(hash());
    hasher.update(&pack);
    pack.extend_from_slice(hasher.try_finalize().unwrap().as_slice());
    pack
}

pub(crate) fn pack_of(count: u32, entries: &[Entry]) -> Vec<u8> {
    let mut pack = b"PACK\0\0\0\x02".to_vec();
    pack.extend_from_slice(&count.to_be_bytes());
    for entry in entries {
        let (kind, base, data): (u8, Vec<u8>, &[u8]) = match entry {
            Entry::Whole(kind, data) => {
                let kind = match kind {
                    Kind::Commit => 1,
                    Kind::Tree => 2,
                    Kind::Blob => 3,
                    Kind::Tag => 4,
                };
                (kind, Vec::new(), data)
            }
            Entry::OfsDelta(distance, data) => (6, vec![*distance], data),
            Entry::RefDelta(base, data) => (7, base.as_bytes().to_vec(), data),
        };
        let mut size = data.len();
        let mut byte = kind << 4 | (size & 15) as u8;
        size >>= 4;
        while size > 0 {
            pack.push(byte | 0x80);
            byte = (size & 0x7f) as u8;
            size >>= 7;
        }
        pack.push(byte);
        pack.extend_from_slice(&base);
        let mut encoder = ZlibEncoder::new(pack, Compression::fast());
        encoder.write_all(data).unwrap();
        pack = encoder.finish().unwrap();
    }
    sealed(pack)
}

pub(crate) fn whole(objects: &[(Kind, Vec<u8>)]) -> Vec<u8> {
    let entries: Vec<_> =
        objects.iter().map(|(kind, data)| Entry::Whole(*kind, data.clone())).collect();
    pack_of(entries.len() as u32, &entries)
}

/// More objects than a pack may have that is taken in memory.
const LARGE: u32 = 2001;

/// The pack with so many objects behind its own that it is a large one, and the right checksum.
fn padded(pack: &[u8]) -> Vec<u8> {
    let padding: Vec<Entry> =
        (0..LARGE).map(|at| Entry::Whole(Kind::Blob, format!("padding {at}").into())).collect();
    let padding = pack_of(LARGE, &padding);
    let length = hash().len_in_bytes();
    let mut all = pack[..pack.len().saturating_sub(length)].to_vec();
    if let Some(count) = all.get_mut(8..12) {
        let entries = u32::from_be_bytes(count.try_into().unwrap()).wrapping_add(LARGE);
        count.copy_from_slice(&entries.to_be_bytes());
    }
    all.extend_from_slice(&padding[12..padding.len() - length]);
    sealed(all)
}

/// Two repositories alike: one that we push to, one that real git does.
struct Pair {
    world: World,
    twin: Repository,
    base: Oid,
    /// Whether what is pushed is made a large pack.
    large: bool,
}

impl Pair {
    /// For small packs, and for large ones.
    fn both() -> [Pair; 2] {
        [Pair::new(), Pair { large: true, ..Pair::new() }]
    }

    fn new() -> Pair {
        let world = World::new();
        world.write("a", "1");
        world.write("dir/b", "2");
        let base = world.commit("base");
        world.push();
        let twin = world.dir.path().join("twin.git");
        let copied = std::process::Command::new("cp")
            .arg("-a")
            .args([world.repo.path(), &twin])
            .status()
            .unwrap();
        assert!(copied.success());
        let twin = Repository::open(&twin).unwrap();
        Pair { world, twin, base, large: false }
    }

    /// Pushes `tip` to a new reference; true when both take it.
    async fn try_push(&self, what: &str, name: &str, tip: Oid, pack: &[u8]) -> bool {
        let mut body = push_head(&[(name, Oid::ZERO, tip)], CAPABILITIES, &[]).to_vec();
        if self.large {
            body.extend_from_slice(&padded(pack));
        } else {
            body.extend_from_slice(pack);
        }
        let theirs = real(self.twin.path(), &body);
        let ours = push(&self.world.repo, body).await.unwrap();
        let taken = ours.updates[0].result == UpdateResult::Updated;
        let their_line = theirs.last().cloned().unwrap_or_default();
        assert_eq!(
            taken,
            their_line == format!("ok {name}"),
            "{what}: ours {:?}, git's {theirs:?}",
            ours.updates
        );
        let now = self.world.repo.reference(name).unwrap();
        assert_eq!(now, taken.then_some(tip), "{what}");
        taken
    }

    /// A commit with this tree on top of the base.
    fn commit(&self, tree: Oid) -> Vec<u8> {
        commit_text(&format!("tree {tree}\nparent {}\n", self.base), AUTHOR, COMMITTER, "\nx\n")
    }
}

pub(crate) const AUTHOR: &str = "author A <a@example.org> 1700000000 +0100\n";
pub(crate) const COMMITTER: &str = "committer A <a@example.org> 1700000000 +0100\n";

pub(crate) fn commit_text(links: &str, author: &str, committer: &str, rest: &str) -> Vec<u8> {
    format!("{links}{author}{committer}{rest}").into_bytes()
}

/// What real git reports.
fn real(repository: &Path, body: &[u8]) -> Vec<String> {
    let mut child = client(Path::new("/"))
        .args(["receive-pack", "--stateless-rpc"])
        .arg(repository)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    // It may have heard enough before everything is said.
    drop(child.stdin.take().unwrap().write_all(body));
    let answer = child.wait_with_output().unwrap().stdout;
    let mut answer = BytesMut::from(&answer[..]);
    let mut lines = Vec::new();
    while let Ok(Some(packet)) = take_packet(&mut answer) {
        if let Some(line) = packet.line() {
            lines.push(String::from_utf8_lossy(line).into_owned());
        }
    }
    lines
}

pub(crate) fn tree(entries: &[Named<'_>]) -> Vec<u8> {
    let mut data = Vec::new();
    for (mode, name, id) in entries {
        data.extend_from_slice(mode.as_bytes());
        data.push(b' ');
        data.extend_from_slice(name);
        data.push(0);
        data.extend_from_slice(id.as_bytes());
    }
    data
}

#[tokio::test]
pub(crate) async fn trees() {
    for pair in Pair::both() {
        trees_of(&pair).await;
    }
}

async fn trees_of(pair: &Pair) {
    let blob = b"x\n".to_vec();
    let file = oid(Kind::Blob, &blob);
    let inner = tree(&[("100644", b"f", file)]);
    let dir = oid(Kind::Tree, &inner);
    let evil_modules = b"[submodule \"x\"]\n\tpath = x\n\turl = --upload-pack=evil\n".to_vec();
    let modules = oid(Kind::Blob, &evil_modules);
    let f = |name: &'static [u8]| vec![("100644", name, file)];
    let cases: Vec<(&str, bool, Vec<Named<'_>>)> = vec![
        ("plain", true, vec![("100644", b"a", file), ("100755", b"b", file), ("40000", b"c", dir)]),
        (
            "a link and a submodule",
            true,
            vec![("120000", b"l", file), ("160000", b"s", made_up(7))],
        ),
        (
            "names that only look strange",
            true,
            vec![
                ("100644", b".git-blame-ignore-revs", file),
                ("100644", b".git_", file),
                ("40000", b".github", dir),
                ("100644", b".gitignore", file),
                ("120000", b".gitx", file),
                ("100644", b"a~", file),
                ("100644", "gr\u{f6}\u{df}e".as_bytes(), file),
                ("100644", "\u{4e2d}".as_bytes(), file),
            ],
        ),
        (".git", false, f(b".git")),
        (".GIT", false, f(b".GIT")),
        (".git as a directory", false, vec![("40000", b".git", dir)]),
        ("NTFS: git~1", false, f(b"git~1")),
        ("NTFS: .git and a blank", false, f(b".git ")),
        ("NTFS: .git.", false, f(b".git.")),
        ("NTFS: a stream", false, f(b".git::$INDEX_ALLOCATION")),
        ("NTFS: a stream of modules", false, vec![("120000", b".gitmodules:x", file)]),
        ("NTFS: modules, a dot, a blank", false, vec![("120000", b".gitModules. ", file)]),
        ("modules, and more", true, vec![("120000", b".gitmodules2", file)]),
        ("HFS: an ignored character", false, f(".g\u{200c}it".as_bytes())),
        ("HFS: another", false, f("\u{feff}.git".as_bytes())),
        ("..", false, f(b"..")),
        (".", false, f(b".")),
        ("no name", false, f(b"")),
        ("a path", false, f(b"a/b")),
        ("a path to .git on Windows", false, f(b"x\\.git\\config")),
        ("a link .gitmodules", false, vec![("120000", b".gitmodules", file)]),
        ("a link gitmod~1", false, vec![("120000", b"gitmod~1", file)]),
        ("harmless attributes", true, f(b".gitattributes")),
        ("mailmap, and more", true, vec![("100644", b".mailmap.license", file)]),
        ("a link .mailmap, which git only warns of", true, vec![("120000", b".mailmap", file)]),
        ("evil modules", false, vec![("100644", b".gitmodules", modules)]),
        ("evil modules by another name", false, vec![("100644", b".GITMODULES", modules)]),
        ("twice", false, vec![("100644", b"a", file), ("100644", b"a", file)]),
        (
            "twice, as file and directory",
            false,
            vec![("100644", b"a", file), ("100644", b"a.b", file), ("40000", b"a", dir)],
        ),
        ("unsorted", false, vec![("100644", b"b", file), ("100644", b"a", file)]),
        (
            "a directory sorted as a file",
            false,
            vec![("40000", b"a", dir), ("100644", b"a.b", file)],
        ),
        ("mode 100664", false, vec![("100664", b"a", file)]),
        ("mode 100600", false, vec![("100600", b"a", file)]),
        ("mode 140000", false, vec![("140000", b"a", file)]),
        ("mode 0", false, vec![("0", b"a", file)]),
        ("zero-padded, which is tolerated", true, vec![("040000", b"c", dir)]),
        ("a file that is a tree", false, vec![("100644", b"a", dir)]),
        ("a directory that is a file", false, vec![("40000", b"a", file)]),
        ("a missing file", false, vec![("100644", b"a", made_up(5))]),
        ("a missing directory", false, vec![("40000", b"a", made_up(5))]),
    ];
    for (index, (what, fine, entries)) in cases.into_iter().enumerate() {
        let root = tree(&entries);
        let tip = pair.commit(oid(Kind::Tree, &root));
        let mut objects = vec![
            (Kind::Commit, tip.clone()),
            (Kind::Tree, root),
            (Kind::Tree, inner.clone()),
            (Kind::Blob, blob.clone()),
        ];
        if entries.iter().any(|(.., id)| *id == modules) {
            objects.push((Kind::Blob, evil_modules.clone()));
        }
        let name = format!("refs/heads/tree-{index}");
        let taken = pair.try_push(what, &name, oid(Kind::Commit, &tip), &whole(&objects)).await;
        // Where git itself is lenient, so are we; that is compared above.
        if fine || !what.starts_with("mode") {
            assert_eq!(taken, fine, "{what}");
        }
    }
    let tolerant = ["-c", "fsck.zeroPaddedFilemode=ignore", "fsck", "--strict", "--no-dangling"];
    run(pair.world.repo.path(), &tolerant);
}

/// Git reads the lists of submodules itself, wherever they are in a tree.
#[tokio::test]
pub(crate) async fn modules() {
    for pair in Pair::both() {
        let module = |name: &str, rest: &str| format!("[submodule \"{name}\"]\n\t{rest}\n");
        let url = |url: &str| module("x", &format!("path = x\n\turl = {url}"));
        let fine = [
            String::new(),
            "# none yet\n".to_owned(),
            url("https://example.org/a/b.git"),
            url("https://example.org:8443/~a/b.git"),
            url("git@example.org:a/b.git"),
            url("ssh://git@example.org/a"),
            url("git://example.org/a"),
            url("../b.git"),
            url("./b.git"),
            url("/srv/b.git"),
            url("\"https://example.org/quoted\""),
            module("lib/x y", "path = lib/x y\n\turl = ../y\n\tbranch = main\n\tupdate = rebase"),
            module("a..b", "path = a\r\n\turl = https://example.org/crlf"),
            module("x", "path = x ; a note\n\turl = ../y"),
            module("x", "fetchRecurseSubmodules\n\turl = ../y"),
            "[core]\n\tbare = true\n".to_owned(),
            "not a setting\n".to_owned(),
        ];
        let evil = [
            url("--upload-pack=evil"),
            url("-evil"),
            url("https://example.org/a%0ahost=evil"),
            url("../../:evil"),
            url("https:///nowhere"),
            module("../x", "url = ../y"),
            module("a/../../x", "url = ../y"),
            module("x", "path = -x\n\turl = ../y"),
            module("x", "update = !touch /tmp/x\n\turl = ../y"),
        ];
        for (index, text) in fine.iter().chain(&evil).enumerate() {
            let what = format!("{text:?}");
            let blob = (Kind::Blob, text.clone().into_bytes());
            let inner = tree(&[("100644", b".gitmodules", oid(Kind::Blob, &blob.1))]);
            let root = tree(&[("40000", b"d", oid(Kind::Tree, &inner))]);
            let tip = pair.commit(oid(Kind::Tree, &root));
            let id = oid(Kind::Commit, &tip);
            let pack = whole(&[(Kind::Commit, tip), (Kind::Tree, root), (Kind::Tree, inner), blob]);
            let taken = pair.try_push(&what, &format!("refs/heads/m{index}"), id, &pack).await;
            assert_eq!(taken, index < fine.len(), "{what}");
        }
    }
}

#[tokio::test]
pub(crate) async fn commits_and_tags() {
    for pair in Pair::both() {
        commits_and_tags_of(&pair).await;
    }
}

async fn commits_and_tags_of(pair: &Pair) {
    let root = pair.world.rev("HEAD^{tree}");
    let base = pair.base;
    let links = format!("tree {root}\nparent {base}\n");
    let nowhere = made_up(9);
    let commits: Vec<(&str, bool, Vec<u8>)> = vec![
        ("plain", true, commit_text(&links, AUTHOR, COMMITTER, "\nfine\n")),
        ("signed", true, commit_text(&links, AUTHOR, COMMITTER, "gpgsig x\n y\n\nfine\n")),
        ("no message", true, commit_text(&links, AUTHOR, COMMITTER, "\n")),
        ("no author", false, commit_text(&links, "", COMMITTER, "\nx\n")),
        ("two authors", false, commit_text(&links, &AUTHOR.repeat(2), COMMITTER, "\nx\n")),
        ("no committer", false, commit_text(&links, AUTHOR, "", "\nx\n")),
        ("no mail", false, commit_text(&links, "author A 1700000000 +0100\n", COMMITTER, "\nx\n")),
        ("no name", false, commit_text(&links, "author <a@b> 17 +0100\n", COMMITTER, "\nx\n")),
        ("no blank", false, commit_text(&links, "author A<a@b> 17 +0100\n", COMMITTER, "\nx\n")),
        (
            "mails in mails",
            false,
            commit_text(&links, "author A <a<b> 17 +0100\n", COMMITTER, "\n"),
        ),
        ("padded date", false, commit_text(&links, "author A <a@b> 017 +0100\n", COMMITTER, "\n")),
        (
            "long date",
            false,
            commit_text(&links, "author A <a@b> 99999999999999999999 +0100\n", COMMITTER, "\n"),
        ),
        (
            "zone that is tolerated",
            true,
            commit_text(&links, "author A <a@b> 1700000000 +051800\n", COMMITTER, "\n"),
        ),
        ("no tree", false, commit_text(&format!("parent {base}\n"), AUTHOR, COMMITTER, "\nx\n")),
        (
            "a missing tree",
            false,
            commit_text(&format!("tree {nowhere}\n"), AUTHOR, COMMITTER, "\n"),
        ),
        (
            "a commit as its tree",
            false,
            commit_text(&format!("tree {base}\n"), AUTHOR, COMMITTER, "\n"),
        ),
        (
            "a missing parent",
            false,
            commit_text(&format!("tree {root}\nparent {nowhere}\n"), AUTHOR, COMMITTER, "\n"),
        ),
        (
            "a tree as its parent",
            false,
            commit_text(&format!("tree {root}\nparent {root}\n"), AUTHOR, COMMITTER, "\n"),
        ),
        ("short tree", false, commit_text("tree abc\n", AUTHOR, COMMITTER, "\n")),
        (
            "a zero byte in the head",
            false,
            commit_text(&links, "author A\0 <a@b> 17 +0100\n", COMMITTER, "\n"),
        ),
        ("nothing", false, Vec::new()),
    ];
    for (index, (what, fine, text)) in commits.into_iter().enumerate() {
        let tip = oid(Kind::Commit, &text);
        let name = format!("refs/heads/commit-{index}");
        let pack = whole(&[(Kind::Commit, text)]);
        assert_eq!(pair.try_push(what, &name, tip, &pack).await, fine, "{what}");
    }
    let tagger = "tagger A <a@example.org> 1700000000 +0100\n";
    let of = |object: Oid, kind: &str, name: &str, tagger: &str| {
        format!("object {object}\ntype {kind}\ntag {name}\n{tagger}\nwords\n").into_bytes()
    };
    let tags: Vec<(&str, bool, Vec<u8>)> = vec![
        ("plain", true, of(base, "commit", "v1", tagger)),
        ("of a tree", true, of(root, "tree", "v2", tagger)),
        ("without tagger, as old ones are", true, of(base, "commit", "v3", "")),
        ("pointing nowhere", false, of(nowhere, "commit", "v4", tagger)),
        ("of another kind", false, of(root, "commit", "v5", tagger)),
        ("of no kind", false, of(base, "thing", "v6", tagger)),
        ("no type", false, format!("object {base}\ntag v7\n{tagger}\nx\n").into_bytes()),
        ("a bad tagger", false, of(base, "commit", "v8", "tagger A <a> x\n")),
    ];
    for (index, (what, fine, text)) in tags.into_iter().enumerate() {
        let tip = oid(Kind::Tag, &text);
        let pack = whole(&[(Kind::Tag, text)]);
        let name = format!("refs/tags/tag-{index}");
        assert_eq!(pair.try_push(what, &name, tip, &pack).await, fine, "{what}");
        // A branch has to be a commit.
        if fine {
            let branch = format!("refs/heads/tag-{index}");
            assert!(!pair.try_push(what, &branch, tip, &pack).await, "{what}");
        }
    }
    assert!(!pair.try_push("a tree as branch", "refs/heads/t", root, &pack_of(0, &[])).await);
    assert!(pair.try_push("a tree as tag", "refs/tags/t", root, &pack_of(0, &[])).await);
    assert!(pair.try_push("an old commit", "refs/heads/old", base, &pack_of(0, &[])).await);
    assert!(!pair.try_push("nothing", "refs/heads/no", nowhere, &pack_of(0, &[])).await);
    // What is tolerated is nothing that git's own check is content with.
    let tolerant = ["-c", "fsck.badTimezone=ignore", "fsck", "--strict", "--no-dangling"];
    run(pair.world.repo.path(), &tolerant);
}

/// Objects that are there but whose own objects are not: a push must not lean on them.
#[tokio::test]
pub(crate) async fn unreachable_objects_prove_nothing() {
    for pair in Pair::both() {
        unreachable_objects_prove_nothing_of(&pair).await;
    }
}

async fn unreachable_objects_prove_nothing_of(pair: &Pair) {
    let missing = made_up(0x11);
    let broken = tree(&[("100644", b"gone", missing)]);
    let orphan = commit_text(&format!("tree {missing}\n"), AUTHOR, COMMITTER, "\norphan\n");
    for repository in [&pair.world.repo, &pair.twin] {
        for (kind, data) in [("tree", &broken), ("commit", &orphan)] {
            let file = pair.world.dir.path().join("object");
            std::fs::write(&file, data).unwrap();
            let file = file.to_str().unwrap();
            run(repository.path(), &["hash-object", "-w", "-t", kind, "--literally", file]);
        }
    }
    let broken = oid(Kind::Tree, &broken);
    let orphan = oid(Kind::Commit, &orphan);
    let root = pair.world.rev("HEAD^{tree}");
    let cases = [
        ("a broken tree", pair.commit(broken)),
        (
            "a broken parent",
            commit_text(&format!("tree {root}\nparent {orphan}\n"), AUTHOR, COMMITTER, "\nx\n"),
        ),
    ];
    for (what, text) in cases {
        let tip = oid(Kind::Commit, &text);
        let pack = whole(&[(Kind::Commit, text)]);
        assert!(!pair.try_push(what, "refs/heads/x", tip, &pack).await, "{what}");
    }
    assert!(!pair.try_push("a broken tip", "refs/heads/x", orphan, &pack_of(0, &[])).await);
}

#[tokio::test]
pub(crate) async fn packs() {
    for pair in Pair::both() {
        packs_of(&pair).await;
    }
}

async fn packs_of(pair: &Pair) {
    let blob = b"hello world".to_vec();
    let file = oid(Kind::Blob, &blob);
    let root = tree(&[("100644", b"f", file)]);
    let text = pair.commit(oid(Kind::Tree, &root));
    let tip = oid(Kind::Commit, &text);
    let w = |kind, data: &Vec<u8>| Entry::Whole(kind, data.clone());
    let good = whole(&[
        (Kind::Commit, text.clone()),
        (Kind::Tree, root.clone()),
        (Kind::Blob, blob.clone()),
    ]);

    // Cut anywhere, and with any byte changed.
    for cut in (0..good.len()).step_by(7) {
        let name = format!("refs/heads/cut-{cut}");
        assert!(!pair.try_push("cut", &name, tip, &good[..cut]).await, "{cut}");
    }
    for at in (0..good.len()).step_by(11) {
        let mut bad = good.clone();
        bad[at] ^= 0x10;
        let name = format!("refs/heads/changed-{at}");
        let taken = pair.try_push("changed", &name, tip, &bad).await;
        // A large one is sealed again; git says whether what was changed means anything then.
        assert!(!taken || pair.large, "{at}");
    }
    // Counts, versions, checksums.
    let entries = [w(Kind::Commit, &text), w(Kind::Tree, &root), w(Kind::Blob, &blob)];
    for count in [0, 2, 4, u32::MAX] {
        let pack = pack_of(count, &entries);
        assert!(!pair.try_push("count", "refs/heads/x", tip, &pack).await, "{count}");
    }
    let mut version = good[..good.len() - hash().len_in_bytes()].to_vec();
    version[7] = 4;
    assert!(!pair.try_push("version", "refs/heads/version", tip, &sealed(version)).await);
    // Deltas: against themselves, against nothing, out of bounds, growing without end.
    let hello = [11, 11, 0x90, 11].to_vec();
    let bomb: Vec<u8> =
        [&[11, 0x80, 0x80, 0x80, 0x80, 0x10][..], &[0x90, 11].repeat(1000)].concat();
    let deltas: Vec<(&str, Vec<Entry>)> = vec![
        ("against itself", vec![Entry::RefDelta(file, hello.clone())]),
        ("against nothing", vec![Entry::RefDelta(made_up(1), hello.clone())]),
        ("before the pack", vec![Entry::OfsDelta(100, hello.clone())]),
        (
            "into the middle",
            vec![w(Kind::Blob, &b"base".to_vec()), Entry::OfsDelta(1, hello.clone())],
        ),
        ("wrong size", vec![w(Kind::Blob, &blob), Entry::RefDelta(file, vec![10, 1, 1, b'x'])]),
        ("too short", vec![w(Kind::Blob, &blob), Entry::RefDelta(file, vec![11, 9, 1, b'x'])]),
        ("beyond", vec![w(Kind::Blob, &blob), Entry::RefDelta(file, vec![11, 4, 0x91, 10, 4])]),
        ("reserved", vec![w(Kind::Blob, &blob), Entry::RefDelta(file, vec![11, 4, 0])]),
        ("a bomb", vec![w(Kind::Blob, &blob), Entry::RefDelta(file, bomb)]),
    ];
    for (what, mut entries) in deltas {
        entries.insert(0, w(Kind::Commit, &text));
        entries.insert(1, w(Kind::Tree, &root));
        let pack = pack_of(entries.len() as u32, &entries);
        assert!(!pair.try_push(what, "refs/heads/x", tip, &pack).await, "{what}");
    }
    assert_clean(&pair.world.repo);
    // What is odd and right: a delta before its base, a delta against an object of the repository.
    let old = pair.world.rev("HEAD:a");
    let forward = [
        w(Kind::Commit, &text),
        Entry::RefDelta(file, vec![11, 2, 0x90, 2]),
        w(Kind::Tree, &root),
        w(Kind::Blob, &blob),
        Entry::RefDelta(old, vec![1, 2, 0x90, 1, 1, b'2']),
    ];
    let pack = pack_of(5, &forward);
    assert!(pair.try_push("forward", "refs/heads/forward", tip, &pack).await);
    let twice = pack_of(
        4,
        &[w(Kind::Commit, &text), w(Kind::Tree, &root), w(Kind::Blob, &blob), w(Kind::Blob, &blob)],
    );
    pair.try_push("twice", "refs/heads/twice", tip, &twice).await;
    assert_clean(&pair.world.repo);
    assert!(run(pair.world.repo.path(), &["fsck", "--strict", "--no-dangling"]).is_empty());
}

/// What is asked of the references is decided as git does.
#[tokio::test]
pub(crate) async fn reports() {
    let pair = Pair::new();
    let base = pair.base;
    pair.world.write("c", "3");
    let next = pair.world.commit("next");
    let good = crate::receiving::pack(&pair.world, &format!("{next}\n^{base}\n"));
    let nothing = Oid::ZERO;
    let other = made_up(3);
    let all: Vec<(&str, Vec<Wanted<'_>>)> = vec![
        ("", vec![("refs/heads/new", nothing, next), ("refs/heads/main", other, next)]),
        ("atomic", vec![("refs/heads/new2", nothing, next), ("refs/heads/main", other, next)]),
        ("atomic", vec![("refs/heads/a", nothing, next), ("refs/heads/a/b", nothing, next)]),
        ("", vec![("refs/heads/main/x", nothing, next)]),
        ("", vec![("refs/heads/x/y", nothing, next)]),
        ("", vec![("refs/heads/x", nothing, next)]),
        ("", vec![("refs/heads/main", base, nothing), ("refs/heads/z", nothing, next)]),
        ("", vec![("refs/heads/new", next, nothing), ("refs/heads/new/deep", nothing, next)]),
        ("", vec![("refs/heads/absent", base, nothing)]),
        ("", vec![("refs/heads/x.lock", nothing, next), ("refs/heads/@{", nothing, next)]),
        ("", vec![("refs/heads/q", nothing, next), ("refs/tags/q", nothing, other)]),
        ("atomic", vec![("refs/heads/r", nothing, next), ("refs/heads/x/y", next, nothing)]),
        ("", vec![("refs/heads/main", base, next)]),
    ];
    for (mode, commands) in all {
        let mut body = push_head(&commands, &format!("{CAPABILITIES} {mode}"), &[]).to_vec();
        if commands.iter().any(|(.., new)| !new.is_zero()) {
            body.extend_from_slice(&good);
        }
        let theirs = real(pair.twin.path(), &body);
        let ours = push(&pair.world.repo, body).await.unwrap();
        let told = |lines: &[String]| -> Vec<String> {
            // Whether, not why: the words differ between versions of git.
            lines.iter().map(|line| line.split(' ').take(2).collect::<Vec<_>>().join(" ")).collect()
        };
        let mut lines = Vec::new();
        let mut bytes = BytesMut::from(&ours.report[..]);
        while let Some(packet) = take_packet(&mut bytes).unwrap() {
            lines.extend(packet.line().map(|line| String::from_utf8_lossy(line).into_owned()));
        }
        assert_eq!(told(&lines), told(&theirs), "{commands:?}: {lines:?} {theirs:?}");
        let refs = |repository: &Repository| run(repository.path(), &["for-each-ref"]);
        assert_eq!(refs(&pair.world.repo), refs(&pair.twin), "{commands:?}");
        let log = |repository: &Repository| {
            let log = run(repository.path(), &["reflog", "show", "--format=%H %gs", "HEAD"]);
            log.lines().map(str::to_owned).collect::<Vec<_>>()
        };
        assert_eq!(log(&pair.world.repo), log(&pair.twin), "{commands:?}");
    }
    assert_clean(&pair.world.repo);
}
