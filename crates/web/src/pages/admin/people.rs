use base::TeamRole;
use identity::{
    Secret, UserStatus,
    users::{Member, MemberFilter, team_members},
};
use maud::{Markup, html};

use super::{Here, admins_only, page};
use crate::{
    components::{
        Button, Column, Icon, Tone, Weight, avatar, badge, banner, card_flush, copy_field, pager,
        table,
    },
    i18n::Text,
    request::{Answer, Asked, Faults, Visit},
};

const SIZE: u64 = 50;

pub(super) async fn show(visit: Visit, asked: Asked) -> Answer {
    list(&visit, &asked, &Faults::default(), None).await
}

/// The word for a role in the team.
pub(super) fn role_name(t: Text, role: TeamRole) -> &'static str {
    match role {
        TeamRole::Member => t.role_member(),
        TeamRole::Admin => t.role_admin(),
        TeamRole::Owner => t.role_owner(),
    }
}

/// The people of the team; `made` is a one-time password to show now.
pub(super) async fn list(
    visit: &Visit,
    asked: &Asked,
    faults: &Faults,
    made: Option<(&str, &Secret)>,
) -> Answer {
    admins_only(visit)?;
    let (ui, t) = (&visit.ui, visit.ui.t);
    let filter =
        MemberFilter { text: asked.some("q").map(str::to_owned), ..MemberFilter::default() };
    let people = team_members(&visit.call, asked.page(SIZE), &filter).await?;
    let columns = [
        Column::text(t.person_word()),
        Column::text(t.role_word()),
        Column::text(t.person_seen()),
        Column::number(""),
    ];
    let me = visit.call.actor.user_id();
    let lines: Vec<Vec<Markup>> =
        people.items.iter().map(|member| line(visit, member, me == Some(member.user.id))).collect();
    let number = people.page.number();
    let at = |n: u64| format!("/admin?page={n}");
    let body = html! {
        (faults.banner(ui))
        @if let Some((name, password)) = made {
            (banner(Tone::Ok, &t.person_password_title(name), &html! { p { (t.person_password_about()) } (copy_field(ui, password.expose())) }))
        }
        form.line method="get" { input.input.fit type="search" name="q" value=(asked.one("q")) placeholder=(t.action_filter()) aria-label=(t.action_filter()); }
        (card_flush(&t.people_count(people.total), None, &table(t.admin_people(), &columns, &lines)))
        (pager(ui, (number > 1).then(|| at(number - 1)).as_deref(), &t.list_page(number), people.has_next().then(|| at(number + 1)).as_deref()))
    };
    let acts = html! { (Button::link(t.person_new(), "/admin/people/new").weight(Weight::Primary).icon(Icon::Plus).key("c")) };
    page(visit, Here::People, faults.status(), acts, &body).await
}

fn line(visit: &Visit, member: &Member, me: bool) -> Vec<Markup> {
    let (ui, t) = (&visit.ui, visit.ui.t);
    let base = format!("/admin/people/{}", member.user.id);
    let blocked = member.user.status == UserStatus::Blocked;
    let post = |what: &str, label: &str, danger: bool| {
        html! {
            form method="post" action={ (base) "/" (what) } {
                button class={ "item" @if danger { " danger" } } type="submit" { (label) }
            }
        }
    };
    vec![
        html! {
            span.line.keep {
                (avatar(&member.user.display_name, "large"))
                span { strong { (member.user.display_name) } " " @if blocked { (badge(t.person_blocked(), Some(Tone::Bad))) } br; span.muted.small { span.mono { (member.user.name) } @if !member.user.email.is_empty() { " · " (member.user.email) } } }
            }
        },
        html! {
            form.line.tight.keep method="post" action={ (base) "/role" } {
                select.input.fit name="role" aria-label=(t.role_word()) {
                    @for role in [TeamRole::Member, TeamRole::Admin, TeamRole::Owner] { option value=(role.as_str()) selected[role == member.role] { (role_name(t, role)) } }
                }
                (Button::submit(t.action_save()).small().weight(Weight::Quiet))
            }
        },
        ui.time_or_never(member.user.last_activity_at.map(base::Timestamp::to_jiff)),
        html! {
            @if !me {
                details.menu {
                    summary.button.quiet.small.icon-only aria-label=(t.action_more()) { (crate::components::icon(Icon::More)) }
                    div.panel {
                        (post("reset", t.person_reset(), false))
                        @if blocked { (post("unblock", t.person_unblock(), false)) } @else { (post("block", t.person_block(), true)) }
                        (post("remove", t.person_remove(), true))
                    }
                }
            }
        },
    ]
}
