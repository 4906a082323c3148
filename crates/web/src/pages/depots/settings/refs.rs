use axum::extract::Path;
use base::{Administer, Error};
use depots::rules::{preview, refs};
use maud::{Markup, html};

use super::{super::frame::at, Page, Seen, Sent, group, see, show as show_page};
use crate::{
    components::{Button, Field, Icon, Weight, icon},
    request::{Answer, Fields, Visit, blocking},
    response,
};

/// Tags of a rule that are named.
const NAMED: usize = 3;

/// Names that are offered while one is typed.
const OFFERED: usize = 100;

pub(super) async fn show(visit: Visit, Path((project, depot)): Path<(String, String)>) -> Answer {
    let seen = see(&visit, &project, &depot).await?;
    draw(&visit, &seen, &Sent::default()).await
}

pub(super) async fn protect(
    visit: Visit,
    Path((project, depot)): Path<(String, String)>,
    fields: Fields,
) -> Answer {
    let granted = at::<Administer>(&visit, &project, &depot).await?.depot;
    let wanted = [fields.one("pattern").to_owned()];
    let done = refs::protect_tags(&visit.call, &granted, &wanted).await;
    answer(&visit, (&project, &depot), done, ("tags", fields, "pattern")).await
}

pub(super) async fn unprotect(
    visit: Visit,
    Path((project, depot)): Path<(String, String)>,
    fields: Fields,
) -> Answer {
    let granted = at::<Administer>(&visit, &project, &depot).await?.depot;
    let done = refs::unprotect_tags(&visit.call, &granted, fields.one("rule")).await;
    answer(&visit, (&project, &depot), done, ("tags", Fields::default(), "rule")).await
}

pub(super) async fn freeze(
    visit: Visit,
    Path((project, depot)): Path<(String, String)>,
    fields: Fields,
) -> Answer {
    let granted = at::<Administer>(&visit, &project, &depot).await?.depot;
    let done = refs::make_read_only(&visit.call, &granted, fields.one("ref_name")).await;
    answer(&visit, (&project, &depot), done.map(|_| ()), ("refs", fields, "ref_name")).await
}

pub(super) async fn thaw(
    visit: Visit,
    Path((project, depot)): Path<(String, String)>,
    fields: Fields,
) -> Answer {
    let granted = at::<Administer>(&visit, &project, &depot).await?.depot;
    let done = refs::make_writable(&visit.call, &granted, fields.one("ref")).await;
    answer(&visit, (&project, &depot), done, ("refs", Fields::default(), "ref")).await
}

async fn answer(
    visit: &Visit,
    (project, depot): (&str, &str),
    done: Result<(), Error>,
    (form, fields, name): (&str, Fields, &str),
) -> Answer {
    let seen = see(visit, project, depot).await?;
    match done {
        Ok(()) => Ok(response::see_other(&seen.to("/refs"))),
        Err(error) => {
            let sent = Sent::back(visit, form, fields, error, &[name])?;
            draw(visit, &seen, &sent).await
        }
    }
}

async fn draw(visit: &Visit, seen: &Seen, sent: &Sent) -> Answer {
    let t = visit.ui.t;
    let rules = refs::tag_rules(&visit.call, &seen.at.depot).await?;
    let frozen = refs::read_only(&visit.call, &seen.at.depot).await?;
    let tags = if rules.is_empty() {
        Vec::new()
    } else {
        refs::protected_tags(&visit.call, &seen.at.depot, None).await?
    };
    let tags: Vec<&str> = tags.iter().map(|tag| tag.name.as_str()).collect();
    let offered = offered(visit, seen).await?;
    let body = html! {
        (group("tags", t.refrule_tags(), t.refrule_tags_about(), &tags_group(visit, seen, &rules, &tags, sent)))
        (group("refs", t.refrule_read_only(), t.refrule_read_only_about(), &refs_group(visit, seen, &frozen, &offered, sent)))
    };
    show_page(visit, seen, Page::Refs, sent, &body).await
}

/// Names of branches and tags, for administrators.
async fn offered(visit: &Visit, seen: &Seen) -> Result<Vec<String>, crate::request::Fault> {
    let repository = match seen.at.open(visit) {
        Ok(repository) if seen.manages() => repository,
        _ => return Ok(Vec::new()),
    };
    blocking(move || {
        let branches = repository.branches()?.into_iter().take(OFFERED).map(|it| it.name);
        let tags = repository.tags()?.into_iter().take(OFFERED).map(|it| it.name);
        Ok(branches.chain(tags).collect())
    })
    .await
}

fn tags_group(visit: &Visit, seen: &Seen, rules: &[String], tags: &[&str], sent: &Sent) -> Markup {
    let (ui, t) = (&visit.ui, visit.ui.t);
    let (fields, faults) = sent.of("tags", &[]);
    html! {
        @if rules.is_empty() { p { (t.refrule_tags_none()) } } @else {
            ul.entries {
                @for rule in rules {
                    @let found: Vec<&str> = tags.iter().copied().filter(|tag| preview::is_named(rule, tag)).collect();
                    li.line.apart {
                        span.line {
                            (icon(Icon::Tag)) code { (rule) }
                            span.small.muted {
                                @if found.is_empty() { (t.refrule_tags_now_none()) } @else {
                                    (t.refrule_tags_now(found.len())) ": " (found[..found.len().min(NAMED)].join(", "))
                                    @if found.len() > NAMED { " " (t.branchrule_matches_more(found.len() - NAMED)) }
                                }
                            }
                        }
                        @if seen.manages() {
                            form method="post" action=(seen.to("/refs/unprotect")) {
                                input type="hidden" name="rule" value=(rule);
                                (Button::submit(t.action_remove()).small().weight(Weight::Danger))
                            }
                        }
                    }
                }
            }
        }
        @if seen.manages() {
            form.form method="post" action=(seen.to("/refs/protect")) {
                (sent.banner(visit, "tags"))
                (Field::new(ui, "pattern", t.refrule_tags_pattern()).value(fields.one("pattern")).hint(t.refrule_tags_hint()).mono().placeholder("v*").fault(faults.get("pattern")))
                div.acts { (Button::submit(t.refrule_tags_add()).icon(Icon::Plus)) }
            }
        }
    }
}

fn refs_group(
    visit: &Visit,
    seen: &Seen,
    frozen: &[String],
    offered: &[String],
    sent: &Sent,
) -> Markup {
    let (ui, t) = (&visit.ui, visit.ui.t);
    let (fields, faults) = sent.of("refs", &[]);
    html! {
        @if frozen.is_empty() { p { (t.refrule_read_only_none()) } } @else {
            ul.entries {
                @for name in frozen {
                    li.line.apart {
                        span.line { (icon(if name.starts_with("refs/tags/") { Icon::Tag } else { Icon::Branch })) code title=(name) { (short(name)) } }
                        @if seen.manages() {
                            form method="post" action=(seen.to("/refs/thaw")) {
                                input type="hidden" name="ref" value=(name);
                                (Button::submit(t.refrule_writable()).small())
                            }
                        }
                    }
                }
            }
        }
        @if seen.manages() {
            form.form method="post" action=(seen.to("/refs/freeze")) {
                (sent.banner(visit, "refs"))
                (Field::new(ui, "ref_name", t.refrule_read_only_field()).value(fields.one("ref_name")).mono().suggestions(offered).fault(faults.get("ref_name")))
                div.acts { (Button::submit(t.refrule_read_only_add()).icon(Icon::Lock)) }
            }
        }
    }
}

/// The name of a branch or tag without what all of them begin with.
pub(super) fn short(name: &str) -> &str {
    name.strip_prefix("refs/heads/").or_else(|| name.strip_prefix("refs/tags/")).unwrap_or(name)
}
