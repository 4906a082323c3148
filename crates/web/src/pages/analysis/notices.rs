use analysis::{Badge, Exception, NewNotice, Notice, NoticeKind, PlanChange, RuleTitles, Subject};
use axum::extract::Path;
use base::{Error, PageRequest, Read, Write};
use maud::{Markup, Render, html};

use super::{
    frame::{At, at},
    words::{reason, rule_title},
};
use crate::{
    components::{
        Button, Column, Field, Icon, Tone, Weight, badge as sign, banner, card, card_flush,
        folding, person, switch,
    },
    i18n::{Lang, Text},
    layout::{Head, head},
    request::{Answer, Faults, Fields, Place, Visit},
    response,
};

/// Messages in the log.
const LOGGED: u64 = 30;
const NAMES: &[&str] = &["name", "kind", "address", "secret", "language"];

pub(super) async fn show(visit: Visit, Path((project, plan)): Path<(String, String)>) -> Answer {
    page(&visit, &project, &plan, &Fields::default(), &Faults::default(), None).await
}

async fn page(
    visit: &Visit,
    project: &str,
    plan: &str,
    fields: &Fields,
    faults: &Faults,
    token: Option<&str>,
) -> Answer {
    let (ui, t) = (&visit.ui, visit.ui.t);
    let at = at::<Read>(visit, project, plan).await?;
    let all = analysis::notices(&visit.call, &at.plan).await?;
    let exceptions = analysis::exceptions(&visit.call, &at.plan).await?;
    let titles = analysis::rule_titles(&visit.call, &at.plan).await?;
    let top = Head {
        crumbs: at.crumbs(visit, &[(t.quality_notices().to_owned(), String::new())]),
        title: t.quality_notices().to_owned(),
        meta: html! { span { (t.quality_notices_about()) } },
        ..Head::default()
    };
    let kinds: Vec<(&str, &str)> =
        NoticeKind::ALL.iter().map(|kind| (kind.as_str(), kind_name(t, *kind))).collect();
    let where_to = match visit.call.mail.from() {
        Some(from) => t.quality_address_hint(from),
        None => t.quality_address_no_mail().to_owned(),
    };
    let content = html! {
        (head(&top))
        div.stack {
            (card_flush(t.quality_receivers(), None, &receivers(visit, &at, &all)))
            @if at.nav.manage {
                form method="post" action={ (at.base()) "/notices" } {
                    (faults.banner(ui))
                    (card(t.quality_add_receiver(), None, &html! { div.form {
                        div.pair {
                            (Field::new(ui, "name", t.plan_name()).value(fields.one("name")).fault(faults.get("name")))
                            (Field::new(ui, "kind", t.quality_kind()).choice(&kinds).value(fields.one("kind")).fault(faults.get("kind")))
                        }
                        (Field::new(ui, "address", t.quality_address()).value(fields.one("address")).hint(&where_to).mono().fault(faults.get("address")))
                        (Field::new(ui, "secret", t.quality_secret()).kind("password").hint(t.quality_secret_hint()).optional().fault(faults.get("secret")))
                        (Field::new(ui, "language", t.quality_language()).hint(t.quality_language_hint()).choice(&[("en", "English"), ("zh", "中文")]).value(match fields.one("language") { "" => t.lang.short(), chosen => chosen }).fault(faults.get("language")))
                        (switch("only_failures", t.quality_only_failures(), None, fields.on("only_failures")))
                        div.line { (Button::submit(t.action_create()).weight(Weight::Primary)) }
                    } }))
                }
            }
            (log(visit, &at, &all).await?)
            (card_flush(t.quality_exceptions(), None, &excepted(visit, &at, &titles, &exceptions)))
            (badge_card(visit, &at, token))
        }
    };
    let place =
        Place { title: t.quality_notices(), status: Some(faults.status()), ..Place::default() };
    at.show(visit, place, html! { div.column { (content) } }).await
}

fn kind_name(t: Text, kind: NoticeKind) -> &'static str {
    match kind {
        NoticeKind::Plain => t.quality_kind_plain(),
        NoticeKind::DingTalk => t.quality_kind_dingtalk(),
        NoticeKind::WeCom => t.quality_kind_wecom(),
        NoticeKind::Feishu => t.quality_kind_feishu(),
        NoticeKind::Slack => "Slack",
        NoticeKind::Mail => t.quality_kind_mail(),
    }
}

fn receivers(visit: &Visit, at: &At<Read>, all: &[Notice]) -> Markup {
    let t = visit.ui.t;
    if all.is_empty() {
        return html! { p.said { (t.quality_no_receivers()) } };
    }
    let columns = [
        Column::text(t.plan_name()),
        Column::text(t.quality_kind()),
        Column::text(t.quality_address()),
        Column::text(""),
    ];
    let lines: Vec<Vec<Markup>> = all
        .iter()
        .map(|one| {
            let base = format!("{}/notices/{}", at.base(), one.id);
            vec![
                html! { strong { (one.name) } },
                html! { (kind_name(t, one.kind)) @if one.kind == NoticeKind::Mail { " " (sign(match one.language { Lang::En => "English", Lang::Zh => "中文" }, None)) } @if one.signed { " " (sign(t.quality_signed(), None)) } @if one.only_failures { " " (sign(t.quality_only_failures(), None)) } },
                html! { span.mono.small { (one.host) } },
                html! { @if at.nav.manage { div.line {
                    form method="post" action={ (base) "/try" } { (Button::submit(t.quality_send_trial()).icon(Icon::Play).render()) }
                    form method="post" action={ (base) "/delete" } { (Button::submit(t.action_delete()).icon(Icon::Trash).render()) }
                } } },
            ]
        })
        .collect();
    folding(t.quality_receivers(), &columns, &lines)
}

async fn log(visit: &Visit, at: &At<Read>, all: &[Notice]) -> Result<Markup, Error> {
    let (ui, t) = (&visit.ui, visit.ui.t);
    let page = PageRequest::first(LOGGED);
    let found = analysis::deliveries(&visit.call, &at.plan, page).await?;
    if found.items.is_empty() {
        return Ok(Markup::default());
    }
    let columns = [
        Column::text(t.quality_receiver()),
        Column::text(t.quality_about_what()),
        Column::text(t.quality_delivery()),
        Column::text(t.quality_answer()),
    ];
    let lines: Vec<Vec<Markup>> = found
        .items
        .iter()
        .map(|one| {
            let name = all.iter().find(|known| known.id == one.notice);
            let (tone, word) = match one.state.as_str() {
                "sent" => (Tone::Ok, t.quality_sent()),
                "failed" => (Tone::Bad, t.quality_not_sent()),
                _ => (Tone::Info, t.quality_waits()),
            };
            vec![
                html! { (name.map_or("", |known| known.name.as_str())) " " span.small.muted { (ui.time(one.at.to_jiff())) } },
                html! { @match one.subject {
                    Subject::Scan(number) => { a href=(at.scan(number)) { (t.scan_number(number)) } }
                    Subject::Secrets(_) => { a href={ (at.base()) "/secrets" } { (t.leaks_title()) } }
                    Subject::Trial => { (t.quality_trial()) }
                } },
                html! { (sign(word, Some(tone))) @if one.attempts > 1 { " ×" (one.attempts) } },
                html! { span.small.mono { (one.answer) } },
            ]
        })
        .collect();
    Ok(card_flush(t.quality_log(), None, &folding(t.quality_log(), &columns, &lines)))
}

fn excepted(visit: &Visit, at: &At<Read>, titles: &RuleTitles, all: &[Exception]) -> Markup {
    let (ui, t) = (&visit.ui, visit.ui.t);
    if all.is_empty() {
        return html! { p.said { (t.quality_no_exceptions()) } };
    }
    let columns = [
        Column::text(t.filter_rule()),
        Column::text(t.quality_place()),
        Column::text(t.quality_why()),
        Column::text(""),
    ];
    let lines: Vec<Vec<Markup>> = all
        .iter()
        .map(|one| {
            vec![
                html! { (rule_title(t, titles, &one.rule)) " " span.mono.small.muted { (one.rule) } },
                html! { span.mono.small { (if one.path.is_empty() { t.quality_range_all() } else { &one.path }) } },
                html! {
                    (reason(t, one.reason)) @if !one.note.is_empty() { ": " (one.note) }
                    div.small.muted { (person(&one.by_name)) @if let Some(until) = one.until { " · " (t.quality_until_word()) " " (ui.time(until.to_jiff())) } }
                },
                html! { @if at.nav.manage { form method="post" action={ (at.base()) "/exceptions/" (one.id) "/lift" } { (Button::submit(t.quality_lift()).render()) } } },
            ]
        })
        .collect();
    folding(t.quality_exceptions(), &columns, &lines)
}

fn badge_card(visit: &Visit, at: &At<Read>, token: Option<&str>) -> Markup {
    let t = visit.ui.t;
    let address = format!("{}/api/analysis/plans/{}/badge.svg", visit.base(), at.plan.uid);
    let shown = match &at.plan.definition.badge {
        Badge::Hidden => t.quality_badge_hidden(),
        Badge::Public => t.quality_badge_public(),
        Badge::Token { .. } => t.quality_badge_token(),
    };
    card(
        t.quality_badge(),
        None,
        &html! { div.stack.s12 {
            p { (shown) }
            @if at.plan.definition.badge == Badge::Public { p { img src={ "/api/analysis/plans/" (at.plan.uid) "/badge.svg" } alt=(t.quality_badge()); } }
            @if at.plan.definition.badge != Badge::Hidden { p.mono.small { (address) @if let Some(token) = token { "?token=" (token) } } }
            @if token.is_some() { (banner(Tone::Info, t.quality_badge_once(), &Markup::default())) }
            @if at.nav.manage { form.line method="post" action={ (at.base()) "/badge" } {
                button.button type="submit" name="shown" value="public" { (t.quality_badge_make_public()) }
                button.button type="submit" name="shown" value="token" { (t.quality_badge_make_token()) }
                button.button type="submit" name="shown" value="hidden" { (t.quality_badge_hide()) }
            } }
        } },
    )
}

pub(super) async fn create(
    visit: Visit,
    Path((project, plan)): Path<(String, String)>,
    fields: Fields,
) -> Answer {
    let at = at::<Write>(&visit, &project, &plan).await?;
    let made = async {
        let new = NewNotice {
            name: fields.one("name").to_owned(),
            kind: fields.one("kind").parse()?,
            address: fields.one("address").to_owned(),
            language: analysis::language(fields.one("language"))?,
            secret: fields.raw("secret").to_owned(),
            only_failures: fields.on("only_failures"),
        };
        analysis::create_notice(&visit.call, &at.plan, new).await
    };
    match made.await {
        Ok(_) => Ok(response::see_other(&format!("{}/notices", at.base()))),
        Err(error) => {
            let faults = Faults::of(&visit.ui, error, NAMES)?;
            page(&visit, &project, &plan, &fields, &faults, None).await
        }
    }
}

pub(super) async fn try_it(
    visit: Visit,
    Path((project, plan, id)): Path<(String, String, i64)>,
) -> Answer {
    let at = at::<Write>(&visit, &project, &plan).await?;
    analysis::try_notice(&visit.call, &at.plan, id).await?;
    Ok(response::see_other(&format!("{}/notices", at.base())))
}

pub(super) async fn delete(
    visit: Visit,
    Path((project, plan, id)): Path<(String, String, i64)>,
) -> Answer {
    let at = at::<Write>(&visit, &project, &plan).await?;
    analysis::delete_notice(&visit.call, &at.plan, id).await?;
    Ok(response::see_other(&format!("{}/notices", at.base())))
}

pub(super) async fn lift(
    visit: Visit,
    Path((project, plan, id)): Path<(String, String, i64)>,
) -> Answer {
    let at = at::<Write>(&visit, &project, &plan).await?;
    analysis::lift(&visit.call, &at.plan, id).await?;
    Ok(response::see_other(&format!("{}/notices", at.base())))
}

pub(super) async fn badge(
    visit: Visit,
    Path((project, plan)): Path<(String, String)>,
    fields: Fields,
) -> Answer {
    let at = at::<Write>(&visit, &project, &plan).await?;
    let mut token = None;
    let mut definition = at.plan.definition.clone();
    definition.badge = match fields.one("shown") {
        "public" => Badge::Public,
        "token" => {
            let made = visit.call.random.hex(16);
            let hash = analysis::badge_hash(&made);
            token = Some(made);
            Badge::Token { hash }
        }
        _ => Badge::Hidden,
    };
    let change = PlanChange { definition: Some(definition), ..PlanChange::default() };
    analysis::modify_plan(&visit.call, &at.plan, change).await?;
    match token {
        // It is shown now and never again.
        Some(token) => {
            let (fields, faults) = (Fields::default(), Faults::default());
            page(&visit, &project, &plan, &fields, &faults, Some(&token)).await
        }
        None => Ok(response::see_other(&format!("{}/notices", at.base()))),
    }
}
