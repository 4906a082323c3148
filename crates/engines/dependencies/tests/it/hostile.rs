use std::io::{Cursor, Write as _};
use std::ops::ControlFlow;

use dependencies::osv::{LoadError, load};
use dependencies::{Kind, ReadError, limits, read};
use zip::write::SimpleFileOptions;

const ALL: &[&str] = &[
    "package.json",
    "package-lock.json",
    "yarn.lock",
    "pnpm-lock.yaml",
    "requirements.txt",
    "pyproject.toml",
    "poetry.lock",
    "uv.lock",
    "Pipfile",
    "Pipfile.lock",
    "pom.xml",
    "gradle.lockfile",
    "libs.versions.toml",
    "go.mod",
    "Cargo.toml",
    "Cargo.lock",
    "composer.json",
    "composer.lock",
    "Gemfile.lock",
    "packages.lock.json",
    "a.csproj",
    "Directory.Packages.props",
    "packages.config",
    "pubspec.yaml",
    "pubspec.lock",
    "Package.resolved",
    "conan.lock",
    "conanfile.txt",
    "Dockerfile",
];

#[test]
fn no_reader_falls_over_what_it_is_given() {
    let inputs: Vec<Vec<u8>> = vec![
        Vec::new(),
        b"\xff\xfe\x00".to_vec(),
        b"\xef\xbb\xbf{}".to_vec(),
        b"{\"packages\":[1,null,{}],\"dependencies\":{\"\":null,\"a\":{}},\"pins\":[{}]}".to_vec(),
        b"\"@:\n  version \"1\"\n@:\n\xc3\xa9@npm:\xc3\xa9@1:\n  version 1\n".to_vec(),
        "é@é@1:\n  é\n".as_bytes().to_vec(),
        "packages:\n  é: {}\n  /: {}\n  /é@: {}\n  '(': {}\n  '_/_': {}\n".as_bytes().to_vec(),
        b"[[package]]\nname = 1\n[dependencies]\na = []\n".to_vec(),
        b"FROM\nFROM $\nFROM ${\nFROM ${}@:\nARG\n".to_vec(),
        b"require (\n)\n)\nrequire (\n (\nreplace => =>\n".to_vec(),
        b"<project><parent/><dependencies><dependency/></dependencies></project>".to_vec(),
        "[".repeat(50_000).into_bytes(),
        "{\"a\":".repeat(50_000).into_bytes(),
        "<a>".repeat(50_000).into_bytes(),
        "- ".repeat(50_000).into_bytes(),
        "a.".repeat(50_000).into_bytes(),
    ];
    for name in ALL {
        let kind = Kind::of_path(name).unwrap();
        for input in &inputs {
            // An answer or an error, but no panic.
            drop(read(kind, input));
        }
    }
}

#[test]
fn what_is_too_large_is_refused() {
    let large = vec![b' '; limits::FILE + 1];
    assert_eq!(read(Kind::PackageLock, &large), Err(ReadError::TooLarge));
    let many = "a==1\n".repeat(limits::PACKAGES + 1);
    assert_eq!(read(Kind::Requirements, many.as_bytes()), Err(ReadError::TooMany));
    let long = format!("{}==1\nb==1\n", "a".repeat(limits::NAME + 1));
    assert_eq!(read(Kind::Requirements, long.as_bytes()).unwrap().packages.len(), 1);
}

#[test]
fn aliases_of_yaml_do_not_multiply() {
    let mut bomb = String::from("a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
    for level in 1..12 {
        let before = format!("*a{}, ", level - 1).repeat(10);
        bomb.push_str(&format!("a{level}: &a{level} [{before}]\n"));
    }
    bomb.push_str("packages: *a11\n");
    assert!(read(Kind::PnpmLock, bomb.as_bytes()).is_err());
}

#[test]
fn properties_of_poms_do_not_multiply() {
    let mut properties = String::from("<p0>xxxxxxxxxx</p0>");
    for level in 1..14 {
        let before = format!("${{p{}}}", level - 1).repeat(10);
        properties.push_str(&format!("<p{level}>{before}</p{level}>"));
    }
    let text = format!(
        "<project><artifactId>a</artifactId><properties>{properties}<l>${{l}}</l></properties>\
         <dependencies><dependency><groupId>g</groupId><artifactId>b</artifactId>\
         <version>${{p13}}</version></dependency><dependency><groupId>g</groupId>\
         <artifactId>c</artifactId><version>${{l}}</version></dependency></dependencies></project>"
    );
    let lines = crate::lines(&[("pom.xml", &text)]);
    assert_eq!(
        lines,
        ["pkg:maven/g/b direct runtime pom.xml:1", "pkg:maven/g/c direct runtime pom.xml:1",]
    );
}

#[test]
fn zip_bombs_do_not_go_off() {
    let directory = tempfile::tempdir().unwrap();
    let mut archive = zip::ZipWriter::new(Cursor::new(Vec::new()));
    archive.start_file("bomb.json", SimpleFileOptions::default()).unwrap();
    let zeros = vec![b' '; 1 << 20];
    for _ in 0..8 {
        archive.write_all(&zeros).unwrap();
    }
    archive.start_file("fine.json", SimpleFileOptions::default()).unwrap();
    archive.write_all(b"{\"id\":\"X-1\"}").unwrap();
    let bytes = archive.finish().unwrap().into_inner();
    let path = directory.path().join("all.zip");
    std::fs::write(&path, bytes).unwrap();
    let mut seen = Vec::new();
    let loaded = load(&path, &mut |advisory| {
        seen.push(advisory.id);
        ControlFlow::Continue(())
    })
    .unwrap();
    assert_eq!((loaded.advisories, loaded.unreadable), (1, 1));
    assert_eq!(seen, ["X-1"]);

    std::fs::write(&path, b"PK\x03\x04 no zip").unwrap();
    let error = load(&path, &mut |_| ControlFlow::Continue(())).unwrap_err();
    assert!(matches!(error, LoadError::Zip(..)), "{error}");
}
