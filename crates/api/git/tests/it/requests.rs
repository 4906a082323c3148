//! Requests that no git client sends, or not like this.

use std::io::Write as _;
use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use crate::server::{Server, commit, each, fail, noise, run, try_run};

/// One request over a connection of its own; the whole answer.
async fn send(server: &Server, head: &str, body: &[u8]) -> String {
    let mut stream = TcpStream::connect(server.address).await.unwrap();
    let request =
        format!("{head}\r\nHost: x\r\nConnection: close\r\nContent-Length: {}\r\n\r\n", body.len());
    stream.write_all(request.as_bytes()).await.unwrap();
    stream.write_all(body).await.unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).await.unwrap();
    String::from_utf8_lossy(&answer).into_owned()
}

fn bearer(token: &str) -> String {
    format!("Authorization: Bearer {token}")
}

#[tokio::test(flavor = "multi_thread")]
async fn headers_and_statuses() {
    each(async |server| {
        let ann = bearer(&server.ann);
        let path = "/makers/web/site.git";
        let get = |query: &str| {
            format!("GET {path}/info/refs{query} HTTP/1.1\r\n{ann}\r\nGit-Protocol: version=2")
        };

        let answer = send(server, &get("?service=git-upload-pack"), b"").await;
        assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
        let lower = answer.to_lowercase();
        assert!(lower.contains("content-type: application/x-git-upload-pack-advertisement"));
        assert!(lower.contains("cache-control: no-cache, max-age=0, must-revalidate"));
        assert!(answer.contains("000eversion 2\n"), "{answer}");
        let answer = send(server, &get("?service=git-receive-pack"), b"").await;
        assert!(answer.contains("# service=git-receive-pack\n0000"), "{answer}");
        assert!(answer.contains("push-options"), "{answer}");

        for (query, status) in
            [("", "403"), ("?service=git-nothing", "403"), ("?service=upload-pack", "403")]
        {
            let answer = send(server, &get(query), b"").await;
            assert!(answer.starts_with(&format!("HTTP/1.1 {status}")), "{answer}");
        }
        let nobody = format!("GET {path}/info/refs?service=git-upload-pack HTTP/1.1");
        let answer = send(server, &nobody, b"").await;
        assert!(answer.starts_with("HTTP/1.1 401"), "{answer}");
        assert!(answer.to_lowercase().contains("www-authenticate: basic realm="), "{answer}");
        for wrong in ["Basic", "Basic !!!!", "Basic YQ==", "Digest x", "Bearer nonsense"] {
            let answer = send(server, &format!("{nobody}\r\nAuthorization: {wrong}"), b"").await;
            assert!(answer.starts_with("HTTP/1.1 401"), "{wrong}: {answer}");
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn bodies_that_are_wrong() {
    each(async |server| {
        let ann = bearer(&server.ann);
        let post = |service: &str, more: &str| {
            format!("POST /makers/web/site.git/{service} HTTP/1.1\r\n{ann}\r\n{more}")
        };
        let upload = "Content-Type: application/x-git-upload-pack-request\r\nGit-Protocol: version=2";
        let receive = "Content-Type: application/x-git-receive-pack-request";
        let status = async |head: String, body: &[u8]| {
            let answer = send(server, &head, body).await;
            answer["HTTP/1.1 ".len()..][..3].parse::<u16>().unwrap()
        };
        assert_eq!(status(post("git-upload-pack", "Content-Type: text/plain"), b"0000").await, 415);
        let zip = format!("{upload}\r\nContent-Encoding: br");
        assert_eq!(status(post("git-upload-pack", &zip), b"0000").await, 415);
        let zip = format!("{receive}\r\nContent-Encoding: gzip");
        assert_eq!(status(post("git-receive-pack", &zip), b"not gzip").await, 400);
        assert_eq!(status(post("git-receive-pack", receive), b"zzzz").await, 400);
        assert_eq!(status(post("git-receive-pack", receive), b"").await, 200);
        assert_eq!(status(post("git-receive-pack", receive), b"0000").await, 200);
        // Wrong words are answered in the protocol.
        let answer = send(server, &post("git-upload-pack", upload), b"zzzz").await;
        assert!(answer.contains("ERR "), "{answer}");
        // Nobody's body is not read: the answer comes before it is sent.
        let mut stream = TcpStream::connect(server.address).await.unwrap();
        let head = format!(
            "POST /makers/web/site.git/git-receive-pack HTTP/1.1\r\nHost: x\r\n{receive}\r\nContent-Length: 1000000\r\n\r\n"
        );
        stream.write_all(head.as_bytes()).await.unwrap();
        let mut answer = [0; 12];
        stream.read_exact(&mut answer).await.unwrap();
        assert_eq!(&answer, b"HTTP/1.1 401");
    })
    .await;
}

/// The processes of git that do `what` below this directory.
fn processes_of(server: &Server, what: &str) -> Vec<String> {
    let data = server.test.env.data_dir.to_str().unwrap();
    let all = std::fs::read_dir("/proc").unwrap().flatten();
    all.filter(|entry| {
        let line = std::fs::read(entry.path().join("cmdline")).unwrap_or_default();
        let line = String::from_utf8_lossy(&line);
        line.contains(what) && line.contains(data)
    })
    .map(|entry| entry.file_name().into_string().unwrap())
    .collect()
}

fn processes(server: &Server) -> usize {
    processes_of(server, "-pack").len()
}

async fn until(what: &str, mut holds: impl FnMut() -> bool) {
    for _ in 0..12_000 {
        if holds() {
            return;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("{what}");
}

#[tokio::test(flavor = "multi_thread")]
async fn clients_that_hang_up() {
    each(async |server| {
        let work = server.work("work").await;
        for index in 0..12 {
            commit(&work, &format!("noise{index}"), &noise(1 << 20, index)).await;
        }
        let tip = run(&work, &["rev-parse", "HEAD"]).await;
        run(&work, &["push", "-q", &server.url(&server.ann), "main"]).await;

        // In the middle of a fetch.
        let body = format!(
            "0011command=fetch0001000fno-progress0032want {tip}\n0009done\n0000"
        );
        let mut stream = TcpStream::connect(server.address).await.unwrap();
        let request = format!(
            "POST /makers/web/site.git/git-upload-pack HTTP/1.1\r\nHost: x\r\n{}\r\nGit-Protocol: version=2\r\n\
             Content-Type: application/x-git-upload-pack-request\r\nContent-Length: {}\r\n\r\n{body}",
            bearer(&server.ann),
            body.len()
        );
        stream.write_all(request.as_bytes()).await.unwrap();
        let mut some = vec![0; 100_000];
        stream.read_exact(&mut some).await.unwrap();
        assert!(some.starts_with(b"HTTP/1.1 200"));
        assert!(processes(server) > 0);
        drop(stream);
        until("a fetch goes on for nobody", || processes(server) == 0).await;

        // In the middle of a push of many objects, which are taken in this process if the pack is of
        // version 2, and by git if it is of version 3.
        let repository = server.repository().await;
        let objects = repository.path().join("objects");
        let quarantines = || {
            let entries = std::fs::read_dir(&objects).unwrap().flatten();
            let names = entries.map(|entry| entry.file_name());
            names.filter(|name| name.to_string_lossy().starts_with("incoming")).count()
        };
        for (version, by_git) in [('\x02', false), ('\x03', true)] {
            let command =
                format!("{} {tip} refs/heads/half\0 report-status side-band-64k", "0".repeat(40));
            let body =
                format!("{:04x}{command}0000PACK\0\0\0{version}\0\x01\0\0", command.len() + 4);
            let mut stream = TcpStream::connect(server.address).await.unwrap();
            let request = format!(
                "POST /makers/web/site.git/git-receive-pack HTTP/1.1\r\nHost: x\r\n{}\r\n\
                 Content-Type: application/x-git-receive-pack-request\r\n\
                 Content-Length: 1000000\r\n\r\n{body}",
                bearer(&server.ann),
            );
            stream.write_all(request.as_bytes()).await.unwrap();
            until("the push does not begin", || {
                quarantines() > 0 && (processes(server) > 0) == by_git
            })
            .await;
            drop(stream);
            until("a push goes on for nobody", || processes(server) == 0).await;
            until("a quarantine stays", || quarantines() == 0).await;
            assert_eq!(repository.reference("refs/heads/half").unwrap(), None);
            assert_eq!(server.pushes().await.len(), 1);
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_that_was_left_leads_to_the_new_one() {
    each(async |server| {
        let work = server.work("work").await;
        let first = commit(&work, "a", b"1\n").await;
        let old = server.url(&server.ann);
        run(&work, &["remote", "add", "origin", &old]).await;
        run(&work, &["push", "-q", "origin", "main"]).await;
        server.transfer().await;

        let get = |names: &str, token: &str, service: &str| {
            format!(
                "GET /makers/{names}/info/refs?service=git-{service}-pack HTTP/1.1\r\n{}",
                bearer(token)
            )
        };
        for name in ["web/site.git", "web/site"] {
            for service in ["upload", "receive"] {
                let answer = send(server, &get(name, &server.ann, service), b"").await;
                assert!(answer.starts_with("HTTP/1.1 307"), "{answer}");
                let lower = answer.to_lowercase();
                let to = format!(
                    "location: /makers/ops/site.git/info/refs?service=git-{service}-pack\r\n"
                );
                assert!(lower.contains(&to), "{answer}");
                assert!(lower.contains("cache-control: no-cache"), "{answer}");
            }
        }
        let ann = bearer(&server.ann);
        let archive = "/archive/main.tar.gz?x=1";
        let head = format!("GET /makers/web/site.git{archive} HTTP/1.1\r\n{ann}");
        let answer = send(server, &head, b"").await.to_lowercase();
        assert!(answer.contains(&format!("location: /makers/ops/site.git{archive}\r\n")));
        // Whoever may not see it learns no more than of what there never was.
        for token in [&server.gus, &server.bob] {
            let left = send(server, &get("web/site.git", token, "upload"), b"").await;
            let never = send(server, &get("web/none.git", token, "upload"), b"").await;
            let bare = |answer: &str| {
                let lines = answer.lines().filter(|line| !line.starts_with("date: "));
                lines.map(str::to_owned).collect::<Vec<_>>()
            };
            assert_eq!(bare(&left), bare(&never));
            assert!(left.starts_with("HTTP/1.1 404"), "{left}");
        }

        // Git goes where it leads, at every version of the protocol.
        for version in ["0", "1", "2"] {
            let protocol = format!("protocol.version={version}");
            let output = try_run(&work, &["-c", &protocol, "ls-remote", "origin"]).await;
            let words = String::from_utf8_lossy(&output.stderr).into_owned();
            assert!(output.status.success(), "{words}");
            assert!(words.contains("warning: redirecting to "), "{words}");
            assert!(String::from_utf8_lossy(&output.stdout).contains(&first));
        }
        let second = commit(&work, "b", b"2\n").await;
        run(&work, &["push", "-q", "origin", "main"]).await;
        run(server.dir.path(), &["clone", "-q", &old, "again"]).await;
        let again = server.dir.path().join("again");
        assert_eq!(run(&again, &["rev-parse", "HEAD"]).await, second);
        commit(&work, "c", b"3\n").await;
        run(&work, &["push", "-q", "origin", "main"]).await;
        run(&again, &["pull", "-q"]).await;
        // Who follows nothing is told where it is.
        let refused =
            fail(&work, &["-c", "http.followRedirects=false", "ls-remote", "origin"]).await;
        assert!(refused.contains("307") || refused.contains("redirect"), "{refused}");
    })
    .await;
}

/// A body that becomes large as it is unpacked.
fn bomb(head: &[u8], length: usize) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    encoder.write_all(head).unwrap();
    let zeros = vec![0; 1 << 20];
    for _ in 0..length >> 20 {
        encoder.write_all(&zeros).unwrap();
    }
    encoder.finish().unwrap()
}

/// What a few bytes become is refused, or not looked at. How much of it there is at a time is
/// asserted where bodies are unpacked.
#[tokio::test(flavor = "multi_thread")]
async fn bodies_that_explode() {
    each(async |server| {
        let ann = bearer(&server.ann);
        let work = server.work("work").await;
        let tip = commit(&work, "a", b"1").await;
        run(&work, &["push", "-q", &server.url(&server.ann), "main"]).await;
        let before = run(&work, &["ls-remote", &server.url(&server.ann)]).await;
        let post = async |to: &str, more: &str, head: &[u8]| {
            let head_line = format!(
                "POST /makers/web/site.git/{to} HTTP/1.1\r\n{ann}\r\n{more}\r\nContent-Encoding: gzip"
            );
            send(server, &head_line, &bomb(head, 24 << 20)).await
        };
        let receive = "Content-Type: application/x-git-receive-pack-request";
        let answer = post("git-receive-pack", receive, b"").await;
        assert!(answer.starts_with("HTTP/1.1 400"), "{answer}");
        // Behind a head that is right: nothing that is a pack, and a pack that does not end.
        let zero = "0".repeat(40);
        for (number, behind) in [&b""[..], b"PACK\0\0\0\x02\0\0\0\x01\x3a"].into_iter().enumerate() {
            let name = format!("refs/heads/bomb{number}");
            let command = format!("{zero} {tip} {name}\0 report-status");
            let mut head = format!("{:04x}{command}0000", command.len() + 4).into_bytes();
            head.extend_from_slice(behind);
            let answer = post("git-receive-pack", receive, &head).await;
            assert!(answer.contains(&format!("ng {name}")), "{answer}");
        }
        let upload = "Content-Type: application/x-git-upload-pack-request\r\nGit-Protocol: version=2";
        let answer = post("git-upload-pack", upload, b"0014command=ls-refs\n").await;
        assert!(answer.contains("ERR "), "{answer}");
        // Large files are not sent compressed, nor is what is asked of them.
        let json = "Content-Type: application/vnd.git-lfs+json\r\nAccept: application/vnd.git-lfs+json";
        let answer = post("info/lfs/objects/batch", json, b"{\"operation\":\"upload\",").await;
        assert!(answer.starts_with("HTTP/1.1 4"), "{answer}");
        let (oid, packed) = ("0".repeat(64), bomb(b"", 24 << 20));
        let put = format!(
            "PUT /makers/web/site.git/info/lfs/objects/{oid}/{} HTTP/1.1\r\n{ann}\r\nContent-Encoding: gzip",
            packed.len()
        );
        let answer = send(server, &put, &packed).await;
        assert!(answer.starts_with("HTTP/1.1 4"), "{answer}");
        assert_eq!(run(&work, &["ls-remote", &server.url(&server.ann)]).await, before);
    })
    .await;
}

/// What an archive cannot be made of is told before anything else; where making it fails later, the
/// answer breaks off, and is not taken for a whole one.
#[tokio::test(flavor = "multi_thread")]
async fn archives_that_fail_are_not_taken_for_whole_ones() {
    each(async |server| {
        let ann = bearer(&server.ann);
        let work = server.work("work").await;
        let url = server.url(&server.ann);
        commit(&work, "zeros", &vec![0; 96 << 20]).await;
        run(&work, &["push", "-q", &url, "main"]).await;
        // Few objects, and more files than can be counted.
        let mut id = run(&work, &["hash-object", "-w", "--stdin"]).await;
        for depth in 0..10 {
            let kind = if depth == 0 { "100644 blob" } else { "040000 tree" };
            let entries: String = (0..10).map(|name| format!("{kind} {id}\t{name}\n")).collect();
            std::fs::write(work.join(".git/entries"), entries).unwrap();
            id = shell(&work, "git mktree < .git/entries").await;
        }
        let bomb = run(&work, &["commit-tree", "-m", "bomb", &id]).await;
        run(&work, &["push", "-q", &url, &format!("{bomb}:refs/heads/bomb")]).await;
        let get = |file: &str| format!("GET /makers/web/site.git/archive/{file} HTTP/1.1\r\n{ann}");
        for form in ["tar", "tar.gz", "zip"] {
            let answer = send(server, &get(&format!("bomb.{form}")), b"").await;
            assert!(answer.starts_with("HTTP/1.1 422"), "{answer}");
            assert!(answer.contains("the tree is too large"), "{answer}");
        }

        let mut stream = TcpStream::connect(server.address).await.unwrap();
        let request = format!("{}\r\nHost: x\r\n\r\n", get("main.tar"));
        stream.write_all(request.as_bytes()).await.unwrap();
        let mut heard = vec![0; 4096];
        stream.read_exact(&mut heard).await.unwrap();
        assert!(heard.starts_with(b"HTTP/1.1 200"), "{}", String::from_utf8_lossy(&heard));
        // It waits for its reader.
        let working = processes_of(server, "archive");
        assert!(!working.is_empty());
        let killed = tokio::process::Command::new("kill").arg("-KILL").args(&working).status();
        assert!(killed.await.unwrap().success());
        let read = stream.read_to_end(&mut heard).await;
        let whole = heard.ends_with(b"\r\n0\r\n\r\n");
        assert!(heard.len() < 96 << 20 && !whole, "{read:?}, {} bytes", heard.len());
    })
    .await;
}

async fn shell(dir: &std::path::Path, script: &str) -> String {
    let output = tokio::process::Command::new("sh").current_dir(dir).args(["-c", script]).output();
    let output = output.await.unwrap();
    assert!(output.status.success(), "{output:?}");
    String::from_utf8_lossy(&output.stdout).trim().to_owned()
}
