use ::jobs::{JobFilter, JobInfo, JobState};
use maud::{Markup, html};

use super::{Here, admins_only, page};
use crate::{
    components::{
        Choice, Column, Filter, Icon, Status, card, card_flush, empty, filters, folding, pager,
        progress, status,
    },
    request::{Answer, Asked, Visit},
};

const SIZE: u64 = 50;

const STATES: [JobState; 5] = [
    JobState::Running,
    JobState::Queued,
    JobState::Failed,
    JobState::Succeeded,
    JobState::Cancelled,
];

/// The sign of a job.
pub(super) fn sign(state: JobState) -> Status {
    match state {
        JobState::Queued => Status::Waiting,
        JobState::Running => Status::Running,
        JobState::Succeeded => Status::Done,
        JobState::Failed => Status::Failed,
        JobState::Cancelled => Status::Cancelled,
    }
}

pub(super) async fn show(visit: Visit, asked: Asked) -> Answer {
    admins_only(&visit)?;
    let (ui, t) = (&visit.ui, visit.ui.t);
    let wanted = STATES.into_iter().find(|state| state.as_str() == asked.one("state"));
    let filter = JobFilter { states: wanted.into_iter().collect(), ..JobFilter::default() };
    let all = visit.call.jobs.list(&visit.call.db, &filter, asked.page(SIZE)).await?;
    let chips = [Filter {
        label: t.jobs_state(),
        choices: STATES
            .iter()
            .map(|state| Choice {
                label: sign(*state).word(ui).to_owned(),
                href: asked.with("state", (wanted != Some(*state)).then_some(state.as_str())),
                count: None,
                on: wanted == Some(*state),
            })
            .collect(),
    }];
    let columns = [
        Column::text(t.jobs_state()),
        Column::text(t.jobs_what()),
        Column::text(t.jobs_progress()),
        Column::text(t.made_at()),
        Column::number(t.jobs_attempt()),
    ];
    let lines: Vec<Vec<Markup>> = all.items.iter().map(|job| line(&visit, job)).collect();
    let number = all.page.number();
    let at = |n: u64| asked.with("page", Some(&n.to_string()));
    let clear = wanted.map(|_| asked.without(&["state"]));
    let body = html! {
        (filters(ui, &chips, clear.as_deref(), &Markup::default()))
        @if all.items.is_empty() {
            (card(t.admin_jobs(), None, &empty(ui, Icon::List, t.jobs_none(), t.jobs_about(), &Markup::default(), &[])))
        } @else {
            (card_flush(&t.list_count(all.total), None, &folding(t.admin_jobs(), &columns, &lines)))
        }
        (pager(ui, (number > 1).then(|| at(number - 1)).as_deref(), &t.list_page(number), all.has_next().then(|| at(number + 1)).as_deref()))
    };
    page(&visit, Here::Jobs, http::StatusCode::OK, Markup::default(), &body).await
}

fn line(visit: &Visit, job: &JobInfo) -> Vec<Markup> {
    let share = (job.progress.total > 0 && job.state == JobState::Running).then(|| {
        u8::try_from(job.progress.done.saturating_mul(100) / job.progress.total).unwrap_or(100)
    });
    vec![
        status(&visit.ui, sign(job.state)),
        html! { strong { @if job.label.is_empty() { (job.kind) } @else { (job.label) } } br; span.mono.small.muted { (job.kind) " #" (job.id) } },
        html! {
            @if job.state == JobState::Running { (progress(&job.progress.message, share)) }
            @else if let Some(error) = &job.error { code.small.wrap { (error) } }
            @else { span.small.muted { (job.progress.message) } }
        },
        visit.ui.time(job.created_at.to_jiff()),
        html! { (job.attempt) " / " (job.attempts) },
    ]
}
