use axum::http::StatusCode;
use base::Administer;
use depots::{InitialFiles, NewDepot};
use projects::{NewProject, ProjectKey, ProjectRole};

use crate::browser::each;

/// What each kind of visitor gets from a page.
struct Expected {
    address: &'static str,
    outsider: u16,
    guest: u16,
    member: u16,
    admin: u16,
}

const fn page(
    address: &'static str,
    outsider: u16,
    guest: u16,
    member: u16,
    admin: u16,
) -> Expected {
    Expected { address, outsider, guest, member, admin }
}

/// Whoever may not see the project learns no more than that it is not there.
const PAGES: &[Expected] = &[
    page("/", 200, 200, 200, 200),
    page("/search?q=x", 200, 200, 200, 200),
    page("/projects/new", 200, 200, 200, 200),
    page("/settings", 200, 200, 200, 200),
    page("/settings/password", 200, 200, 200, 200),
    page("/settings/tokens", 200, 200, 200, 200),
    page("/settings/ssh-keys", 200, 200, 200, 200),
    page("/settings/keys", 200, 200, 200, 200),
    page("/settings/applications", 200, 200, 200, 200),
    page("/settings/sessions", 200, 200, 200, 200),
    page("/admin", 404, 404, 404, 200),
    page("/admin/people/new", 404, 404, 404, 200),
    page("/admin/specs", 404, 404, 404, 200),
    page("/admin/specs/new", 404, 404, 404, 200),
    page("/admin/specs/of/none", 404, 404, 404, 404),
    page("/admin/advisories", 404, 404, 404, 200),
    page("/admin/audit", 404, 404, 404, 200),
    page("/admin/jobs", 404, 404, 404, 200),
    page("/p/engine", 404, 200, 200, 200),
    page("/p/engine/members", 404, 200, 200, 200),
    page("/p/engine/settings", 404, 403, 403, 200),
    page("/p/engine/depots", 404, 200, 200, 200),
    page("/p/engine/depots/new", 404, 403, 200, 200),
    page("/p/engine/depots/import", 404, 403, 200, 200),
    page("/p/engine/d/core", 404, 200, 200, 200),
    page("/p/engine/d/core/tree/main", 404, 200, 200, 200),
    page("/p/engine/d/core/blob/main/README.md", 404, 200, 200, 200),
    page("/p/engine/d/core/blame/main/README.md", 404, 200, 200, 200),
    page("/p/engine/d/core/raw/main/README.md", 404, 200, 200, 200),
    page("/p/engine/d/core/commits/main", 404, 200, 200, 200),
    page("/p/engine/d/core/commit/main", 404, 200, 200, 200),
    page("/p/engine/d/core/branches", 404, 200, 200, 200),
    page("/p/engine/d/core/settings", 404, 403, 403, 200),
    page("/p/engine/d/core/settings/branches", 404, 200, 200, 200),
    page("/p/engine/d/core/settings/branches/999", 404, 404, 404, 404),
    page("/p/engine/d/core/settings/refs", 404, 200, 200, 200),
    page("/p/engine/d/core/settings/pushes", 404, 200, 200, 200),
    page("/p/engine/d/core/settings/files", 404, 200, 200, 200),
    page("/p/engine/d/core/settings/spec", 404, 200, 200, 200),
    page("/p/engine/d/core/settings/merging", 404, 200, 200, 200),
    page("/p/engine/d/core/settings/activity", 404, 403, 403, 200),
    page("/p/engine/d/core/settings/deploy-keys", 404, 403, 403, 200),
    page("/p/engine/d/core/blob/main/none", 404, 404, 404, 404),
    page("/p/engine/d/core/tree/none", 404, 404, 404, 404),
    page("/p/engine/d/none", 404, 404, 404, 404),
    page("/p/engine/analysis", 404, 200, 200, 200),
    page("/p/engine/analysis/new", 404, 403, 200, 200),
    page("/p/engine/analysis/1", 404, 200, 200, 200),
    page("/p/engine/analysis/1/settings", 404, 403, 200, 200),
    page("/p/engine/analysis/1/scans/1", 404, 200, 200, 200),
    page("/p/engine/analysis/1/findings/999", 404, 404, 404, 404),
    page("/p/engine/analysis/99", 404, 404, 404, 404),
    page("/p/none", 404, 404, 404, 404),
    page("/nowhere", 404, 404, 404, 404),
];

#[tokio::test]
async fn each_visitor_sees_what_he_may() {
    each(async |house| {
        for name in ["outsider", "guest", "member"] {
            house.person(name).await;
        }
        let new = NewProject { name: "engine".into(), ..NewProject::default() };
        let project = projects::create(&house.admin, new).await.unwrap();
        let files = NewDepot { files: InitialFiles::Readme, ..NewDepot::named("core") };
        depots::create(&house.admin, &project.clone().lower(), files).await.unwrap();
        house.test.run_jobs().await;
        let granted = projects::authorise::<Administer>(&house.admin, ProjectKey::Name("engine"))
            .await
            .unwrap();
        for (name, role) in [("guest", ProjectRole::Guest), ("member", ProjectRole::Member)] {
            projects::members::add(&house.admin, &granted, &[name.to_owned()], role).await.unwrap();
        }
        let (outsider, guest) = (house.signed_in("outsider").await, house.signed_in("guest").await);
        let (member, admin) = (house.signed_in("member").await, house.signed_in("admin").await);
        for expected in PAGES {
            let visits = [
                ("outsider", &outsider, expected.outsider),
                ("guest", &guest, expected.guest),
                ("member", &member, expected.member),
                ("admin", &admin, expected.admin),
            ];
            for (who, browser, status) in visits {
                let page = browser.get(expected.address).await;
                assert_eq!(page.status.as_u16(), status, "{who} at {}", expected.address);
            }
            if expected.address != "/nowhere" {
                let page = house.stranger().get(expected.address).await;
                assert_eq!(
                    page.status,
                    StatusCode::SEE_OTHER,
                    "a stranger at {}",
                    expected.address
                );
                assert!(page.to.starts_with("/login"), "{}", page.to);
            }
        }
    })
    .await;
}

#[tokio::test]
async fn what_changes_things_asks_for_the_right_too() {
    each(async |house| {
        house.person("outsider").await;
        let new = NewProject { name: "engine".into(), ..NewProject::default() };
        let project = projects::create(&house.admin, new).await.unwrap();
        depots::create(&house.admin, &project.lower(), NewDepot::named("core")).await.unwrap();
        let outsider = house.signed_in("outsider").await;
        for address in [
            "/p/engine/members",
            "/p/engine/members/1/role",
            "/p/engine/members/1/remove",
            "/p/engine/settings",
            "/p/engine/settings/delete",
            "/p/engine/depots/new",
            "/p/engine/depots/import",
            "/p/engine/d/core/settings",
            "/p/engine/d/core/settings/delete",
            "/p/engine/d/core/settings/archive",
            "/p/engine/d/core/settings/quota",
            "/p/engine/d/core/settings/branches",
            "/p/engine/d/core/settings/branches/1",
            "/p/engine/d/core/settings/branches/1/delete",
            "/p/engine/d/core/settings/branches/1/members",
            "/p/engine/d/core/settings/branches/1/members/change",
            "/p/engine/d/core/settings/branches/1/members/remove",
            "/p/engine/d/core/settings/refs/protect",
            "/p/engine/d/core/settings/refs/unprotect",
            "/p/engine/d/core/settings/refs/freeze",
            "/p/engine/d/core/settings/refs/thaw",
            "/p/engine/d/core/settings/pushes",
            "/p/engine/d/core/settings/files",
            "/p/engine/d/core/settings/files/1",
            "/p/engine/d/core/settings/files/1/delete",
            "/p/engine/d/core/settings/files/1/say",
            "/p/engine/d/core/settings/files/1/say/change",
            "/p/engine/d/core/settings/files/1/say/remove",
            "/p/engine/d/core/settings/spec",
            "/p/engine/d/core/settings/spec/own",
            "/p/engine/d/core/settings/merging",
            "/admin/specs/new",
            "/admin/specs/of/x",
            "/admin/specs/of/x/delete",
            "/p/engine/d/core/settings/deploy-keys",
            "/p/engine/d/core/settings/deploy-keys/1/delete",
            "/p/engine/analysis/new",
            "/admin/people/new",
            "/admin/people/1/role",
            "/admin/people/1/block",
            "/admin/people/1/unblock",
            "/admin/people/1/reset",
            "/admin/people/1/remove",
            "/settings/tokens/1/revoke",
            "/settings/sessions/1/end",
            "/settings/ssh-keys/1/delete",
        ] {
            let fields = [
                ("name", "x"),
                ("confirm", "engine"),
                ("role", "admin"),
                ("members", "outsider"),
                ("url", "https://x.example/y"),
            ];
            let page = outsider.post(address, &fields).await;
            assert_eq!(page.status, StatusCode::NOT_FOUND, "{address}: {}", page.to);
            assert_eq!(
                house.stranger().post(address, &fields).await.status,
                StatusCode::UNAUTHORIZED,
                "{address}"
            );
        }
    })
    .await;
}
