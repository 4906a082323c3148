//! What is said of a commit on its page.

use axum::http::StatusCode;
use base::{Administer, Write};
use depots::{
    DepotKey,
    notes::{self, NewNote},
    statuses::{self, NewStatus, State},
};
use projects::ProjectRole;

use crate::{
    browser::each,
    code::{commit, depot, repository},
};

#[tokio::test]
async fn notes_reports_and_comments_stand_on_the_commit() {
    each(async |house| {
        depot(&house, "main", &[("a.txt", "1\n")]).await;
        let id = repository(&house).await.resolve("main").unwrap().to_string();
        let page = format!("/p/engine/d/core/commit/{id}");
        let admin = house.signed_in("admin").await;
        let sent = admin
            .post(&format!("{page}/comments"), &[("content", "**Why?** <script>x</script>")])
            .await;
        assert_eq!(sent.status, StatusCode::SEE_OTHER, "{}", sent.text);
        assert!(sent.to.starts_with(&format!("{page}#comment-")), "{}", sent.to);
        let text = admin.get(&page).await.text;
        assert!(text.contains("<strong>Why?</strong>"), "{text}");
        assert!(!text.contains("<script>x"), "{text}");
        let empty = admin.post(&format!("{page}/comments"), &[("content", " ")]).await;
        assert_ne!(empty.status, StatusCode::SEE_OTHER, "{}", empty.text);

        let call = house.admin.clone();
        let key = DepotKey::Path("mortise", "engine", "core");
        let granted = depots::authorise::<Write>(&call, key).await.unwrap();
        let note = NewNote { commit: id.clone(), note: "seen <b>".into(), ..NewNote::default() };
        notes::set(&call, &granted, note).await.unwrap();
        let report = NewStatus {
            commit: id,
            context: "build <1>".to_owned(),
            state: State::Failure,
            description: "it broke".to_owned(),
            target_url: "https://ci.example.com/7".to_owned(),
        };
        statuses::report(&call, &granted, report).await.unwrap();
        let text = admin.get(&page).await.text;
        for part in ["seen &lt;b&gt;", "build &lt;1&gt;", "it broke", "https://ci.example.com/7"] {
            assert!(text.contains(part), "{part}: {text}");
        }
    })
    .await;
}

#[tokio::test]
async fn lines_of_a_difference_are_spoken_about_where_they_stand() {
    each(async |house| {
        let text: String = (1..=40).map(|n| format!("line {n}\n")).collect();
        depot(&house, "main", &[("a b.txt", &text), ("other.txt", "1\n")]).await;
        let changed = text.replace("line 2\n", "line two\n").replace("line 30\n", "");
        let files = [("a b.txt", Some(changed.as_bytes())), ("other.txt", Some(b"2\n".as_slice()))];
        let id = commit(&house, "main", &files).await;
        let page = format!("/p/engine/d/core/commit/{id}");
        let mut admin = house.signed_in("admin").await;
        let text = admin.get(&page).await.text;
        // Two hunks: the header of the second one counts, the first line below it is 8.
        for place in [1, 6, 8, 14] {
            let button = format!("name=\"line\" value=\"{place}\"");
            assert!(text.contains(&button), "{place}: {text}");
        }
        for place in [7, 15] {
            assert!(!text.contains(&format!("name=\"line\" value=\"{place}\"")), "{text}");
        }
        // Without scripts the button leads to the file with a form at the line.
        let alone = format!("{page}?file=a+b.txt");
        let text = admin.get(&format!("{alone}&line=3")).await.text;
        let at = text.find("<mark>two</mark>").unwrap();
        let form = text.find("<input type=\"hidden\" name=\"line\" value=\"3\">").unwrap();
        let next = text.find(">line 3<").unwrap();
        assert!(at < next && form < next, "{at} {form} {next}: {text}");
        let said = [("path", "a b.txt"), ("line", "3"), ("content", "**Two**, 为什么?")];
        let sent = admin.post(&format!("{page}/comments"), &said).await;
        assert!(sent.to.starts_with(&format!("{alone}#comment-")), "{} {}", sent.to, sent.text);
        // It stands below its line, side by side too, and the list below leads there.
        for view in ["", "?view=split"] {
            let text = admin.get(&format!("{page}{view}")).await.text;
            let (row, next) =
                (text.find("<strong>Two</strong>").unwrap(), text.find("line 4").unwrap());
            assert!(row < next, "{view}: {text}");
            assert_eq!(text.matches("<strong>Two</strong>").count(), 1, "{text}");
            assert!(text.contains("**Two**, 为什么?"), "{text}");
        }
        // Where the lines are counted otherwise, it stands below them, and nobody is asked.
        let blank = admin.get(&format!("{page}?space=0")).await.text;
        assert!(blank.contains("<strong>Two</strong>") && !blank.contains("class=\"say\""));
        // A line that the difference does not have, and a file that did not change.
        let far = [("path", "other.txt"), ("line", "99"), ("content", "far")];
        assert_eq!(
            admin.post(&format!("{page}/comments"), &far).await.status,
            StatusCode::SEE_OTHER
        );
        let text = admin.get(&page).await.text;
        assert!(text.contains("<p>far</p>"), "{text}");
        let none = [("path", "nothing.txt"), ("line", "1"), ("content", "x")];
        let sent = admin.post(&format!("{page}/comments"), &none).await;
        assert_eq!(sent.status, StatusCode::UNPROCESSABLE_ENTITY);
        // A module is answered the comment alone.
        admin.extra.push(("x-part", "1".to_owned()));
        let part = admin.post(&format!("{page}/comments"), &said).await;
        assert!(part.text.contains("data-part") && !part.text.contains("<html"), "{}", part.text);
    })
    .await;
}

#[tokio::test]
async fn a_comment_is_changed_by_its_author_and_removed_by_who_may() {
    each(async |house| {
        depot(&house, "main", &[("a.txt", "1\n")]).await;
        let id = commit(&house, "main", &[("a.txt", Some(b"2\n".as_slice()))]).await;
        let page = format!("/p/engine/d/core/commit/{id}");
        house.person("guest").await;
        let key = projects::ProjectKey::Name("engine");
        let project = projects::authorise::<Administer>(&house.admin, key).await.unwrap();
        projects::members::add(&house.admin, &project, &["guest".to_owned()], ProjectRole::Guest)
            .await
            .unwrap();
        let (admin, guest) = (house.signed_in("admin").await, house.signed_in("guest").await);
        let said = [("path", "a.txt"), ("line", "2"), ("content", "teh *second*")];
        let sent = guest.post(&format!("{page}/comments"), &said).await;
        let number = sent.to.rsplit('-').next().unwrap().to_owned();
        let act = |what: &str| format!("{page}/comments/{number}/{what}");

        // The author finds a form with what he said; for others there is none.
        let link = format!("{page}?file=a.txt&amp;edit={number}#comment-{number}");
        let text = guest.get(&page).await.text;
        assert!(text.contains(&link) && text.contains(&act("delete")), "{text}");
        let form = format!("{page}?file=a.txt&edit={number}");
        let text = guest.get(&form).await.text;
        assert!(text.contains("teh *second*</textarea>"), "{text}");
        let text = admin.get(&form).await.text;
        assert!(!text.contains("</textarea>") || !text.contains("teh *second*</textarea>"));
        assert!(!text.contains(&act("edit")) && text.contains(&act("delete")), "{text}");

        let denied = admin.post(&act("edit"), &[("content", "mine now")]).await;
        assert_eq!(denied.status, StatusCode::FORBIDDEN, "{}", denied.text);
        let empty = guest.post(&act("edit"), &[("content", " ")]).await;
        assert_eq!(empty.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", empty.text);
        let sent = guest.post(&act("edit"), &[("content", "the *second*")]).await;
        assert_eq!(sent.to, format!("{page}?file=a.txt#comment-{number}"), "{}", sent.text);
        let text = guest.get(&page).await.text;
        assert!(text.contains("the <em>second</em>") && !text.contains("teh"), "{text}");

        let sent = admin.post(&act("delete"), &[]).await;
        assert_eq!(sent.to, format!("{page}#comments"), "{}", sent.text);
        assert!(!guest.get(&page).await.text.contains("<em>second</em>"));
        let gone = guest.post(&act("delete"), &[]).await;
        assert_eq!(gone.status, StatusCode::NOT_FOUND, "{}", gone.text);
        let gone = guest.post(&act("edit"), &[("content", "x")]).await;
        assert_eq!(gone.status, StatusCode::NOT_FOUND, "{}", gone.text);
    })
    .await;
}
