use axum::extract::Path;
use base::Read;
use depots::releases;
use maud::{Markup, html};

use super::super::frame::{Here, at};
use super::list::{by, people};
use super::{downloads, facts, notes, signs, to};
use crate::{
    components::{Button, Icon, Weight, card, icon},
    request::{Answer, Place, Visit},
};

pub(super) async fn show(
    visit: Visit,
    Path((project, depot, number)): Path<(String, String, i64)>,
) -> Answer {
    let t = visit.ui.t;
    let at = at::<Read>(&visit, &project, &depot).await?;
    let release = releases::by_number(&visit.call, &at.depot, number).await?;
    let writes = at.may_write(&visit).await?;
    let people = people(&visit, std::slice::from_ref(&release)).await?;
    let base = to(&at, &release);
    let files = html! {
        (downloads(&at, &release))
        @if writes {
            @if !release.attachments.is_empty() {
                details.fold {
                    summary.small.muted { (icon(Icon::Down)) span { (t.release_detach()) } }
                    @for file in &release.attachments {
                        form.line method="post" action={ (base) "/detach" } {
                            input type="hidden" name="name" value=(file.name);
                            span.cut { (file.name) }
                            (Button::submit(t.release_detach()).weight(Weight::Danger).small())
                        }
                    }
                }
            }
            form.form.column method="post" enctype="multipart/form-data" action={ (base) "/files" } {
                div.field {
                    label for="f-files" { (t.release_attach()) }
                    input #f-files.input.files type="file" name="files" multiple required aria-describedby="f-files-hint";
                    p.hint #f-files-hint { (t.release_attach_hint()) }
                }
                div.acts { (Button::submit(t.release_attach())) }
            }
        }
    };
    let body = html! {
        div.line.apart {
            div.line { h2 { (release.title) } (signs(&visit, &release, false)) }
            @if writes {
                div.line {
                    (Button::link(t.action_edit(), &format!("{base}/edit")).icon(Icon::Edit))
                    details.menu {
                        summary.button { (t.release_delete()) }
                        div.panel {
                            form.stack.s8 method="post" action={ (base) "/delete" } {
                                p.small { (t.release_delete_sure(&release.title)) }
                                (Button::submit(t.release_delete()).weight(Weight::Danger))
                            }
                        }
                    }
                }
            }
        }
        div.line.small.wrap { (facts(&visit, &at, &release, by(&people, &release))) }
        @if !release.notes.trim().is_empty() { div.card { div.body { (notes(&at, &release)) } } }
        @if writes || !release.attachments.is_empty() { (card(t.release_files(), None, &files)) }
    };
    let title = release.title.clone();
    let place = Place { title: &title, pictures: true, ..Place::default() };
    at.show(&visit, Here::Releases, &at.depot.default_branch, place, Markup::default(), &body).await
}
