//! Scripts, run for real: in bubblewrap where it works, and without it.

#![expect(clippy::unwrap_used, reason = "a test that panics has failed")]

use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};

use executor::{Cancel, Ended, Isolation, Outcome, Sandbox, Task};

/// Both ways of running. The second is missing where bubblewrap does not work.
fn sandboxes() -> Vec<Sandbox> {
    let detected = Sandbox::detect(&[]);
    match detected.isolation() {
        Isolation::Bubblewrap => vec![Sandbox::unisolated(), detected],
        Isolation::None => {
            eprintln!("without isolation only: {}", detected.why_none().unwrap());
            vec![detected]
        }
    }
}

fn isolated() -> Option<Sandbox> {
    sandboxes().into_iter().find(|sandbox| sandbox.isolation() == Isolation::Bubblewrap)
}

fn run(sandbox: &Sandbox, task: &Task) -> (Outcome, Vec<String>) {
    let mut lines = Vec::new();
    let outcome = sandbox.run(task, &Cancel::new(), |line| lines.push(line.text)).unwrap();
    assert_eq!(outcome.isolation, sandbox.isolation());
    (outcome, lines)
}

fn task(script: &str) -> (Task, tempfile::TempDir) {
    let directory = tempfile::tempdir().unwrap();
    (Task::new(script, directory.path()), directory)
}

#[test]
fn both_outputs_come_in_order_with_their_time() {
    for sandbox in sandboxes() {
        let (task, _directory) = task("echo one; echo two >&2; sleep 0.2; printf three");
        let mut lines = Vec::new();
        let outcome = sandbox.run(&task, &Cancel::new(), |line| lines.push(line)).unwrap();
        let texts: Vec<_> = lines.iter().map(|line| line.text.as_str()).collect();
        assert_eq!(texts, ["one", "two", "three"]);
        assert!(lines[2].after - lines[0].after >= Duration::from_millis(150), "{lines:?}");
        assert_eq!((outcome.ended, outcome.output), (Ended::Exited { code: 0 }, 13));
        assert!(outcome.wall >= Duration::from_millis(200) && !outcome.output_cut);
    }
}

#[test]
fn the_working_copy_is_where_the_script_starts_and_may_write() {
    for sandbox in sandboxes() {
        let (task, directory) = task("set -e; cat in; echo made > out; mkdir -p a/b; pwd");
        std::fs::write(directory.path().join("in"), "given\n").unwrap();
        let (outcome, lines) = run(&sandbox, &task);
        assert!(outcome.ended.is_success(), "{lines:?}");
        let place = sandbox.workspace(&directory.path().canonicalize().unwrap());
        assert_eq!(lines, ["given", &place.to_string_lossy()]);
        assert_eq!(std::fs::read_to_string(directory.path().join("out")).unwrap(), "made\n");
        assert!(directory.path().join("a/b").is_dir());
    }
}

#[test]
fn the_environment_holds_what_was_given_and_nothing_of_ours() {
    for sandbox in sandboxes() {
        let (mut task, _directory) =
            task("echo \"$REPO|$QUOTED|${CARGO_MANIFEST_DIR-none}|${USER-none}\"; touch $HOME/x");
        task.variables = vec![
            ("REPO".to_owned(), "a b".to_owned()),
            ("QUOTED".to_owned(), "it's \"$(id)\"\nsecond".to_owned()),
        ];
        let (outcome, lines) = run(&sandbox, &task);
        assert!(outcome.ended.is_success());
        assert_eq!(lines, ["a b|it's \"$(id)\"", "second|none|none"]);

        task.variables = vec![("A=B".to_owned(), String::new())];
        let error = sandbox.run(&task, &Cancel::new(), |_| {}).unwrap_err();
        assert!(error.to_string().contains("A=B"), "{error}");
    }
}

#[test]
fn a_loader_variable_does_not_reach_the_sandbox_itself() {
    for sandbox in sandboxes() {
        let (mut task, directory) = task("echo still here");
        // A file that the loader complains about loudly wherever it is loaded.
        let library = directory.path().join("evil.so");
        std::fs::write(&library, "not a library").unwrap();
        let inside = sandbox.workspace(directory.path()).join("evil.so");
        task.variables = vec![("LD_PRELOAD".to_owned(), inside.to_string_lossy().into_owned())];
        let (outcome, lines) = run(&sandbox, &task);
        assert!(outcome.ended.is_success());
        assert!(!lines.iter().any(|line| line.contains("bwrap")), "{lines:?}");
        assert!(lines.iter().any(|line| line == "still here"), "{lines:?}");
    }
}

#[test]
fn statuses_are_told_apart() {
    for sandbox in sandboxes() {
        for (script, ended) in [
            ("exit 3", Ended::Exited { code: 3 }),
            ("no-such-program", Ended::Exited { code: 127 }),
            ("kill -TERM $$", Ended::Killed { signal: 15 }),
            ("sh -c 'kill -KILL $$'", Ended::Killed { signal: 9 }),
        ] {
            let (task, _directory) = task(script);
            assert_eq!(run(&sandbox, &task).0.ended, ended, "{script}");
        }
    }
}

#[test]
fn a_script_that_takes_too_long_is_killed_with_its_children() {
    for sandbox in sandboxes() {
        // A time that no other sleep on the machine has.
        let rest = format!("86400.{:09}", std::process::id());
        let (mut task, _directory) =
            task(&format!("sleep {rest} & trap '' TERM INT; while :; do sleep 1; done"));
        task.limits.wall = Duration::from_millis(400);
        let (outcome, _) = run(&sandbox, &task);
        assert_eq!(outcome.ended, Ended::TimedOut);
        let started = Instant::now();
        while is_running(&rest) {
            assert!(started.elapsed() < PATIENCE, "a child has survived");
            thread::sleep(Duration::from_millis(20));
        }
    }
}

/// Whether a process has this word in its command line.
fn is_running(word: &str) -> bool {
    std::fs::read_dir("/proc").unwrap().flatten().any(|entry| {
        let line = std::fs::read(entry.path().join("cmdline")).unwrap_or_default();
        line.split(|byte| *byte == 0).any(|it| it == word.as_bytes())
    })
}

/// How long is waited for what comes at once on a machine with nothing else to do.
const PATIENCE: Duration = Duration::from_secs(60);

#[test]
fn a_cancelled_script_is_killed_at_once() {
    for sandbox in sandboxes() {
        let (task, _directory) = task("echo begun; sleep 600");
        let cancel = Cancel::new();
        let started = Instant::now();
        let outcome = sandbox
            .run(&task, &cancel, |line| {
                assert_eq!(line.text, "begun");
                let cancel = cancel.clone();
                thread::spawn(move || cancel.cancel());
            })
            .unwrap();
        assert_eq!(outcome.ended, Ended::Cancelled);
        assert!(started.elapsed() < PATIENCE);
        // The switch stays thrown.
        let outcome = sandbox.run(&task, &cancel, |_| panic!("it ran")).unwrap();
        assert_eq!(outcome.ended, Ended::Cancelled);
    }
}

#[test]
fn what_runs_on_in_the_background_ends_with_the_script() {
    for sandbox in sandboxes() {
        let (task, _directory) = task("sleep 600 & echo left");
        let started = Instant::now();
        let (outcome, lines) = run(&sandbox, &task);
        assert!(outcome.ended.is_success());
        assert_eq!(lines, ["left"]);
        assert!(started.elapsed() < PATIENCE);
    }
}

#[test]
fn output_beyond_the_limit_is_counted_but_dropped() {
    for sandbox in sandboxes() {
        let (mut task, _directory) = task("for i in $(seq 1000); do echo 0123456789; done");
        task.limits.output = 110;
        let (outcome, lines) = run(&sandbox, &task);
        assert!(outcome.ended.is_success() && outcome.output_cut);
        assert_eq!((lines.len(), outcome.output), (10, 11_000));
    }
}

#[test]
fn cpu_time_and_file_size_are_limited() {
    for sandbox in sandboxes() {
        let (mut busy, _directory) = task("while :; do :; done");
        busy.limits.cpu = Some(Duration::from_secs(1));
        busy.limits.wall = Duration::from_secs(300);
        let (outcome, _) = run(&sandbox, &busy);
        assert!(matches!(outcome.ended, Ended::Killed { .. }), "{:?}", outcome.ended);

        let (mut large, directory) = task("head -c 3000000 /dev/zero > big");
        large.limits.file = Some(1 << 20);
        let (outcome, _) = run(&sandbox, &large);
        assert!(!outcome.ended.is_success());
        assert_eq!(directory.path().join("big").metadata().unwrap().len(), 1 << 20);
    }
}

#[test]
fn memory_is_limited() {
    for sandbox in sandboxes() {
        // The shell has to hold the whole line.
        let (mut task, _directory) = task("x=$(head -c 100000000 /dev/zero | tr '\\0' x); echo ok");
        assert_eq!(run(&sandbox, &task).1, ["ok"]);
        task.limits.memory = Some(32 << 20);
        let (outcome, lines) = run(&sandbox, &task);
        assert!(!outcome.ended.is_success() || !lines.contains(&"ok".to_owned()), "{lines:?}");
    }
}

#[test]
fn nothing_of_the_machine_is_seen_inside() {
    let Some(sandbox) = isolated() else { return };
    let data = tempfile::tempdir_in("/var/tmp").unwrap();
    let secret = data.path().join("secret");
    std::fs::write(&secret, "password").unwrap();
    let script = format!(
        "cat {secret}; ls /home /root /var/lib /work /srv /opt /mnt 2>&1; cat /etc/shadow /etc/passwd; \
         ls {data}; whoami; id -u; ls /proc | grep -c '^[0-9]'; ls -A /tmp /var/tmp",
        secret = secret.display(),
        data = data.path().display(),
    );
    let (task, _directory) = task(&script);
    let (_, lines) = run(&sandbox, &task);
    let text = lines.join("\n");
    assert!(!text.contains("password\n") && !text.contains("root:"), "{text}");
    assert!(text.contains("/etc/shadow: No such file"), "{text}");
    assert!(text.contains("\n1000\n"), "{text}");
    // Its own few processes, not the machine's.
    let processes: u32 = lines.iter().rev().find_map(|line| line.parse().ok()).unwrap();
    assert!(processes < 8, "{text}");
}

#[test]
fn the_system_cannot_be_changed_and_files_do_not_stay() {
    let Some(sandbox) = isolated() else { return };
    let marker = format!("/usr/bin/mortise-marker-{}", std::process::id());
    let tmp = format!("/tmp/mortise-marker-{}", std::process::id());
    let (task, _directory) =
        task(&format!("touch {tmp}; touch {marker} || touch /etc/x || mount -t tmpfs x /mnt"));
    let (outcome, lines) = run(&sandbox, &task);
    assert!(!outcome.ended.is_success(), "{lines:?}");
    assert!(!Path::new(&marker).exists() && !Path::new(&tmp).exists());
}

#[test]
fn the_network_is_there_only_when_allowed() {
    let Some(sandbox) = isolated() else { return };
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let (mut task, _directory) = task(&format!(
        "exec 3<>/dev/tcp/127.0.0.1/{port} && echo reached; cat /proc/sys/kernel/hostname"
    ));
    "gate".clone_into(&mut task.host_name);
    let (_, lines) = run(&sandbox, &task);
    assert!(!lines.contains(&"reached".to_owned()) && lines.contains(&"gate".to_owned()));
    task.network = true;
    let (_, lines) = run(&sandbox, &task);
    assert!(lines.contains(&"reached".to_owned()), "{lines:?}");
}

#[test]
fn hidden_directories_are_empty_even_below_the_system() {
    let directory = "/usr/lib";
    let sandbox = Sandbox::detect(&["/usr/share".into(), "/no/such".into()]);
    if sandbox.isolation() == Isolation::None {
        return;
    }
    let (task, _directory) = task(&format!("ls /usr/share | wc -l; ls {directory} | wc -l"));
    let (_, lines) = run(&sandbox, &task);
    assert_eq!(lines[0].trim(), "0");
    assert_ne!(lines[1].trim(), "0");
}

#[test]
fn a_working_copy_that_is_missing_is_an_error() {
    for sandbox in sandboxes() {
        let error =
            sandbox.run(&Task::new("true", "/no/such/place"), &Cancel::new(), |_| {}).unwrap_err();
        assert!(error.to_string().contains("working copy"), "{error}");
    }
}
