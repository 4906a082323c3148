use axum::extract::Path;
use base::{Administer, Error};
use depots::rules::specs::{self, Spec, SpecKind};
use maud::{Markup, html};

use super::{super::frame::at, Page, Seen, Sent, group, see, show as show_page};
use crate::{
    components::{Button, Field, Weight, badge},
    pages::specs as sheet,
    request::{Answer, Fields, Visit},
    response,
};

pub(super) async fn show(visit: Visit, Path((project, depot)): Path<(String, String)>) -> Answer {
    let seen = see(&visit, &project, &depot).await?;
    draw(&visit, &seen, &Sent::default()).await
}

pub(super) async fn choose(
    visit: Visit,
    Path((project, depot)): Path<(String, String)>,
    fields: Fields,
) -> Answer {
    let granted = at::<Administer>(&visit, &project, &depot).await?.depot;
    let done = specs::choose(&visit.call, &granted, fields.one("title")).await;
    answer(&visit, (&project, &depot), done.map(|_| ()), ("choose", fields, &["title"])).await
}

pub(super) async fn save_own(
    visit: Visit,
    Path((project, depot)): Path<(String, String)>,
    fields: Fields,
) -> Answer {
    let granted = at::<Administer>(&visit, &project, &depot).await?.depot;
    let done = specs::save_own(&visit.call, &granted, sheet::content(&fields)).await;
    let form = ("own", fields, &["types", "directions"] as &[_]);
    answer(&visit, (&project, &depot), done.map(|_| ()), form).await
}

async fn answer(
    visit: &Visit,
    (project, depot): (&str, &str),
    done: Result<(), Error>,
    (form, fields, names): (&str, Fields, &[&str]),
) -> Answer {
    let seen = see(visit, project, depot).await?;
    match done {
        Ok(()) => Ok(response::see_other(&seen.to("/spec"))),
        Err(error) => {
            let sent = Sent::back(visit, form, fields, error, names)?;
            draw(visit, &seen, &sent).await
        }
    }
}

async fn draw(visit: &Visit, seen: &Seen, sent: &Sent) -> Answer {
    let t = visit.ui.t;
    let followed = specs::of_depot(&visit.call, &seen.at.depot).await?;
    let sentence = match &followed {
        None => t.spec_chosen_none().to_owned(),
        Some(spec) if spec.kind == SpecKind::Depot => t.spec_chosen_own().to_owned(),
        Some(spec) => t.spec_chosen(&spec.title),
    };
    let now = html! {
        p.line { strong { (sentence) } @if let Some(spec) = &followed { (badge(sheet::kind(t, spec), None)) } }
        @if let Some(spec) = &followed {
            @if !spec.description.is_empty() { p { (spec.description) } }
            (sheet::shown(t, spec))
        }
    };
    let body = html! {
        (group("spec", t.spec_title(), t.spec_about(), &now))
        @if seen.manages() {
            (group("choose", t.spec_choose(), t.spec_choose_about(), &choice(visit, seen, followed.as_ref(), sent).await?))
            (own(visit, seen, followed.as_ref(), sent))
        }
    };
    show_page(visit, seen, Page::Spec, sent, &body).await
}

async fn choice(
    visit: &Visit,
    seen: &Seen,
    followed: Option<&Spec>,
    sent: &Sent,
) -> Result<Markup, Error> {
    let (ui, t) = (&visit.ui, visit.ui.t);
    let all = specs::list(&visit.call, seen.at.depot.team).await?;
    let mut options = vec![("", t.spec_none())];
    options.extend(all.iter().map(|spec| (spec.title.as_str(), spec.title.as_str())));
    let title = followed.map_or("", |spec| spec.title.as_str());
    let (fields, faults) = sent.of("choose", &[("title", title)]);
    Ok(html! {
        form.form method="post" action=(seen.to("/spec")) {
            (sent.banner(visit, "choose"))
            (Field::new(ui, "title", t.spec_choose_field()).choice(&options).value(fields.one("title")).optional().fault(faults.get("title")))
            div.acts { (Button::submit(t.action_save()).weight(Weight::Primary)) }
        }
    })
}

/// The form for a specification of the depot's own; folded where it follows
/// another.
fn own(visit: &Visit, seen: &Seen, followed: Option<&Spec>, sent: &Sent) -> Markup {
    let t = visit.ui.t;
    let kept = sheet::fields_of(followed);
    let kept: Vec<(&str, &str)> = kept.iter().map(|(name, value)| (*name, &**value)).collect();
    let (fields, faults) = sent.of("own", &kept);
    let is_own = followed.is_some_and(|spec| spec.kind == SpecKind::Depot);
    html! {
        section.card id="own" {
            details.fold open[is_own || sent.form == "own"] {
                summary { h2 { (t.spec_own()) } (crate::components::icon(crate::components::Icon::Down)) }
                div.body {
                    form.form method="post" action=(seen.to("/spec/own")) {
                        p.muted { (t.spec_own_about()) @if followed.is_some() && !is_own { " " (t.spec_own_from()) } }
                        (sent.banner(visit, "own"))
                        (sheet::form(t, &fields, &faults))
                        div.acts { (Button::submit(t.action_save())) }
                    }
                }
            }
        }
    }
}
