//! Differences, histories and what is not there.

use axum::http::StatusCode;
use base::Write;
use depots::DepotKey;

use crate::{
    browser::each,
    code::{commit, depot, repository},
};

const BASE: &str = "/p/engine/d/core";

#[tokio::test]
async fn a_commit_shows_words_and_asks_for_the_large_later() {
    each(async |house| {
        let long = "x\n".repeat(1_000);
        depot(
            &house,
            "main",
            &[("a.rs", "let old_name = 1;\n"), ("long.txt", ""), ("crlf", "a\n")],
        )
        .await;
        let files = [
            ("a.rs", Some("let new_name = 1;\n".as_bytes())),
            ("long.txt", Some(long.as_bytes())),
            ("crlf", Some(b"a\r\n".as_slice())),
            ("b<i>.bin", Some(b"\0\x01".as_slice())),
        ];
        let id = commit(&house, "main", &files).await;
        let mut admin = house.signed_in("admin").await;
        let page = admin.get(&format!("{BASE}/commit/{id}")).await;
        assert_eq!(page.status, StatusCode::OK);
        assert!(page.text.contains("<mark>old_name</mark>"), "{}", page.text);
        assert!(page.text.contains("<mark>new_name</mark>"));
        assert!(page.text.contains("b&lt;i&gt;.bin") && !page.text.contains("b<i>.bin"));
        assert!(page.text.contains(">CR</span>"), "a changed line end is shown");
        // A thousand lines are not on the page; their address answers them.
        assert!(!page.text.contains("R999\"") && page.text.contains("?file=long.txt"));
        let split = admin.get(&format!("{BASE}/commit/{id}?view=split")).await;
        assert!(split.text.contains("<table class=\"sides\">"));
        let blank = admin.get(&format!("{BASE}/commit/{id}?space=0")).await;
        assert!(!blank.text.contains(">CR</span>"));
        admin.extra.push(("x-part", "1".to_owned()));
        let part = admin.get(&format!("{BASE}/commit/{id}?file=long.txt")).await;
        assert!(part.text.contains("data-part") && part.text.contains("R999\""));
        assert!(!part.text.contains("<html"));
        let none = admin.get(&format!("{BASE}/commit/{id}?file=nothing")).await;
        assert_eq!(none.status, StatusCode::NOT_FOUND);
    })
    .await;
}

#[tokio::test]
async fn a_change_of_many_files_has_pages_and_folders() {
    each(async |house| {
        depot(&house, "main", &[("README", "x")]).await;
        let names: Vec<String> = (0..250).map(|n| format!("d{}/f{n}.txt", n % 3)).collect();
        let files: Vec<(&str, Option<&[u8]>)> =
            names.iter().map(|name| (name.as_str(), Some(b"1\n".as_slice()))).collect();
        let id = commit(&house, "main", &files).await;
        let admin = house.signed_in("admin").await;
        let page = admin.get(&format!("{BASE}/commit/{id}")).await;
        assert!(
            page.text.contains("1 to 100 of 250") && page.text.contains("?in=d1"),
            "{}",
            page.text
        );
        assert_eq!(page.text.matches("class=\"filebox\"").count(), 100);
        let second = admin.get(&format!("{BASE}/commit/{id}?page=3")).await;
        assert!(second.text.contains("201 to 250 of 250"));
        let inside = admin.get(&format!("{BASE}/commit/{id}?in=d1")).await;
        assert_eq!(inside.text.matches("class=\"filebox\"").count(), 83);
    })
    .await;
}

#[tokio::test]
async fn two_branches_are_compared_from_where_they_parted() {
    each(async |house| {
        depot(&house, "main", &[("a", "1\n")]).await;
        let repository = repository(&house).await;
        let start = repository.resolve("main").unwrap();
        let who =
            git::Signature { name: "A".into(), mail: "a@b".into(), seconds: 0, offset_minutes: 0 };
        let edit = git::RefEdit { name: "refs/heads/topic/x".into(), old: None, new: start };
        repository.edit_refs(&[edit], &who, "begin").unwrap();
        commit(&house, "main", &[("only-main", Some(b"m\n"))]).await;
        commit(&house, "topic/x", &[("only-topic", Some(b"t\n"))]).await;
        let admin = house.signed_in("admin").await;
        let page = admin.get(&format!("{BASE}/compare?from=main&to=topic%2Fx")).await;
        assert!(
            page.text.contains("only-topic") && !page.text.contains("only-main"),
            "{}",
            page.text
        );
        assert!(page.text.contains("1 commit that only topic/x has"));
        assert!(page.text.contains("topic/x lacks 1 commit of the base."));
        let none = admin.get(&format!("{BASE}/compare?from=main&to=nowhere")).await;
        assert!(none.text.contains("There is no branch, tag or commit of this name."));
        let list = admin.get(&format!("{BASE}/branches")).await;
        assert!(list.text.contains("1 ahead of the default branch, 1 behind it"), "{}", list.text);
        let graph = admin.get(&format!("{BASE}/graph/main")).await;
        assert!(graph.text.contains("<circle") && graph.text.contains("topic/x"));
    })
    .await;
}

#[tokio::test]
async fn what_is_missing_leads_to_what_is_there() {
    each(async |house| {
        depot(&house, "main", &[("src/main.rs", "x\n"), ("src/lib/io.rs", "y\n")]).await;
        let admin = house.signed_in("admin").await;
        let page = admin.get(&format!("{BASE}/blob/main/src/mian/main.rs")).await;
        assert_eq!(page.status, StatusCode::NOT_FOUND);
        assert!(page.text.contains("href=\"/p/engine/d/core/tree/main/src\""), "{}", page.text);
        let page = admin.get(&format!("{BASE}/tree/mai")).await;
        assert_eq!(page.status, StatusCode::NOT_FOUND);
        assert!(page.text.contains("href=\"/p/engine/d/core/tree/main\""));
        // A folder asked for as a file, and the other way round.
        assert_eq!(
            admin.get(&format!("{BASE}/blob/main/src")).await.to,
            format!("{BASE}/tree/main/src")
        );
        assert_eq!(
            admin.get(&format!("{BASE}/tree/main/src/main.rs")).await.to,
            format!("{BASE}/blob/main/src/main.rs")
        );
        let found = admin.get(&format!("{BASE}/find/main?q=libio")).await;
        assert!(
            found.text.contains("/blob/main/src/lib/io.rs")
                && !found.text.contains("/blob/main/src/main.rs")
        );
        let people = admin.get(&format!("{BASE}/contributors")).await;
        assert!(people.text.contains("ada@example.com"), "{}", people.text);
    })
    .await;
}

#[tokio::test]
async fn the_history_of_a_file_goes_on_under_its_old_name() {
    each(async |house| {
        let text = "one\ntwo\nthree\nfour\n";
        depot(&house, "main", &[("old.txt", text)]).await;
        commit(&house, "main", &[("old.txt", None), ("new.txt", Some(text.as_bytes()))]).await;
        let admin = house.signed_in("admin").await;
        let page = admin.get(&format!("{BASE}/commits/main?path=new.txt")).await;
        assert!(
            page.text.contains("Go on") && page.text.contains("Begin &lt;b&gt;"),
            "{}",
            page.text
        );
        assert!(page.text.contains("<code>old.txt</code>"));
        let by = admin.get(&format!("{BASE}/commits/main?author=grace")).await;
        assert!(by.text.contains("Go on") && !by.text.contains("Begin &lt;b&gt;"));
    })
    .await;
}

#[tokio::test]
async fn files_of_every_kind_have_a_page() {
    each(async |house| {
        depot(
            &house,
            "main",
            &[("empty", ""), ("a \"q\" <b>.txt", "x\n"), ("mini.js", &"f();".repeat(300_000))],
        )
        .await;
        let many = "line\n".repeat(9_000);
        let name = "0".repeat(64);
        let lfs =
            format!("version https://git-lfs.github.com/spec/v1\noid sha256:{name}\nsize 2048\n");
        let files = [
            ("gbk.txt", Some(b"\xd6\xd0\xce\xc4\n".as_slice())),
            ("bin", Some(b"\0\x01\x02ABC".as_slice())),
            ("many.txt", Some(many.as_bytes())),
            ("big.iso", Some(lfs.as_bytes())),
        ];
        commit(&house, "main", &files).await;
        let admin = house.signed_in("admin").await;
        let get = async |path: &str| admin.get(&format!("{BASE}/blob/main/{path}")).await;
        assert!(get("empty").await.text.contains("This file is empty."));
        assert!(get("gbk.txt").await.text.contains("中文"));
        assert!(get("bin").await.text.contains("00 01 02 41 42 43"));
        assert!(get("big.iso").await.text.contains("2.0 KB"));
        let odd = get("a%20%22q%22%20%3Cb%3E.txt").await;
        assert!(odd.status == StatusCode::OK && !odd.text.contains("<b>.txt"));
        assert!(get("mini.js").await.text.len() < 60_000);
        let many = get("many.txt").await.text;
        assert!(many.contains("id=\"L2500\"") && !many.contains("id=\"L2501\""));
        let last = get("many.txt?page=4").await.text;
        assert!(last.contains("id=\"L9000\"") && !last.contains("id=\"L7500\""));
        assert_eq!(
            get("many.txt?line=8500").await.to,
            format!("{BASE}/blob/main/many.txt?page=4#L8500")
        );
        let blame = admin.get(&format!("{BASE}/blame/main/many.txt?page=2&wait=1")).await;
        assert!(
            blame.text.contains("id=\"L2501\"") && !blame.text.contains("id=\"L1\""),
            "{}",
            blame.status
        );
        let packed = admin.get(&format!("{BASE}/archive/main/core-main.zip")).await;
        assert_eq!(packed.headers["content-type"], "application/zip");
        assert!(packed.text.starts_with("PK") && packed.text.contains("core-main/gbk.txt"));
        let saved = admin.get(&format!("{BASE}/raw/main/gbk.txt?download=1")).await;
        assert!(saved.headers["content-disposition"].to_str().unwrap().contains("gbk.txt"));
    })
    .await;
}

#[tokio::test]
async fn pages_of_a_history_stay_where_they_began() {
    each(async |house| {
        depot(&house, "main", &[("a", "0\n")]).await;
        let mut ids = Vec::new();
        for number in 1..=100_u8 {
            ids.push(commit(&house, "main", &[("a", Some(&[number]))]).await);
        }
        let row = |id: &git::Oid| format!("href=\"{BASE}/commit/{id}\"");
        let tip = ids[99];
        let admin = house.signed_in("admin").await;
        let first = admin.get(&format!("{BASE}/commits/main")).await;
        assert!(first.text.contains(&row(&tip)) && !first.text.contains(&row(&ids[59])));
        let next = format!("{BASE}/commits/main?start={tip}&amp;page=2");
        assert!(first.text.contains(&next), "{}", first.text);
        let later = commit(&house, "main", &[("a", Some(b"later"))]).await;
        let second = admin.get(&next.replace("&amp;", "&")).await;
        assert!(second.text.contains(&row(&ids[59])) && second.text.contains(&row(&ids[20])));
        assert!(!second.text.contains(&row(&ids[60])) && !second.text.contains(&row(&ids[19])));
        assert!(second.text.contains(&format!("start={tip}&amp;page=3")));
        // The way back to the first page shows what is new.
        assert!(second.text.contains(&format!("href=\"{BASE}/commits/main\" rel=\"prev\"")));
        let first = admin.get(&format!("{BASE}/commits/main")).await;
        assert!(first.text.contains(&row(&later)));
        // A count alone works, and what names no commit is passed over.
        for start in ["", "&start=x", "&start=1111111111111111111111111111111111111111"] {
            let counted = admin.get(&format!("{BASE}/commits/main?page=2{start}")).await;
            assert_eq!(counted.status, StatusCode::OK);
            assert!(
                counted.text.contains(&row(&ids[60])) && !counted.text.contains(&row(&ids[20]))
            );
        }
        let graph = admin.get(&format!("{BASE}/graph/main")).await;
        assert!(graph.text.contains(&format!("start={later}&amp;page=2")), "{}", graph.text);
    })
    .await;
}

#[tokio::test]
async fn a_difference_tells_findings_and_what_tests_run() {
    each(async |house| {
        depot(&house, "main", &[("run.py", "print(1)\n")]).await;
        let bad = "print(1)\nvalue = eval(input())\nprint(value)\n";
        let id = commit(&house, "main", &[("run.py", Some(bad.as_bytes()))]).await;
        let admin = house.signed_in("admin").await;
        let address = format!("{BASE}/commit/{id}");
        let page = admin.get(&address).await;
        assert!(!page.text.contains("Look for findings"), "no plan scans the depot");
        let fields = [("name", "all"), ("depot", "1"), ("push", "on")];
        let plan = admin.post("/p/engine/analysis/new", &fields).await.to;
        let page = admin.get(&address).await;
        assert!(page.text.contains("?look=1") && !page.text.contains("python/eval-call"));
        let page = admin.get(&format!("{address}?look=1")).await;
        assert!(page.text.contains("/p/engine/analysis/rules/python/eval-call"), "{}", page.text);

        assert_eq!(admin.post(&format!("{plan}/scan"), &[]).await.status, StatusCode::SEE_OTHER);
        house.test.run_jobs().await;
        let key = DepotKey::Path("mortise", "engine", "core");
        let core = depots::authorise::<Write>(&house.admin, key).await.unwrap();
        let report = analysis::NewCoverage {
            commit: id.to_string(),
            flag: String::new(),
            format: None,
            report: b"SF:run.py\nDA:1,1\nDA:2,1\nDA:3,0\nend_of_record\n".to_vec(),
        };
        analysis::upload_coverage(&house.admin, &core, report).await.unwrap();
        let parent = format!("{id}~1");
        let compared = format!("{BASE}/compare?from={parent}&to={id}");
        for address in [address.clone(), format!("{address}?view=split"), compared] {
            let page = admin.get(&address).await;
            assert!(page.text.contains(&format!("{plan}/findings/")), "{address} {}", page.text);
            assert!(page.text.contains("python/eval-call"), "{address}");
            assert!(page.text.contains("50.0 % of the new lines"), "{address}");
            assert!(page.text.contains("New line 2, run by tests"), "{address}");
            assert!(page.text.contains("New line 3, run by no test"), "{address}");
            // The first line was there before.
            assert!(!page.text.contains("New line 1, run"), "{address}");
        }
    })
    .await;
}

#[tokio::test]
async fn what_was_understood_in_part_is_listed() {
    each(async |house| {
        let files =
            [("good.py", "x = 1\n"), ("broken.py", "def f(:\n    x = = 3\n"), ("a.min.js", "x")];
        depot(&house, "main", &files).await;
        let admin = house.signed_in("admin").await;
        let fields = [("name", "all"), ("depot", "1"), ("push", "on"), ("now", "on")];
        let plan = admin.post("/p/engine/analysis/new", &fields).await.to;
        house.test.run_jobs().await;
        let page = admin.get(&format!("{plan}/scans/1?tab=code")).await;
        assert!(page.text.contains("1 file was partly analysed"), "{}", page.text);
        let listed = page.text.split_once("1 file was partly analysed").unwrap().1;
        assert!(listed.contains("broken.py") && page.text.contains("1 partly analysed"));
        let Some((partly, out)) = listed.split_once("1 file was left out") else {
            panic!("nothing is left out: {listed}")
        };
        assert!(!partly.contains("good.py") && out.contains("a.min.js"));
        assert!(out.contains("minified file"));
        let mut chinese = admin;
        chinese.cookie.push_str("; lang=zh");
        let page = chinese.get(&format!("{plan}/scans/1?tab=code")).await;
        assert!(page.text.contains("broken.py") && page.text.contains("\u{538b}\u{7f29}"));
    })
    .await;
}
