use axum::http::StatusCode;
use base::Administer;
use depots::NewDepot;
use projects::{NewProject, ProjectKey, ProjectRole};

use crate::{
    browser::{Browser, House, Page, each},
    code::depot,
};

const BASE: &str = "/p/engine/d/core/settings";

/// A depot with a branch `main`, its administrator and a member.
async fn start(house: &House) -> (Browser, Browser) {
    house.person("member").await;
    depot(house, "main", &[("README.md", "# Hi\n")]).await;
    let granted =
        projects::authorise::<Administer>(&house.admin, ProjectKey::Name("engine")).await.unwrap();
    let name = ["member".to_owned()];
    projects::members::add(&house.admin, &granted, &name, ProjectRole::Member).await.unwrap();
    (house.signed_in("admin").await, house.signed_in("member").await)
}

async fn get(browser: &Browser, end: &str) -> Page {
    let page = browser.get(&format!("{BASE}{end}")).await;
    assert_eq!(page.status, StatusCode::OK, "{end}");
    page
}

/// Sends a form that is taken; where it leads.
async fn sent(browser: &Browser, end: &str, fields: &[(&str, &str)]) -> String {
    let page = browser.post(&format!("{BASE}{end}"), fields).await;
    assert_eq!(page.status, StatusCode::SEE_OTHER, "{end}: {}", page.text);
    page.to
}

/// Sends a form that comes back; the page.
async fn refused(browser: &Browser, end: &str, fields: &[(&str, &str)]) -> String {
    let page = browser.post(&format!("{BASE}{end}"), fields).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{end}");
    page.text
}

fn has(page: &Page, words: &[&str]) {
    for word in words {
        assert!(page.text.contains(word), "{word} is not there");
    }
}

fn lacks(page: &Page, words: &[&str]) {
    for word in words {
        assert!(!page.text.contains(word), "{word} is there");
    }
}

#[tokio::test]
async fn a_rule_for_branches_from_its_pattern_to_its_end() {
    each(async |house| {
        let (admin, member) = start(&house).await;
        let page = get(&admin, "/branches?branch=main").await;
        has(&page, &["main is not protected.", "No branch is protected"]);
        let text = refused(&admin, "/branches", &[("pattern", "a b")]).await;
        assert!(text.contains("value=\"a b\"") && text.contains("id=\"f-pattern-fault\""));
        let rule = sent(&admin, "/branches", &[("pattern", "ma*")]).await;
        let end = rule.strip_prefix(BASE).unwrap().to_owned();
        let text = refused(&admin, "/branches", &[("pattern", "ma*")]).await;
        assert!(text.contains("There is a rule for ma* already."), "{text}");

        let fields = [
            ("pattern", "mai*"),
            ("required_grants", "3"),
            ("code_owners", "on"),
            ("must_merge_to", "test"),
        ];
        sent(&admin, &end, &fields).await;
        let text = refused(&admin, &end, &[("pattern", "x"), ("required_grants", "99")]).await;
        assert!(text.contains("Must be between 0 and 50."), "{text}");
        let page = get(&admin, "/branches?branch=main").await;
        let words = [
            "main is protected by the rule mai*.",
            "A merge request needs 3 grants.",
            "Owners of the changed files have to grant it.",
            "Its source must be merged into test before.",
            "Push directly: nobody",
            "1 branch now",
        ];
        has(&page, &words);
        lacks(&page, &["History is never rewritten.<"]);

        let text = refused(&admin, &format!("{end}/members"), &[("user", "nobody")]).await;
        assert!(text.contains("id=\"f-user-fault\""), "{text}");
        sent(&admin, &format!("{end}/members"), &[("user", "member"), ("push", "on")]).await;
        sent(&admin, &format!("{end}/members"), &[("who", "role:admin")]).await;
        refused(&admin, &format!("{end}/members"), &[("who", "role:king")]).await;
        has(&get(&admin, "/branches").await, &["Push directly: member"]);
        let fields = [("who", "role:admin"), ("push", "yes")];
        sent(&admin, &format!("{end}/members/change"), &fields).await;
        has(&get(&admin, "/branches").await, &["Push directly: member, Admin and above"]);
        sent(&admin, &format!("{end}/members/remove"), &[("who", "user:member")]).await;
        has(&get(&admin, "/branches").await, &["Push directly: Admin and above"]);

        let page = get(&member, &end).await;
        has(&page, &["mai*", "Only administrators of the project can change this."]);
        lacks(&page, &["<form method=\"post\" action=\"/p/", "required_grants"]);
        for end in [end.clone(), format!("{end}/delete"), format!("{end}/members")] {
            let page = member.post(&format!("{BASE}{end}"), &fields).await;
            assert_eq!(page.status, StatusCode::FORBIDDEN, "{end}");
        }
        let page = admin.get("/p/engine/d/core/branches").await;
        has(&page, &["Protected by the rule mai*"]);
        assert_eq!(sent(&admin, &format!("{end}/delete"), &[]).await, format!("{BASE}/branches"));
        lacks(&get(&admin, "/branches").await, &["mai*"]);
        assert_eq!(admin.get(&rule).await.status, StatusCode::NOT_FOUND);
    })
    .await;
}

#[tokio::test]
async fn tags_are_protected_and_refs_are_made_read_only() {
    each(async |house| {
        let (admin, member) = start(&house).await;
        sent(&admin, "/refs/protect", &[("pattern", "v*")]).await;
        let text = refused(&admin, "/refs/protect", &[("pattern", "v*")]).await;
        assert!(text.contains("id=\"f-pattern-fault\"") && text.contains("value=\"v*\""));
        let text = refused(&admin, "/refs/freeze", &[("ref_name", "none")]).await;
        assert!(text.contains("id=\"f-ref_name-fault\"") && !text.contains("f-pattern-fault"));
        sent(&admin, "/refs/freeze", &[("ref_name", "main")]).await;
        has(&get(&member, "/refs").await, &["<code>v*</code>", "refs/heads/main"]);
        let page = get(&admin, "/branches?branch=main").await;
        has(&page, &["main is read-only: nobody may change it."]);
        has(&admin.get("/p/engine/d/core/branches").await, &["Read-only"]);
        for end in ["/refs/protect", "/refs/unprotect", "/refs/freeze", "/refs/thaw"] {
            let fields = [("pattern", "x"), ("rule", "v*"), ("ref", "refs/heads/main")];
            let page = member.post(&format!("{BASE}{end}"), &fields).await;
            assert_eq!(page.status, StatusCode::FORBIDDEN, "{end}");
        }
        sent(&admin, "/refs/thaw", &[("ref", "refs/heads/main")]).await;
        sent(&admin, "/refs/unprotect", &[("rule", "v*")]).await;
        let page = get(&member, "/refs").await;
        has(&page, &["No tag is protected", "No branch or tag is read-only."]);
    })
    .await;
}

#[tokio::test]
async fn what_pushes_have_to_keep_to_is_set_and_tried() {
    each(async |house| {
        let (admin, member) = start(&house).await;
        has(&get(&member, "/pushes").await, &["Nothing is demanded of pushes."]);
        let fields = [("file_bytes", "1.5"), ("message_regex", "kept")];
        let text = refused(&admin, "/pushes", &fields).await;
        assert!(text.contains("id=\"f-file_bytes-fault\"") && text.contains("value=\"kept\""));
        let text = refused(&admin, "/pushes", &[("message_regex", "(")]).await;
        assert!(text.contains("id=\"f-message_regex-fault\""), "{text}");
        let fields = [
            ("check_author", "on"),
            ("file_bytes", "5"),
            ("message_regex", "^fix: "),
            ("denied_files", "*.pem\r\n/target/"),
        ];
        sent(&admin, "/pushes", &fields).await;
        let page = get(&member, "/pushes").await;
        has(
            &page,
            &[
                "5.0 MB",
                "<code class=\"wrap\">^fix: </code>",
                "<code>*.pem</code>",
                "<code>/target/</code>",
            ],
        );
        let page = get(&member, "/pushes?pattern=%5Efix%3A+&message=fix%3A+it").await;
        has(&page, &["This message would be let through."]);
        let page = get(&member, "/pushes?pattern=%5Efix%3A+&message=feat%3A+it").await;
        has(&page, &["A commit with this message would be refused."]);
        let page = get(&member, "/pushes?pattern=%28&message=x").await;
        has(&page, &["id=\"f-pattern-fault\""]);
        let page = member.post(&format!("{BASE}/pushes"), &fields).await;
        assert_eq!(page.status, StatusCode::FORBIDDEN);
    })
    .await;
}

#[tokio::test]
async fn files_are_denied_and_allowed_to_people_and_roles() {
    each(async |house| {
        let (admin, member) = start(&house).await;
        has(&get(&member, "/files").await, &["may push every file"]);
        refused(&admin, "/files", &[("pattern", "[a"), ("deny", "yes")]).await;
        sent(&admin, "/files", &[("pattern", "*.sql"), ("deny", "yes")]).await;
        let page = get(&admin, "/files").await;
        let id = page.text.split("id=\"rule-").nth(1).unwrap().split('"').next().unwrap();
        let rule = format!("/files/{id}");
        sent(&admin, &format!("{rule}/say"), &[("user", "member"), ("deny", "no")]).await;
        let text = refused(&admin, &format!("{rule}/say"), &[("user", "x"), ("deny", "no")]).await;
        assert!(text.contains(&format!("id=\"rule-{id}-fault\"")), "{text}");
        let fields = [("who", "role:admin"), ("deny", "yes")];
        sent(&admin, &format!("{rule}/say"), &fields).await;
        let page = get(&member, "/files").await;
        has(&page, &["*.sql", "Admin and above", "Everybody else"]);
        lacks(&page, &["<form method=\"post\" action=\"/p/"]);
        let badges = |page: &Page| {
            let count = |word: &str| page.text.matches(&format!(">{word}</span>")).count();
            (count("allowed"), count("denied"))
        };
        assert_eq!(badges(&page), (1, 2));
        sent(&admin, &rule, &[("deny", "no")]).await;
        let fields = [("who", "role:admin"), ("deny", "no")];
        sent(&admin, &format!("{rule}/say/change"), &fields).await;
        assert_eq!(badges(&get(&member, "/files").await), (3, 0));
        sent(&admin, &format!("{rule}/say/remove"), &[("who", "user:member")]).await;
        assert_eq!(badges(&get(&member, "/files").await), (2, 0));
        let ends = ["", "/delete", "/say", "/say/change", "/say/remove"];
        for end in ends {
            let page = member.post(&format!("{BASE}{rule}{end}"), &fields).await;
            assert_eq!(page.status, StatusCode::FORBIDDEN, "{end}");
        }
        sent(&admin, &format!("{rule}/delete"), &[]).await;
        lacks(&get(&member, "/files").await, &["*.sql"]);
    })
    .await;
}

#[tokio::test]
async fn a_depot_follows_a_specification_of_the_team_or_its_own() {
    each(async |house| {
        let (admin, member) = start(&house).await;
        let form = [
            ("title", "Ours"),
            ("description", "How we work"),
            ("type", "trunk"),
            ("rule", ""),
            ("about", ""),
            ("type", "work"),
            ("rule", "work/*"),
            ("about", "one a task"),
            ("direction", "1-0"),
        ];
        assert_eq!(member.get("/admin/specs").await.status, StatusCode::NOT_FOUND);
        let page = member.post("/admin/specs/new", &form).await;
        assert_eq!(page.status, StatusCode::NOT_FOUND);
        assert_eq!(admin.post("/admin/specs/new", &form).await.to, "/admin/specs");
        let page = admin.post("/admin/specs/new", &form).await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
        has(&page, &["id=\"f-title-fault\"", "value=\"work/*\""]);
        has(&admin.get("/admin/specs").await, &["Ours", "How we work", "2 types"]);
        let page = admin.get("/admin/specs/of/Ours").await;
        has(&page, &["value=\"1-0\" aria-label=\"work into trunk\" checked"]);

        refused(&admin, "", &[("name", "")]).await;
        refused(&admin, "/spec", &[("title", "none such")]).await;
        sent(&admin, "/spec", &[("title", "Ours")]).await;
        let page = get(&member, "/spec").await;
        has(&page, &["The depot follows the specification Ours.", "work/*", "work into trunk"]);
        lacks(&page, &["<form method=\"post\" action=\"/p/"]);
        let page = get(&admin, "/branches?branch=other").await;
        has(&page, &["The specification has no type for this name"]);
        let page = admin.post("/admin/specs/of/Ours/delete", &[]).await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);

        let own = [("type", "only"), ("rule", ""), ("about", ""), ("allow_others", "on")];
        let page = member.post(&format!("{BASE}/spec/own"), &own).await;
        assert_eq!(page.status, StatusCode::FORBIDDEN);
        refused(&admin, "/spec/own", &[]).await;
        sent(&admin, "/spec/own", &own).await;
        let page = get(&member, "/spec").await;
        has(&page, &["follows a specification of its own", "Branches of other names may be made"]);
        assert_eq!(admin.post("/admin/specs/of/Ours/delete", &[]).await.to, "/admin/specs");
        sent(&admin, "/spec", &[("title", "")]).await;
        has(&get(&member, "/spec").await, &["The depot follows no specification"]);
    })
    .await;
}

#[tokio::test]
async fn merging_quota_and_archive_are_set() {
    each(async |house| {
        let (admin, member) = start(&house).await;
        let fields =
            [("squash", "force_squash"), ("fast_forward", "on"), ("merge_template", "%{nothing}")];
        let text = refused(&admin, "/merging", &fields).await;
        assert!(text.contains("id=\"f-merge_template-fault\"") && text.contains("%{nothing}"));
        let fields = [("squash", "force_squash"), ("squash_template", "%{title}\r\n\r\nx")];
        sent(&admin, "/merging", &fields).await;
        has(&get(&member, "/merging").await, &["Always", "%{title}\n\nx"]);
        let page = member.post(&format!("{BASE}/merging"), &fields).await;
        assert_eq!(page.status, StatusCode::FORBIDDEN);

        refused(&admin, "/quota", &[("quota", "x")]).await;
        sent(&admin, "/quota", &[("quota", "100")]).await;
        has(&get(&admin, "").await, &["of 100.0 MB used", "name=\"quota\" value=\"100\""]);
        for end in ["/quota", "/archive"] {
            let page = member.post(&format!("{BASE}{end}"), &[("archived", "yes")]).await;
            assert_eq!(page.status, StatusCode::FORBIDDEN, "{end}");
        }
        sent(&admin, "/archive", &[("archived", "yes")]).await;
        has(&get(&admin, "").await, &["Take it out of the archive", ">archived</span>"]);
        refused(&admin, "/archive", &[("archived", "yes")]).await;
        sent(&admin, "/archive", &[("archived", "no")]).await;
        lacks(&get(&admin, "").await, &[">archived</span>"]);
        has(&get(&admin, "/activity").await, &["Nothing has been pushed yet"]);
    })
    .await;
}

#[tokio::test]
async fn a_depot_moves_to_another_project_and_its_addresses_lead_there() {
    each(async |house| {
        let (admin, member) = start(&house).await;
        let page = get(&admin, "").await;
        has(&page, &["Another project", "action=\"/p/engine/d/core/settings/transfer\""]);
        let text = refused(&admin, "/transfer", &[("target", "")]).await;
        assert!(text.contains("id=\"f-target-fault\""), "{text}");
        let text = refused(&admin, "/transfer", &[("target", "none")]).await;
        assert!(text.contains("value=\"none\"") && text.contains("Project not found."), "{text}");
        let text = refused(&admin, "/transfer", &[("target", "engine")]).await;
        assert!(text.contains("The depot is in this project already."), "{text}");
        let denied = member.post(&format!("{BASE}/transfer"), &[("target", "engine")]).await;
        assert_eq!(denied.status, StatusCode::FORBIDDEN);

        let new = NewProject { name: "ops".to_owned(), ..NewProject::default() };
        projects::create(&house.admin, new).await.unwrap();
        has(&get(&admin, "").await, &["<option value=\"ops\">"]);
        let to = sent(&admin, "/transfer", &[("target", "ops")]).await;
        assert_eq!(to, "/p/ops/d/core");
        for (end, expected) in [
            ("", ""),
            ("?lang=zh", "?lang=zh"),
            ("/blob/main/README.md?plain=1", "/blob/main/README.md?plain=1"),
            ("/raw/main/README.md", "/raw/main/README.md"),
            ("/settings", "/settings"),
            ("/blob/main/none", "/blob/main/none"),
        ] {
            let page = admin.get(&format!("/p/engine/d/core{end}")).await;
            assert_eq!(page.status, StatusCode::FOUND, "{end}");
            assert_eq!(page.to, format!("/p/ops/d/core{expected}"));
            assert!(page.text.is_empty());
        }
        assert_eq!(admin.get(&to).await.status, StatusCode::OK);
        // A form that was open meanwhile is taken.
        let to = sent(&admin, "/branches", &[("pattern", "main")]).await;
        assert!(to.starts_with("/p/ops/d/core/settings/branches/"), "{to}");
        // Whoever may not see it there learns nothing.
        let page = member.get("/p/engine/d/core").await;
        assert_eq!((page.status, page.to.as_str()), (StatusCode::NOT_FOUND, ""));
        assert!(!page.text.contains("ops"));
        // The address belongs to whoever takes it.
        let engine = projects::authorise(&house.admin, ProjectKey::Name("engine")).await.unwrap();
        depots::create(&house.admin, &engine, NewDepot::named("core")).await.unwrap();
        assert_eq!(admin.get("/p/engine/d/core").await.status, StatusCode::OK);
    })
    .await;
}

#[tokio::test]
async fn required_checks_are_named_one_a_line() {
    each(async |house| {
        let (admin, _) = start(&house).await;
        let rule = sent(&admin, "/branches", &[("pattern", "main")]).await;
        let end = rule.strip_prefix(BASE).unwrap().to_owned();
        let fields = [
            ("pattern", "main"),
            ("required_grants", "0"),
            ("required_status", "on"),
            ("status_contexts", "build\r\nlint"),
        ];
        sent(&admin, &end, &fields).await;
        has(&get(&admin, &end).await, &["build\nlint</textarea>"]);
        has(&get(&admin, "/branches").await, &["These checks must have passed: build, lint."]);
        let long = "x".repeat(256);
        let fields =
            [("pattern", "main"), ("required_grants", "0"), ("status_contexts", long.as_str())];
        let text = refused(&admin, &end, &fields).await;
        assert!(text.contains("id=\"f-status_contexts-fault\""), "{text}");
    })
    .await;
}

#[tokio::test]
async fn the_check_of_a_repository_and_what_it_found() {
    each(async |house| {
        let (admin, member) = start(&house).await;
        has(&get(&admin, "").await, &["It has not been checked yet.", "Check now"]);
        let denied = member.post(&format!("{BASE}/check"), &[]).await;
        assert_eq!(denied.status, StatusCode::FORBIDDEN);
        let to = sent(&admin, "/check", &[]).await;
        assert_eq!(to, format!("{BASE}#health"));
        has(&get(&admin, "").await, &["Waits for its turn, or runs."]);
        house.test.run_jobs().await;
        let page = get(&admin, "").await;
        has(&page, &["The check found no damage."]);
        lacks(&page, &["Waits for its turn"]);
        has(&get(&admin, "?lang=zh").await, &["检查未发现损坏。"]);
    })
    .await;
}
