//! What is said of a commit on its page.

use axum::http::StatusCode;
use base::Write;
use depots::{
    DepotKey,
    notes::{self, NewNote},
    statuses::{self, NewStatus, State},
};

use crate::{
    browser::each,
    code::{depot, repository},
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
