use analysis::PlanFilter;
use axum::extract::Path;
use base::{PageRequest, Read};
use depots::{DepotState, rules};
use git::ObjectFormat;
use jobs::JobInfo;
use maud::{Markup, Render, html};

use super::{
    frame::{At, Here, at},
    tree::{listing, size},
};
use crate::{
    charts::{Bar, Frame, ribbon},
    components::{
        Button, Icon, Step, Tone, Weight, banner, copy_field, empty, icon, progress, sheet,
    },
    pages::analysis::language_bars,
    request::{Answer, Fault, Place, Visit, blocking},
    response,
};

/// So many scan plans of a depot are asked for its languages.
const PLANS: u64 = 5;

pub(super) async fn show(visit: Visit, Path((project, depot)): Path<(String, String)>) -> Answer {
    let at = at::<Read>(&visit, &project, &depot).await?;
    let branch = at.depot.default_branch.clone();
    if visit.part && at.depot.state != DepotState::Importing {
        // A page that waits for the import goes on to the code.
        return Ok(response::page(
            http::StatusCode::OK,
            html! { div data-part data-then=(at.base()) {} },
        ));
    }
    match &at.depot.state {
        DepotState::Importing => importing(&visit, &at).await,
        DepotState::Failed { why } => {
            let body = sheet(&html! { div.body.stack.s16 {
                (banner(Tone::Bad, visit.ui.t.import_failed(), &html! { p { (why) } p { (visit.ui.t.import_failed_about()) } }))
            } });
            at.show(&visit, Here::Code, &branch, Place::default(), Markup::default(), &body).await
        }
        DepotState::Ready => ready(&visit, &at, &branch).await,
    }
}

/// What is in a depot.
enum Found {
    /// The branch to be shown.
    Branch(String),
    /// Nothing yet.
    Nothing(ObjectFormat),
}

async fn ready(visit: &Visit, at: &At<Read>, branch: &str) -> Answer {
    let repository = at.open(visit)?;
    let wanted = branch.to_owned();
    let found = blocking(move || {
        if repository.reference(&format!("refs/heads/{wanted}"))?.is_some() {
            return Ok(Found::Branch(wanted));
        }
        // The default branch may not be there yet while another one is.
        let other = repository.branches()?.into_iter().next();
        let nothing = || Found::Nothing(repository.format());
        Ok(other.map_or_else(nothing, |branch| Found::Branch(branch.name)))
    })
    .await?;
    let shown = match found {
        Found::Branch(name) => name,
        Found::Nothing(format) => return nothing_pushed(visit, at, branch, format).await,
    };
    let listed = listing(visit, at, &shown, "", &clone_menu(visit, at, &shown)).await?;
    let body = html! { (full(visit, at).await?) (languages(visit, at).await?) (listed) };
    let place = Place { pictures: true, ..Place::default() };
    at.show(visit, Here::Code, &shown, place, seek(visit, at), &body).await
}

/// The way into the code by its words.
fn seek(visit: &Visit, at: &At<Read>) -> Markup {
    let t = visit.ui.t;
    html! {
        form.line.keep.grow role="search" action={ (at.base()) "/search" } {
            input.input.fit.grow type="search" name="q" placeholder=(t.depot_search()) aria-label=(t.depot_search());
            (Button::submit(t.nav_search()).icon(Icon::Search).icon_only())
        }
    }
}

/// What the code is written in, as the largest of the last scans counted it;
/// nothing before the first.
async fn languages(visit: &Visit, at: &At<Read>) -> Result<Markup, Fault> {
    let filter = PlanFilter { depot: Some(at.depot.id), ..PlanFilter::default() };
    let mut plans = analysis::plans(&visit.call, &filter, PageRequest::first(PLANS)).await?.items;
    plans.retain(|plan| plan.sources.len() == 1);
    let scans = analysis::latest_results(&visit.call, &plans).await?;
    let results = scans.values().filter_map(|scan| scan.result.as_ref());
    let Some(result) = results.max_by_key(|result| result.totals.lines.code) else {
        return Ok(Markup::default());
    };
    let t = visit.ui.t;
    let bars: Vec<Bar> = language_bars(visit, result);
    let frame = Frame { title: t.languages_title(), about: "" };
    Ok(html! { @if !bars.is_empty() { div.languages { (ribbon(&visit.ui, &frame, &bars)) } } })
}

/// That no push comes in any more, for whoever could push.
async fn full(visit: &Visit, at: &At<Read>) -> Result<Markup, Fault> {
    if !at.may_write(visit).await? {
        return Ok(Markup::default());
    }
    let t = visit.ui.t;
    let Some(usage) = rules::used_up(&visit.call, &at.depot).await? else {
        return Ok(Markup::default());
    };
    let words = t.depot_full_about(size(usage.total()), size(usage.quota.unwrap_or_default()));
    Ok(banner(Tone::Warn, t.depot_full(), &html! { p { (words) } }))
}

fn clone_menu(visit: &Visit, at: &At<Read>, rev: &str) -> Markup {
    let (ui, t) = (&visit.ui, visit.ui.t);
    html! {
        details.menu {
            summary.button.primary { (icon(Icon::Terminal)) (t.depot_clone()) (icon(Icon::Down)) }
            div.panel.roomy.stack.s12 {
                div { div.label { "HTTP" } (copy_field(ui, &format!("git clone {}", at.depot.http_url(visit.base())))) }
                @let ssh = at.depot.ssh_url(&visit.call.addresses.ssh);
                @if !ssh.is_empty() {
                    div { div.label { "SSH" } (copy_field(ui, &format!("git clone {ssh}"))) }
                }
                p.small.muted { (t.depot_clone_hint()) " " a href="/settings/tokens" { (t.own_tokens()) } }
                div { div.label { (t.code_download()) } (super::archive::links(at, rev)) }
            }
        }
    }
}

async fn nothing_pushed(
    visit: &Visit,
    at: &At<Read>,
    branch: &str,
    format: ObjectFormat,
) -> Answer {
    let (ui, t) = (&visit.ui, visit.ui.t);
    let url = at.depot.http_url(visit.base());
    let existing = format!("git remote add origin {url}\ngit push -u origin HEAD:{branch}");
    let fresh = format!(
        "git clone {url}\ncd {}\necho \"# {0}\" > README.md\ngit add README.md\ngit commit -m \"Begin\"\ngit push -u origin HEAD:{branch}",
        at.depot.name
    );
    let ssh = at.depot.ssh_url(&visit.call.addresses.ssh);
    let mut steps = vec![Step { label: t.depot_push_fresh(), command: &fresh }];
    // What people have is nearly always SHA-1.
    if format == ObjectFormat::Sha1 {
        steps.insert(0, Step { label: t.depot_push_existing(), command: &existing });
    }
    if !ssh.is_empty() {
        steps.push(Step { label: t.depot_push_ssh(), command: &ssh });
    }
    let acts = html! {
        @if at.may_write(visit).await? {
            (Button::link(t.edit_new_file(), &at.to("new", branch, "")).icon(Icon::Plus).weight(Weight::Primary))
            (Button::link(t.edit_upload(), &at.to("upload", branch, "")).icon(Icon::Export))
        }
        (Button::link(t.token_create(), "/settings/tokens").icon(Icon::Key).render())
    };
    let body =
        sheet(&empty(ui, Icon::Depot, t.depot_empty_title(), t.depot_empty_about(), &acts, &steps));
    at.show(visit, Here::Code, branch, Place::default(), Markup::default(), &body).await
}

async fn importing(visit: &Visit, at: &At<Read>) -> Answer {
    let t = visit.ui.t;
    let job = depots::import_progress(&visit.call, &at.depot).await?;
    let part = html! { div data-part data-live=(at.base()) { (import_part(visit, job.as_ref())) } };
    if visit.part {
        return Ok(response::page(http::StatusCode::OK, part));
    }
    let body = sheet(
        &html! { div.body.stack.s16 data-live=(at.base()) { (import_part(visit, job.as_ref())) } },
    );
    let place = Place { title: t.import_running(), refresh: Some(4), ..Place::default() };
    at.show(visit, Here::Code, &at.depot.default_branch, place, Markup::default(), &body).await
}

fn import_part(visit: &Visit, job: Option<&JobInfo>) -> Markup {
    let t = visit.ui.t;
    let share = job.filter(|job| job.progress.total > 0).map(|job| {
        u8::try_from(job.progress.done.saturating_mul(100) / job.progress.total).unwrap_or(100)
    });
    let words = job.map(|job| job.progress.message.as_str()).filter(|words| !words.is_empty());
    html! {
        h2 { (t.import_running()) }
        (progress(words.unwrap_or(t.import_waiting()), share))
        p.muted.small { (t.import_running_about()) }
    }
}
