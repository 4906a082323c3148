use axum::extract::Path;
use base::{Administer, Error, PageRequest, Read, UserId};
use identity::users::{MemberFilter, team_members};
use maud::{Markup, html};
use projects::{ProjectRole, members};

use crate::{
    components::{
        Button, Column, Field, Icon, Tone, Weight, avatar, badge, card, card_flush, pager, table,
    },
    i18n::Text,
    layout::{Head, Section, head},
    request::{Answer, Asked, Faults, Fields, Place, Visit, link},
    response,
};

const SIZE: u64 = 50;

pub(super) async fn show(visit: Visit, Path(slug): Path<String>, asked: Asked) -> Answer {
    list(&visit, &slug, &asked, &Fields::default(), &Faults::default()).await
}

/// The word for a role.
pub(crate) fn role_name(t: Text, role: ProjectRole) -> &'static str {
    match role {
        ProjectRole::Guest => t.role_guest(),
        ProjectRole::Member => t.role_member(),
        ProjectRole::Admin => t.role_admin(),
    }
}

async fn list(
    visit: &Visit,
    slug: &str,
    asked: &Asked,
    fields: &Fields,
    faults: &Faults,
) -> Answer {
    let (ui, t) = (&visit.ui, visit.ui.t);
    let project = visit.project::<Read>(slug).await?;
    let nav = visit.nav(&project).await?;
    let people = members::list(&visit.call, &project, None, asked.page(SIZE)).await?;
    let base = link(&["p", slug, "members"], "");
    let mut columns = vec![
        Column::text(t.person_word()),
        Column::text(t.role_word()),
        Column::text(t.member_since()),
    ];
    if nav.manage {
        columns.push(Column::number(""));
    }
    let lines: Vec<Vec<Markup>> = people
        .items
        .iter()
        .map(|member| {
            let highest = member.roles.first().copied().unwrap_or(ProjectRole::Guest);
            vec![
                html! { span.line.keep { (avatar(&member.user.display_name, "large")) span { strong { (member.user.display_name) } br; span.mono.muted.small { (member.user.name) } } } },
                html! {
                    @if nav.manage { (role_form(t, &format!("{base}/{}/role", member.user.id), highest)) }
                    @else { (badge(role_name(t, highest), (highest == ProjectRole::Admin).then_some(Tone::Info))) }
                },
                ui.time(member.since.to_jiff()),
                html! {
                    form method="post" action={ (base) "/" (member.user.id) "/remove" } { (Button::submit(t.action_remove()).weight(Weight::Danger).small()) }
                },
            ]
        })
        .collect();
    let number = people.page.number();
    let previous =
        (number > 1).then(|| asked.with("page", None) + &format!("?page={}", number - 1));
    let next = people.has_next().then(|| format!("{}?page={}", base, number + 1));
    let top = Head {
        title: t.nav_members().to_owned(),
        meta: html! { span { (t.people_count(people.total)) } },
        ..Head::default()
    };
    let body = html! {
        (head(&top))
        div.stack {
            (faults.banner(ui))
            @if nav.manage { (card(t.member_add(), None, &add_form(visit, &base, fields, faults).await?)) }
            (card_flush(t.nav_members(), None, &table(t.nav_members(), &columns, &lines)))
            (pager(ui, previous.as_deref(), &t.list_page(number), next.as_deref()))
        }
    };
    visit
        .show(
            Place {
                title: t.nav_members(),
                project: Some(&nav),
                section: Section::Members,
                status: Some(faults.status()),
                ..Place::default()
            },
            body,
        )
        .await
}

fn role_form(t: Text, action: &str, role: ProjectRole) -> Markup {
    html! {
        form.line.tight.keep method="post" action=(action) {
            select.input.fit name="role" aria-label=(t.role_word()) {
                @for one in ProjectRole::ALL { option value=(one.as_str()) selected[one == role] { (role_name(t, one)) } }
            }
            (Button::submit(t.action_save()).small().weight(Weight::Quiet))
        }
    }
}

async fn add_form(
    visit: &Visit,
    base: &str,
    fields: &Fields,
    faults: &Faults,
) -> Result<Markup, Error> {
    let (ui, t) = (&visit.ui, visit.ui.t);
    let team = team_members(&visit.call, PageRequest::first(200), &MemberFilter::default()).await?;
    let names: Vec<String> = team.items.into_iter().map(|member| member.user.name).collect();
    let roles: Vec<(&str, &str)> =
        ProjectRole::ALL.iter().map(|role| (role.as_str(), role_name(t, *role))).collect();
    let chosen = if fields.on("role") { fields.one("role") } else { ProjectRole::Member.as_str() };
    Ok(html! {
        form.form method="post" action=(base) {
            div.pair {
                (Field::new(ui, "members", t.person_name()).value(fields.one("members")).mono().suggestions(&names).fault(faults.get("members")))
                (Field::new(ui, "role", t.role_word()).choice(&roles).value(chosen))
            }
            div.acts { (Button::submit(t.member_add()).weight(Weight::Primary).icon(Icon::Plus)) }
        }
    })
}

fn role_of(fields: &Fields) -> Result<ProjectRole, Error> {
    fields.one("role").parse()
}

pub(super) async fn add(
    visit: Visit,
    Path(slug): Path<String>,
    asked: Asked,
    fields: Fields,
) -> Answer {
    let project = visit.project::<Administer>(&slug).await?;
    let added = match role_of(&fields) {
        Ok(role) => {
            members::add(&visit.call, &project, &[fields.one("members").to_owned()], role).await
        }
        Err(error) => Err(error),
    };
    match added {
        Ok(()) => Ok(response::see_other(&link(&["p", &slug, "members"], ""))),
        Err(error) => {
            let faults = Faults::of(&visit.ui, error, &["members"])?;
            list(&visit, &slug, &asked, &fields, &faults).await
        }
    }
}

pub(super) async fn change_role(
    visit: Visit,
    Path((slug, user)): Path<(String, i64)>,
    asked: Asked,
    fields: Fields,
) -> Answer {
    let project = visit.project::<Administer>(&slug).await?;
    let wanted = role_of(&fields)?;
    let name = identity::users::get(visit.call.db.reader(), UserId(user)).await?.name;
    let held = members::list(
        &visit.call,
        &project.clone().lower::<Read>(),
        None,
        PageRequest::first(1000),
    )
    .await?;
    let held = held
        .items
        .into_iter()
        .find(|member| member.user.id == UserId(user))
        .ok_or_else(|| Error::not_found("user"))?;
    let mut done = members::set_role(&visit.call, &project, &name, wanted, true).await;
    for role in held.roles.into_iter().filter(|role| *role != wanted) {
        if done.is_ok() {
            done = members::set_role(&visit.call, &project, &name, role, false).await;
        }
    }
    match done {
        Ok(()) => Ok(response::see_other(&link(&["p", &slug, "members"], ""))),
        Err(error) => {
            let faults = Faults::of(&visit.ui, error, &[])?;
            list(&visit, &slug, &asked, &Fields::default(), &faults).await
        }
    }
}

pub(super) async fn remove(
    visit: Visit,
    Path((slug, user)): Path<(String, i64)>,
    asked: Asked,
) -> Answer {
    let project = visit.project::<Administer>(&slug).await?;
    match members::remove(&visit.call, &project, UserId(user)).await {
        Ok(()) => Ok(response::see_other(&link(&["p", &slug, "members"], ""))),
        Err(error) => {
            let faults = Faults::of(&visit.ui, error, &[])?;
            list(&visit, &slug, &asked, &Fields::default(), &faults).await
        }
    }
}
