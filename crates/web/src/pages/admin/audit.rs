use identity::audit::{self, Filter};
use maud::{Markup, html};

use super::{Here, admins_only, page};
use crate::{
    components::{Column, Icon, avatar, badge, card_flush, folding, icon, pager},
    request::{Answer, Asked, Visit},
};

const SIZE: u64 = 50;

pub(super) async fn show(visit: Visit, asked: Asked) -> Answer {
    admins_only(&visit)?;
    let (ui, t) = (&visit.ui, visit.ui.t);
    let filter = Filter {
        act: asked.some("act").map(str::to_owned),
        subject: asked.some("subject").map(str::to_owned),
        ..Filter::default()
    };
    let records = audit::list(&visit.call, &filter, asked.page(SIZE)).await?;
    let columns = [
        Column::text(t.audit_when()),
        Column::text(t.audit_who()),
        Column::text(t.audit_act()),
        Column::text(t.audit_subject()),
        Column::text(t.audit_details()),
    ];
    let lines: Vec<Vec<Markup>> = records
        .items
        .iter()
        .map(|record| {
            vec![
                html! { span.nowrap { (ui.time(record.at.to_jiff())) } },
                html! { span.line.tight.keep { (avatar(&record.actor_name, "")) (record.actor_name) } @if !record.address.is_empty() { span.mono.muted.small { (record.address) } } },
                html! { a.plain href=(asked.with("act", Some(&record.act))) { (badge(&record.act, None)) } },
                html! { a.mono.small href=(asked.with("subject", Some(&record.subject))) { (record.subject) } },
                html! { code.small.wrap { (details(&record.details)) } },
            ]
        })
        .collect();
    let number = records.page.number();
    let at = |n: u64| asked.with("page", Some(&n.to_string()));
    let chosen = ["act", "subject"].iter().any(|name| asked.some(name).is_some());
    let body = html! {
        @if chosen {
            div.chips {
                @for name in ["act", "subject"] { @if let Some(value) = asked.some(name) { a.chip.on href=(asked.with(name, None)) { (value) (icon(Icon::Cross)) } } }
            }
        }
        (card_flush(&t.list_count(records.total), None, &folding(t.admin_audit(), &columns, &lines)))
        (pager(ui, (number > 1).then(|| at(number - 1)).as_deref(), &t.list_page(number), records.has_next().then(|| at(number + 1)).as_deref()))
    };
    page(&visit, Here::Audit, http::StatusCode::OK, Markup::default(), &body).await
}

/// `{"name":"x","id":1}` as `name x, id 1`.
fn details(value: &serde_json::Value) -> String {
    let Some(map) = value.as_object() else { return value.to_string() };
    map.iter()
        .filter(|(_, value)| !value.is_null())
        .map(|(name, value)| {
            format!("{name} {}", value.as_str().map_or_else(|| value.to_string(), str::to_owned))
        })
        .collect::<Vec<_>>()
        .join(", ")
}
