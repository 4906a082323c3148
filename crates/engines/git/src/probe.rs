//! Everything here that reads a client's bytes before git does, as functions of bytes: for the fuzz
//! targets in `fuzz/` and for the tests that feed them damaged input. They panic where something is
//! found that must not be; whether the bytes are accepted says nothing.

use bytes::BytesMut;
use gix::{ObjectId, objs::Kind};

use crate::{
    Error, ObjectFormat, Oid, PushRequest, Repository, Source,
    fetch::{AllowedSources, check_source},
    pktline::{Packet, put_flush, put_packet, take_packet},
    refs::check_ref_name,
    serve::probe as serve,
};

/// Packets, taken from a buffer and written again.
pub fn packets(bytes: &[u8]) {
    let mut buffer = BytesMut::from(bytes);
    let mut written = BytesMut::new();
    while let Ok(Some(packet)) = take_packet(&mut buffer) {
        match packet {
            Packet::Data(data) => put_packet(&mut written, &data),
            Packet::Flush => put_flush(&mut written),
            Packet::Delimiter => written.extend_from_slice(b"0001"),
            Packet::ResponseEnd => written.extend_from_slice(b"0002"),
        }
    }
    let taken = &bytes[..bytes.len() - buffer.len()];
    assert!(taken.eq_ignore_ascii_case(&written), "packets changed on their way");
}

/// The head of a push: commands, capabilities, options. The same however it comes in pieces, and
/// nothing of the pack behind it is touched.
pub fn push_head(bytes: &[u8]) {
    let whole = read_push_head(bytes, usize::MAX);
    for step in [1, 7] {
        assert_eq!(whole, read_push_head(bytes, step), "pieces of {step} are read differently");
    }
    let Some((request, rest)) = whole else { return };
    assert!(bytes.ends_with(rest));
    for command in &request.commands {
        if check_ref_name(&command.name).is_ok() {
            let name = &command.name;
            assert!(name.starts_with("refs/") && !name.contains("..") && !name.contains('\0'));
            assert!(!name.ends_with(".lock") && !name.contains("//"), "{name}");
        }
    }
}

fn read_push_head(bytes: &[u8], step: usize) -> Option<(PushRequest, &[u8])> {
    let mut input = serve::Pieces { bytes, step };
    let request = serve::now(PushRequest::read(&mut input)).ok()?;
    Some((request, input.bytes))
}

/// A request of protocol version 2, and what an archive is asked for.
pub fn requests(bytes: &[u8]) {
    let whole = serve::now(crate::read_request(&mut serve::Pieces { bytes, step: usize::MAX }));
    let pieces = serve::now(crate::read_request(&mut serve::Pieces { bytes, step: 3 }));
    assert_eq!(whole.ok(), pieces.ok());
    let arguments: Vec<String> =
        String::from_utf8_lossy(bytes).lines().map(str::to_owned).collect();
    if serve::check_archive(&arguments).is_ok() {
        let option = |word: &&String| word.starts_with('-');
        for word in arguments.iter().take_while(option) {
            let dangerous = ["--output", "-o", "--exec", "--remote", "--add-file", "--add-virtual"];
            assert!(!dangerous.iter().any(|it| word.starts_with(it)), "{word} is let through");
        }
        if let Some(name) = arguments.iter().find(|word| !option(word)) {
            assert!(
                !name.starts_with("refs/internal/") && !name.starts_with("internal/"),
                "{name}"
            );
        }
    }
    serve::parse_upload(bytes);
}

/// A pack, as it is read and taken apart here; the last byte chooses how it comes in pieces. With
/// `seal` its checksum is made right, so that damage reaches deeper.
pub fn pack(bytes: &[u8], seal: bool) -> bool {
    for format in [ObjectFormat::Sha1, ObjectFormat::Sha256] {
        let pack = if seal { sealed(bytes, format) } else { bytes.to_vec() };
        let whole = serve::unpack(format, &pack, usize::MAX);
        let step = step(bytes);
        let pieces = serve::unpack(format, &pack, step);
        assert_eq!(whole, pieces, "pieces of {step} are read differently");
        if format == ObjectFormat::Sha1 && whole.is_some() {
            return true;
        }
    }
    false
}

/// A pack, as it is taken in by way of a file of this repository, as [`pack`] chooses; true when
/// everything that its objects need is there.
pub fn large_pack(repository: &Repository, bytes: &[u8], seal: bool) -> bool {
    let format = repository.format();
    let pack = if seal { sealed(bytes, format) } else { bytes.to_vec() };
    let whole = serve::take_large(repository, &pack, usize::MAX).ok();
    let step = step(bytes);
    assert_eq!(
        whole,
        serve::take_large(repository, &pack, step).ok(),
        "pieces of {step} are read differently"
    );
    whole == Some(true)
}

fn step(bytes: &[u8]) -> usize {
    usize::from(bytes.last().copied().unwrap_or_default()) + 1
}

fn sealed(pack: &[u8], format: ObjectFormat) -> Vec<u8> {
    let mut pack = pack.to_vec();
    if pack.len() >= 12 {
        let mut hasher = gix::hash::hasher(format.kind());
        hasher.update(&pack);
        if let Ok(sum) = hasher.try_finalize() {
            pack.extend_from_slice(sum.as_slice());
        }
    }
    pack
}

/// One object of a kind (0 to 3), checked as that of a push.
pub fn object(kind: u8, data: &[u8]) {
    let kind = [Kind::Blob, Kind::Tree, Kind::Commit, Kind::Tag][usize::from(kind % 4)];
    for format in [ObjectFormat::Sha1, ObjectFormat::Sha256] {
        serve::check_object(format, kind, data);
    }
}

/// The address of a repository elsewhere.
pub fn address(text: &str) {
    for allowed in
        [AllowedSources { http: true, file: false }, AllowedSources { http: true, file: true }]
    {
        let source = Source {
            url: text,
            credentials: None,
            allowed,
            pinned: &[],
            timeout: std::time::Duration::ZERO,
        };
        if check_source(&source).is_ok() {
            assert!(allowed.file || text.starts_with("http://") || text.starts_with("https://"));
            assert!(!text.starts_with('-') && !text.contains(['\n', '\0', ' ']), "{text:?}");
            let authority = text.split('/').nth(2).unwrap_or_default();
            assert!(!authority.starts_with('-'), "{text:?}");
            let ambiguous = ['@', '\\', '?', '#', '%', '"', '<'];
            assert!(allowed.file || !authority.contains(ambiguous), "{text:?}");
        }
    }
}

/// A path that somebody wants a file at.
pub fn path(text: &str) {
    if crate::draft::path_trouble(text).is_none() {
        assert!(!text.starts_with('/') && !text.contains('\0'), "{text:?}");
        for part in text.split(['/', '\\']) {
            let on_mac: String = part.chars().filter(|c| !is_ignorable(*c)).collect();
            let on_windows =
                part.split(':').next().unwrap_or_default().trim_end_matches(['.', ' ']);
            let on_windows = on_windows.to_lowercase();
            assert!(on_mac.to_lowercase() != ".git", "{text:?}");
            assert!(on_windows != ".git" && on_windows != "git~1", "{text:?}");
        }
        assert!(!text.split('/').any(|part| part == ".."), "{text:?}");
    }
}

/// Characters that HFS+ does not see.
fn is_ignorable(c: char) -> bool {
    matches!(u32::from(c), 0x200c..=0x200f | 0x202a..=0x202e | 0x206a..=0x206f | 0xfeff)
}

/// Names of objects and references.
pub fn names(bytes: &[u8]) {
    if let Ok(id) = Oid::from_hex(bytes) {
        assert_eq!(Oid::from_hex(id.to_string()).ok(), Some(id));
    }
    if let Ok(text) = std::str::from_utf8(bytes) {
        if crate::is_branch_name(text) {
            assert!(check_ref_name(&format!("refs/heads/{text}")).is_ok() && text != "HEAD");
        }
        let _: Result<(), Error> = check_ref_name(text);
    }
    let _ = ObjectId::from_hex(bytes);
}

/// Damages each of `seeds` in `rounds` ways, the same each time, and shows the outcome to `each`:
/// bits turned, pieces cut, repeated, moved and taken from another seed, numbers made large.
pub fn each_damaged(seeds: &[&[u8]], rounds: usize, mut each: impl FnMut(&[u8])) {
    const ODD: [&[u8]; 12] = [
        b"\0",
        b"\n",
        b"\xff\xff\xff\xff",
        b"0000",
        b"ffff",
        b"..",
        b"/",
        b"\xe2\x80\x8c",
        b".git",
        b"-",
        b"*",
        b"(((((((((((((((((((((a+)+)+",
    ];
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    let mut below = |limit: usize| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        usize::try_from(state % limit.max(1) as u64).unwrap_or_default()
    };
    for seed in seeds {
        each(seed);
        for _ in 0..rounds {
            let mut bytes = seed.to_vec();
            for _ in 0..=below(4) {
                let at = below(bytes.len());
                let end = (at + 1 + below(8)).min(bytes.len());
                match below(8) {
                    0 if !bytes.is_empty() => bytes[at] ^= 1 << below(8),
                    1 => bytes.truncate(at),
                    2 if !bytes.is_empty() => drop(bytes.drain(at..end)),
                    3 if !bytes.is_empty() => {
                        let piece = bytes[at..end].to_vec();
                        let to = below(bytes.len());
                        bytes.splice(to..to, piece);
                    }
                    4 => {
                        let other = seeds[below(seeds.len())];
                        let from = below(other.len());
                        let to = (from + below(20)).min(other.len());
                        bytes.splice(at..at, other[from..to].iter().copied());
                    }
                    5 => drop(bytes.splice(at..at, ODD[below(ODD.len())].iter().copied())),
                    6 if !bytes.is_empty() => {
                        let byte = [0, 0x7f, 0x80, 0xff][below(4)];
                        bytes[at..end].fill(byte);
                    }
                    _ => {
                        let piece = bytes.clone();
                        if piece.len() < 10_000 {
                            bytes.extend_from_slice(&piece);
                        }
                    }
                }
            }
            each(&bytes);
        }
    }
}
