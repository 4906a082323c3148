use axum::http::StatusCode;

use crate::{browser::each, code::depot};

const BAD: &str =
    "def run(text):\n    try:\n        return eval(text)\n    except:\n        pass\n";

#[tokio::test]
async fn from_a_plan_to_a_finding_that_is_ignored() {
    each(async |house| {
        depot(&house, "main", &[("src/bad.py", BAD), ("src/good.py", "def f():\n    return 1\n")])
            .await;
        let admin = house.signed_in("admin").await;
        assert!(admin.get("/p/engine/analysis").await.text.contains("/p/engine/analysis/new"));

        let wrong = [("name", ""), ("depot", "1")];
        let page = admin.post("/p/engine/analysis/new", &wrong).await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(page.text.contains("id=\"f-name-fault\""));

        let fields = [
            ("name", "nightly"),
            ("depot", "1"),
            ("gate", "on"),
            ("gate_errors", "0"),
            ("push", "on"),
            ("now", "on"),
        ];
        let page = admin.post("/p/engine/analysis/new", &fields).await;
        assert_eq!(page.status, StatusCode::SEE_OTHER, "{}", page.text);
        let plan = page.to;
        let page = admin.get(&format!("{plan}/scans/1")).await;
        assert!(
            page.text.contains(&format!("data-live=\"{plan}/scans/1?part=progress\"")),
            "{}",
            page.text
        );

        house.test.run_jobs().await;
        let page = admin.get(&format!("{plan}/scans/1?part=progress")).await;
        assert!(page.text.contains(&format!("data-then=\"{plan}/scans/1\"")), "{}", page.text);
        let page = admin.get(&format!("{plan}/scans/1")).await;
        assert!(page.text.contains("eval"), "{}", page.text);
        assert!(page.text.contains("src/bad.py"));
        for tab in ["functions", "duplicates", "code"] {
            assert_eq!(
                admin.get(&format!("{plan}/scans/1?tab={tab}")).await.status,
                StatusCode::OK,
                "{tab}"
            );
        }
        let none = admin.get(&format!("{plan}/scans/1?severity=info&rule=none")).await;
        assert!(none.text.contains("Nothing matches these filters"));
        assert!(admin.get(&plan).await.text.contains("Open findings by scan"));

        let id =
            page.text.split("/findings/").nth(1).unwrap().split('"').next().unwrap().to_owned();
        let finding = format!("{plan}/findings/{id}");
        assert!(admin.get(&finding).await.text.contains("First seen"));
        let page = admin
            .post(
                &format!("{finding}/ignore"),
                &[("reason", "accepted"), ("note", "trusted input <b>")],
            )
            .await;
        assert_eq!(page.to, finding);
        let page = admin.get(&finding).await;
        assert!(page.text.contains("trusted input &lt;b&gt;") && page.text.contains("/restore"));
        assert_eq!(admin.post(&format!("{finding}/restore"), &[]).await.to, finding);
        assert!(!admin.get(&finding).await.text.contains("/restore"));

        let page = admin.post(&format!("{plan}/scan"), &[]).await;
        assert_eq!(page.to, format!("{plan}/scans/2"));
        house.test.run_jobs().await;
        assert!(admin.get(&plan).await.text.contains("Scan #2"));
        let page = admin.get(&format!("{plan}/settings")).await;
        assert!(page.text.contains("value=\"nightly\""));
        let page = admin.post(&format!("{plan}/settings/delete"), &[("confirm", "nightly")]).await;
        assert_eq!(page.to, "/p/engine/analysis");
        assert_eq!(admin.get(&plan).await.status, StatusCode::NOT_FOUND);
    })
    .await;
}

/// A plan may be named by digits; its number leads to it, and its name where no
/// plan of the project has that number.
#[tokio::test]
async fn a_plan_named_by_digits_is_found() {
    each(async |house| {
        depot(&house, "main", &[("a.py", "x = 1\n")]).await;
        let admin = house.signed_in("admin").await;
        let make = async |name: &str| {
            let made =
                admin.post("/p/engine/analysis/new", &[("name", name), ("depot", "1")]).await;
            assert_eq!(made.status, StatusCode::SEE_OTHER, "{}", made.text);
            made.to
        };
        let first = make("2024").await;
        let number = first.rsplit('/').next().unwrap().to_owned();
        // Another one is called by the first one's number.
        let second = make(&number).await;
        assert_ne!(first, second);
        let titled = async |address: &str| {
            let page = admin.get(&format!("{address}/settings")).await;
            assert_eq!(page.status, StatusCode::OK, "{address}");
            let (_, name) = page.text.split_once("name=\"name\"").unwrap();
            let (_, name) = name.split_once("value=\"").unwrap();
            name.split('"').next().unwrap().to_owned()
        };
        assert_eq!(titled(&first).await, "2024");
        assert_eq!(titled("/p/engine/analysis/2024").await, "2024");
        assert_eq!(titled(&second).await, number);
        assert_eq!(titled(&format!("/p/engine/analysis/{number}")).await, "2024", "numbers first");
        // A number of another project's plan leads nowhere.
        admin.post("/projects/new", &[("name", "other")]).await;
        let page = admin.get(&format!("/p/other/analysis/{number}")).await;
        assert_eq!(page.status, StatusCode::NOT_FOUND);
        for odd in ["99999999999999999999999", "-1", "0"] {
            let page = admin.get(&format!("/p/engine/analysis/{odd}")).await;
            assert_eq!(page.status, StatusCode::NOT_FOUND, "{odd}");
        }
    })
    .await;
}

#[tokio::test]
async fn gates_messages_rulesets_and_files_have_their_pages() {
    each(async |house| {
        depot(&house, "main", &[("src/bad.py", BAD)]).await;
        let admin = house.signed_in("admin").await;
        let fields = [("name", "nightly"), ("depot", "1"), ("now", "on")];
        let plan = admin.post("/p/engine/analysis/new", &fields).await.to;
        house.test.run_jobs().await;

        // Conditions are tried on what was, and then kept.
        let gate = format!("{plan}/gate");
        let conditions = [
            ("enabled", "on"),
            ("metric_0", "rating.security"),
            ("scope_0", "overall"),
            ("compare_0", "most"),
            ("value_0", "a"),
            ("metric_3", "findings.error"),
            ("scope_3", "new"),
            ("value_3", "0"),
        ];
        let mut tried = conditions.to_vec();
        tried.push(("try", "1"));
        let page = admin.post(&gate, &tried).await;
        assert_eq!(page.status, StatusCode::OK, "{}", page.text);
        assert!(page.text.contains("1 of 1 past scans would fail"), "{}", page.text);
        let page = admin.post(&gate, &[("metric_0", "coverage"), ("value_0", "x")]).await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(admin.post(&gate, &conditions).await.to, plan);
        let page = admin.get(&gate).await;
        assert!(page.text.contains("analysis/nightly") && page.text.contains("value=\"A\""));
        assert!(admin.get(&plan).await.text.contains("Maintainability"));
        assert_eq!(admin.get(&format!("{plan}/scans/1?tab=coverage")).await.status, StatusCode::OK);
        assert_eq!(admin.get(&format!("{plan}/report")).await.status, StatusCode::OK);

        // Findings: chosen ones, and as files.
        let page = admin.get(&format!("{plan}/scans/1")).await;
        let id = page.text.split("name=\"id\" value=\"").nth(1).unwrap().split('"').next().unwrap();
        let back = format!("{plan}/scans/1?state=ignored");
        let act = [("id", id), ("act", "accepted"), ("back", &back)];
        assert_eq!(admin.post(&format!("{plan}/findings"), &act).await.to, back);
        assert!(admin.get(&back).await.text.contains("src/bad.py"));
        let elsewhere = [("id", id), ("act", "restore"), ("back", "//evil.example.com")];
        assert_eq!(admin.post(&format!("{plan}/findings"), &elsewhere).await.to, plan);
        for ending in ["csv", "xlsx", "sarif"] {
            let page = admin.get(&format!("{plan}/export/{ending}")).await;
            assert_eq!(page.status, StatusCode::OK, "{ending}");
        }
        assert_eq!(admin.get(&format!("{plan}/export/pdf")).await.status, StatusCode::NOT_FOUND);

        let pdf = admin.get(&format!("{plan}/report.pdf")).await;
        assert_eq!(pdf.status, StatusCode::OK);
        assert!(pdf.text.starts_with("%PDF-"), "{}", &pdf.text[..20]);
        assert!(admin.get(&format!("{plan}/report")).await.text.contains("report.pdf"));

        // An exception of a rule is listed, and taken back.
        let finding = format!("{plan}/findings/{id}");
        let except = [("reason", "wont_fix"), ("range", "all"), ("note", "<i>old</i>")];
        assert_eq!(admin.post(&format!("{finding}/ignore"), &except).await.to, finding);
        let notices = format!("{plan}/notices");
        let page = admin.get(&notices).await;
        assert!(page.text.contains("&lt;i&gt;old&lt;/i&gt;"), "{}", page.text);
        assert_eq!(admin.post(&format!("{plan}/exceptions/1/lift"), &[]).await.to, notices);

        let wrong = [("name", "room"), ("kind", "dingtalk"), ("address", "ftp://x")];
        let page = admin.post(&notices, &wrong).await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
        let right = [
            ("name", "room"),
            ("kind", "dingtalk"),
            ("address", "https://192.0.2.1/robot?access_token=t0p"),
            ("secret", "SEC"),
        ];
        assert_eq!(admin.post(&notices, &right).await.to, notices);
        let page = admin.get(&notices).await;
        assert!(page.text.contains("192.0.2.1") && !page.text.contains("t0p"));
        assert_eq!(admin.post(&format!("{notices}/1/delete"), &[]).await.to, notices);
        let page = admin.post(&format!("{plan}/badge"), &[("shown", "token")]).await;
        assert!(page.text.contains("badge.svg?token="), "{}", page.text);

        let rulesets = "/p/engine/analysis/rulesets";
        let wrong = [("name", "ours"), ("pack", "strict"), ("rules", "python/eval-call maybe")];
        let page = admin.post(rulesets, &wrong).await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
        let right = [("name", "ours"), ("pack", "strict"), ("rules", "python/eval-call off")];
        let one = admin.post(rulesets, &right).await.to;
        assert!(one.starts_with(rulesets), "{one}");
        let page = admin.get(&one).await;
        assert!(page.text.contains("python/eval-call off"), "{}", page.text);
        assert!(admin.get(rulesets).await.text.contains("ours"));
        assert_eq!(admin.post(&one, &[("pack", "security")]).await.to, one);
        assert_eq!(admin.post(&format!("{one}/delete"), &[]).await.to, rulesets);
    })
    .await;
}

#[tokio::test]
async fn rules_are_written_tried_imported_and_their_rulesets_shared() {
    each(async |house| {
        depot(&house, "main", &[("src/bad.py", "print(1)\n")]).await;
        let admin = house.signed_in("admin").await;
        let rules = "/p/engine/analysis/rules";
        let page = admin.get(&format!("{rules}?q=eval-call")).await;
        assert!(page.text.contains("/analysis/rules/python/eval-call"), "{}", page.text);
        let mut seen = std::collections::BTreeSet::new();
        for number in 1..40 {
            let page = admin.get(&format!("{rules}?rules={number}")).await;
            let links = page.text.split("/analysis/rules/").skip(1);
            let ids = links.filter_map(|rest| rest.split('"').next()).filter(|id| id.contains('/'));
            let before = seen.len();
            seen.extend(ids.map(str::to_owned));
            assert!(seen.len() > before && seen.len() <= before + 60, "page {number}");
            if !page.text.contains(&format!("?rules={}", number + 1)) {
                break;
            }
        }
        assert_eq!(seen.len(), analysis::rules().expect("the rules").count());
        let page = admin.get(&format!("{rules}/python/eval-call")).await;
        assert!(page.text.contains("CWE-95") && page.text.contains("ast.literal_eval"));
        assert_eq!(admin.get(&format!("{rules}/python/none")).await.status, StatusCode::NOT_FOUND);
        let page = admin.get(&format!("{rules}/new")).await;
        assert!(page.text.contains("1 match"), "{}", page.text);

        // Tried without scripts: nothing is kept, and what is wrong says where.
        let new = format!("{rules}/new");
        let wrong = "id: no-eval\nlanguage: python\nrule: { patern: eval($X) }\n";
        let page = admin.post(&new, &[("preview", "1"), ("rule", wrong), ("sample", "x")]).await;
        assert_eq!(page.status, StatusCode::OK);
        assert!(page.text.contains("Line 3:") && page.text.contains("patern"), "{}", page.text);
        let rule = "id: no-eval\nlanguage: python\nmessage: no `$X`\nrule: { pattern: eval($X) }\nmetadata: { tests: { valid: ['a'], invalid: ['eval(<b>)'] } }\n";
        let page = admin.post(&new, &[("rule", rule)]).await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
        let rule = rule.replace("<b>", "b");
        let tried = [("preview", "1"), ("rule", &*rule), ("sample", "eval('<i>')\n")];
        let page = admin.post(&new, &tried).await;
        assert!(page.text.contains("&lt;i&gt;") && !page.text.contains("<i>"), "{}", page.text);
        let one = admin.post(&new, &[("rule", &rule)]).await.to;
        assert_eq!(one, format!("{rules}/own/no-eval"));
        assert!(admin.get(&one).await.text.contains("eval(b)"));
        assert!(admin.get(rules).await.text.contains("own/no-eval"));
        let again = rule.replace("no `$X`", "never `$X`");
        assert_eq!(admin.post(&format!("{one}/edit"), &[("rule", &again)]).await.to, one);

        // A ruleset with it is shared, made the standard, and has versions.
        let rulesets = "/p/engine/analysis/rulesets";
        let fields = [("name", "ours"), ("pack", "own"), ("adapter", "detekt")];
        let set = admin.post(rulesets, &fields).await.to;
        assert_eq!(admin.post(&format!("{set}/share"), &[]).await.to, set);
        assert_eq!(admin.post(&format!("{set}/standard"), &[]).await.to, set);
        assert!(admin.get(rulesets).await.text.contains("standard"));
        assert_eq!(admin.post(&set, &[("pack", "own"), ("pack", "strict")]).await.to, set);
        let page = admin.get(&format!("{set}/versions")).await;
        assert!(page.text.contains("strict") && page.text.contains("detekt"), "{}", page.text);
        let copy = admin.post(&format!("{set}/copy"), &[("name", "mine")]).await.to;
        assert_ne!(copy, set);
        assert_eq!(admin.post(&format!("{set}/none"), &[]).await.status, StatusCode::NOT_FOUND);

        let page = admin.get("/p/engine/analysis/about").await;
        assert!(page.text.contains("lizard") && page.text.contains("Cangjie"), "{}", page.text);
        assert_eq!(admin.get(&format!("{rules}/import")).await.status, StatusCode::OK);
        assert_eq!(admin.post(&format!("{one}/delete"), &[]).await.to, rules);
        assert!(admin.get(&one).await.text.contains("removed"));
    })
    .await;
}

/// What a rule says to write instead stands on the page of a finding, and is
/// committed from there, without scripts.
#[tokio::test]
async fn a_fix_is_committed_from_the_page_of_a_finding() {
    each(async |house| {
        let code = "def f(x):\n    if x is 5:\n        return x is 'a'\n";
        depot(&house, "main", &[("src/bad.py", code)]).await;
        let admin = house.signed_in("admin").await;
        let fields = [("name", "nightly"), ("depot", "1"), ("now", "on")];
        let plan = admin.post("/p/engine/analysis/new", &fields).await.to;
        house.test.run_jobs().await;
        let page = admin.get(&format!("{plan}/scans/1")).await;
        let id =
            page.text.split("/findings/").nth(1).unwrap().split('"').next().unwrap().to_owned();
        let finding = format!("{plan}/findings/{id}");
        let page = admin.get(&finding).await;
        assert!(page.text.contains("What to write instead"), "{}", page.text);
        assert!(page.text.contains("Fix all 2 of this rule in the file"));
        let value = |page: &str, name: &str| {
            let (_, rest) = page.split_once(&format!("name=\"{name}\"")).unwrap();
            let (_, rest) = rest.split_once("value=\"").unwrap();
            rest.split('"').next().unwrap().to_owned()
        };
        let blob = value(&page.text, "blob");
        let branch = value(&page.text, "branch");
        assert!(branch.starts_with("fix/is-literal-"), "{branch}");

        let send = format!("{finding}/fix");
        let wrong = [("blob", blob.as_str()), ("branch", "a..b"), ("message", "m <b>")];
        let page = admin.post(&send, &wrong).await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(page.text.contains("f-branch-fault") && page.text.contains("m &lt;b&gt;"));
        let stale = [("blob", "0123"), ("branch", "fix/x"), ("message", "m")];
        let page = admin.post(&send, &stale).await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(page.text.contains("The file has changed since the fix was shown"));

        let all = admin.get(&format!("{finding}?fix=file")).await;
        assert!(all.text.contains("2 findings of this rule in the file are fixed."));
        let fields = [
            ("blob", blob.as_str()),
            ("branch", &branch),
            ("message", "Compare by value"),
            ("range", "file"),
        ];
        let page = admin.post(&send, &fields).await;
        assert_eq!(page.status, StatusCode::SEE_OTHER, "{}", page.text);
        let commit = admin.get(&page.to).await;
        assert!(commit.text.contains("Compare by value"), "{}", commit.text);
        let repository = crate::code::repository(&house).await;
        let tip = repository.resolve(&branch).unwrap();
        let file = String::from_utf8(repository.file(tip, "src/bad.py", 1 << 20).unwrap().data);
        assert_eq!(file.unwrap(), code.replace("is 5", "== 5").replace("is 'a'", "== 'a'"));
        assert!(admin.get(&finding).await.text.contains("committed a fix to"));
    })
    .await;
}

/// What a rule of the team said before and says now, from its own page and from
/// the scan that was the first to run with it; beside findings stands its title.
#[tokio::test]
async fn changes_of_a_rule_of_the_team_are_shown() {
    each(async |house| {
        depot(&house, "main", &[("a.py", "log(1)\n"), ("b.py", "print(2)\n")]).await;
        let admin = house.signed_in("admin").await;
        let rule = |name: &str, title: &str| {
            format!(
                "id: own-one\nlanguage: python\nmessage: leave it\nrule: {{ pattern: {name}($X) }}\nmetadata:\n  title: {title}\n  tests:\n    valid: ['other(x)']\n    invalid: ['{name}(x)']\n"
            )
        };
        let rules = "/p/engine/analysis/rules";
        let first = rule("log", "No logs");
        let made = admin.post(&format!("{rules}/new"), &[("rule", &first)]).await;
        assert_eq!(made.status, StatusCode::SEE_OTHER, "{}", made.text);
        let own = format!("{rules}/own/own-one");
        let page = admin.get(&format!("{own}/changes")).await;
        assert!(page.text.contains("The text is the same."), "{}", page.text);
        let set = [("name", "ours"), ("pack", "own")];
        let set = admin.post("/p/engine/analysis/rulesets", &set).await;
        assert_eq!(set.status, StatusCode::SEE_OTHER, "{}", set.text);
        let number = set.to.rsplit('/').next().unwrap().to_owned();
        let standard = admin.post(&format!("{}/share", set.to), &[]).await;
        assert_eq!(standard.status, StatusCode::SEE_OTHER, "{}", standard.text);
        admin.post(&format!("{}/standard", set.to), &[]).await;
        // New plans begin with the team's standard.
        let page = admin.get("/p/engine/analysis/new").await;
        let chosen = format!("<option value=\"{number}\" selected");
        assert!(page.text.contains(&chosen), "{}", page.text);

        let fields = [("name", "nightly"), ("depot", "1"), ("ruleset", &number), ("now", "on")];
        let plan = admin.post("/p/engine/analysis/new", &fields).await.to;
        house.test.run_jobs().await;
        let page = admin.get(&format!("{plan}/scans/1")).await;
        assert!(page.text.contains("a.py") && page.text.contains("No logs"), "{}", page.text);

        let second = rule("print", "No prints");
        let made = admin.post(&format!("{own}/edit"), &[("rule", &second)]).await;
        assert_eq!(made.status, StatusCode::SEE_OTHER, "{}", made.text);
        let page = admin.get(&format!("{own}/changes")).await;
        assert!(page.text.contains("<mark>prints</mark>"), "{}", page.text);
        assert!(admin.get(&own).await.text.contains("/own-one/changes\""));
        admin.post(&format!("{plan}/scan"), &[]).await;
        house.test.run_jobs().await;
        let page = admin.get(&format!("{plan}/scans/2")).await;
        assert!(page.text.contains("1 rule of the team changed since scan 1"), "{}", page.text);
        assert!(page.text.contains("/own/own-one/changes?from="));
    })
    .await;
}

#[tokio::test]
async fn why_a_scan_failed_is_said_in_the_language_of_who_reads() {
    each(async |house| {
        depot(&house, "main", &[("bad.py", BAD)]).await;
        let admin = house.signed_in("admin").await;
        let mut chinese = house.signed_in("admin").await;
        chinese.cookie.push_str("; lang=zh");
        let fields =
            [("name", "all"), ("depot", "1"), ("gate", "on"), ("gate_errors", "0"), ("now", "on")];
        let plan = admin.post("/p/engine/analysis/new", &fields).await.to;
        house.test.run_jobs().await;
        let gone = [("name", "gone"), ("depot", "1"), ("branch", "gone"), ("now", "on")];
        let gone = admin.post("/p/engine/analysis/new", &gone).await.to;
        house.test.run_jobs().await;
        let page = admin.get(&plan).await;
        assert_eq!(page.text.matches("Gate failed: new code").count(), 3, "{}", page.text);
        let page = chinese.get(&plan).await;
        assert!(!page.text.contains("the gate says no") && !page.text.contains("Gate failed"));
        for address in [gone.clone(), format!("{gone}/scans/1")] {
            let page = admin.get(&address).await;
            assert!(page.text.contains("the depot core has no branch gone"), "{}", page.text);
            let page = chinese.get(&address).await;
            assert!(!page.text.contains("has no branch") && page.text.contains("core"));
        }
    })
    .await;
}
