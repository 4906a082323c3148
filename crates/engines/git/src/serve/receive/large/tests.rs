use std::{
    fs,
    io::{Read, Write},
    path::{Path, PathBuf},
    process::{Command, Stdio},
    sync::atomic::Ordering,
};

use super::*;

/// A repository with a history, another that objects are pushed to, and room for files.
struct World {
    directory: tempfile::TempDir,
    repository: Repository,
}

fn git(directory: &Path, args: &[&str], input: &[u8]) -> Vec<u8> {
    let mut child = Command::new("git")
        .arg("-C")
        .arg(directory)
        .args(args)
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .env("GIT_CONFIG_NOSYSTEM", "1")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(input).unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success(), "git {args:?}");
    output.stdout
}

fn text(bytes: Vec<u8>) -> String {
    String::from_utf8(bytes).unwrap().trim().to_owned()
}

impl World {
    /// Commits that change a long file, a few short ones in directories, and add others.
    fn new(commits: usize) -> World {
        let directory = tempfile::tempdir().unwrap();
        let there = Repository::init(&directory.path().join("there.git"), "main").unwrap();
        let repository = Repository::init(&directory.path().join("here.git"), "main").unwrap();
        let mut stream = String::new();
        let mut lines: Vec<String> = (0..400).map(|line| format!("line {line}")).collect();
        for number in 0..commits {
            lines[number * 37 % 400] = format!("changed by {number}");
            let message = format!("commit {number}");
            stream += &format!(
                "commit refs/heads/main\ncommitter A <a@example.org> {} +0000\ndata {}\n{message}\n",
                1_700_000_000 + number,
                message.len()
            );
            let long = lines.join("\n");
            let files = [
                ("long.txt".to_owned(), long),
                (format!("d{}/e/f{}.txt", number % 3, number % 7), format!("short {number}\n")),
                (format!("added/{number}"), format!("added by {number}\n")),
                (".gitattributes".to_owned(), "*.txt text\n".to_owned()),
            ];
            for (path, data) in files {
                stream += &format!("M 100644 inline {path}\ndata {}\n{data}\n", data.len());
            }
        }
        git(there.path(), &["fast-import", "--quiet"], stream.as_bytes());
        // What a bitmap says comes without deltas against what the other side has.
        let args = "-c repack.writeBitmaps=false repack -adfq --depth=50 --window=50";
        git(there.path(), &args.split(' ').collect::<Vec<_>>(), b"");
        World { directory, repository }
    }

    fn there(&self) -> PathBuf {
        self.directory.path().join("there.git")
    }

    fn rev(&self, rev: &str) -> String {
        text(git(&self.there(), &["rev-parse", rev], b""))
    }

    fn pack(&self, wanted: &str) -> Vec<u8> {
        let args = "pack-objects --revs --stdout --thin --delta-base-offset --no-reuse-delta -q";
        git(&self.there(), &args.split(' ').collect::<Vec<_>>(), wanted.as_bytes())
    }

    /// The pack in pieces of `step` bytes.
    fn take(&self, pack: &[u8], step: usize) -> (Spool, Result<Pack, Stop>) {
        let pieces: Vec<_> = pack.chunks(step).map(Bytes::copy_from_slice).collect();
        let (sender, waiting) = mpsc::channel(pieces.len().max(1));
        for piece in pieces {
            sender.try_send(piece).unwrap();
        }
        drop(sender);
        let objects = self.repository.path().join("objects");
        let spool = Spool::create(Quarantine::create(&objects).unwrap()).unwrap();
        let pack = spool.take(self.repository.format().kind(), waiting);
        (spool, pack)
    }

    fn index(&self, pack: &[u8]) -> (Spool, Result<Closed, Stop>) {
        let (spool, taken) = self.take(pack, 8192);
        let outcome = spool.index(&self.repository, taken.unwrap(), &Watch::default());
        (spool, outcome)
    }
}

fn content(spool: &Spool) -> Vec<u8> {
    let mut content = Vec::new();
    spool.read().unwrap().read_to_end(&mut content).unwrap();
    content
}

/// The pack and the index in a quarantine.
fn files(spool: &Spool) -> (PathBuf, PathBuf) {
    let directory = spool.quarantine.path().join("pack");
    let mut names: Vec<_> =
        fs::read_dir(directory).unwrap().map(|entry| entry.unwrap().path()).collect();
    names.sort();
    let [index, pack] = &names[..] else { panic!("{names:?}") };
    (pack.clone(), index.clone())
}

#[test]
fn the_index_is_that_of_git() {
    let world = World::new(120);
    let pack = world.pack(&world.rev("main"));
    let (spool, closed) = world.index(&pack);
    assert_eq!(closed.unwrap(), Closed::Pack);
    let (ours, index) = files(&spool);
    assert_eq!(fs::read(&ours).unwrap(), pack);
    let theirs = world.directory.path().join("theirs.idx");
    git(
        world.directory.path(),
        &["index-pack", "-o", theirs.to_str().unwrap(), ours.to_str().unwrap()],
        b"",
    );
    assert_eq!(fs::read(&index).unwrap(), fs::read(&theirs).unwrap());
    let deltas = git(world.directory.path(), &["verify-pack", "-v", index.to_str().unwrap()], b"");
    assert!(text(deltas).contains("chain length = 5"), "the deltas of this pack are too simple");
}

#[test]
fn what_deltas_lean_on_is_added() {
    let world = World::new(60);
    let (_, closed) = {
        let (spool, closed) = world.index(&world.pack(&world.rev("main~20")));
        let closed = closed.unwrap();
        (spool.into_quarantine().migrate(&world.repository.path().join("objects")), closed)
    };
    assert_eq!(closed, Closed::Pack);
    git(world.repository.path(), &["update-ref", "refs/heads/main", &world.rev("main~20")], b"");
    let repository = Repository::open(world.repository.path()).unwrap();
    let world = World { repository, ..world };
    let thin = world.pack(&format!("{}\n^{}", world.rev("main"), world.rev("main~20")));
    let sent = u32::from_be_bytes(thin[8..12].try_into().unwrap());
    let (spool, closed) = world.index(&thin);
    assert_eq!(closed.unwrap(), Closed::Unknown);
    let (pack, index) = files(&spool);
    let stored = fs::read(&pack).unwrap();
    assert!(u32::from_be_bytes(stored[8..12].try_into().unwrap()) > sent, "nothing was thin");
    git(world.directory.path(), &["verify-pack", index.to_str().unwrap()], b"");
    spool.into_quarantine().migrate(&world.repository.path().join("objects")).unwrap();
    git(world.repository.path(), &["update-ref", "refs/heads/main", &world.rev("main")], b"");
    git(world.repository.path(), &["fsck", "--strict", "--full"], b"");
}

/// Git gets every byte as it came, wherever it was that we gave up.
#[test]
fn what_is_left_to_git_is_as_it_came() {
    let world = World::new(30);
    let whole = world.pack(&world.rev("main"));
    // Parents that nobody has are noticed last, and only after bases were added.
    let (spool, _) = world.index(&world.pack(&world.rev("main~20^{tree}")));
    spool.into_quarantine().migrate(&world.repository.path().join("objects")).unwrap();
    let repository = Repository::open(world.repository.path()).unwrap();
    let world = World { repository, ..world };
    let leaning = world.pack(&format!("{}\n^{}", world.rev("main~10"), world.rev("main~20")));
    let (spool, outcome) = world.index(&leaning);
    assert!(matches!(outcome, Err(Stop::ForGit)), "{outcome:?}");
    assert_eq!(content(&spool), leaning);
    let mut changed = whole.clone();
    changed[whole.len() / 2] ^= 1;
    let cut = &whole[..whole.len() - 3];
    for (what, bytes) in [("changed", &changed[..]), ("cut", cut), ("nothing", b"PACK")] {
        for step in [1000, 1 << 20] {
            let (spool, outcome) = world.take(bytes, step);
            assert!(matches!(outcome, Err(Stop::ForGit)), "{what}: {outcome:?}");
            assert_eq!(content(&spool), bytes, "{what}");
        }
    }
    let (_, outcome) = world.take(&[&whole[..], b"x"].concat(), 1000);
    assert!(matches!(outcome, Err(Stop::Junk)), "{outcome:?}");
}

#[test]
fn nobody_waits_for_it_any_more() {
    let world = World::new(10);
    let (spool, pack) = world.take(&world.pack(&world.rev("main")), 1000);
    let watch = Watch::default();
    watch.cancelled.store(true, Ordering::Relaxed);
    let outcome = spool.index(&world.repository, pack.unwrap(), &watch);
    assert!(matches!(outcome, Err(Stop::Failed(Error::Cancelled))), "{outcome:?}");
    let quarantine = spool.quarantine.path().to_owned();
    drop(spool);
    assert!(!quarantine.exists());
}

/// Offsets beyond 2 GiB stand in a table of their own.
#[test]
fn indexes_of_huge_packs() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("pack-huge.idx");
    let id = |byte: u8| ObjectId::try_from(&[byte; 20][..]).unwrap();
    let starts = [12, (1 << 31) - 1, 1 << 31, 5 << 31, 1 << 33];
    let mut places: Vec<Place> = (0_u8..)
        .zip(starts)
        .map(|(at, start)| Place { id: id(200 - at * 40), crc: u32::from(at), start })
        .collect();
    index::write(&path, &mut places, id(1)).unwrap();
    let shown = text(git(directory.path(), &["show-index"], &fs::read(&path).unwrap()));
    let expected: Vec<String> = places
        .iter()
        .map(|place| format!("{} {} ({:08x})", place.start, place.id, place.crc))
        .collect();
    assert_eq!(shown, expected.join("\n"));
}
