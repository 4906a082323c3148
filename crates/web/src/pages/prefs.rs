use axum::http::{HeaderValue, header};

use crate::{
    i18n::Lang,
    request::{Answer, Fields, Visit, inside},
    response,
    ui::Theme,
};

/// Remembers language and colours for a year.
pub(super) async fn change(visit: Visit, fields: Fields) -> Answer {
    let referer = visit.headers.get(header::REFERER).and_then(|value| value.to_str().ok());
    let back = referer
        .and_then(|address| address.split_once("://")?.1.split_once('/'))
        .map(|(_, path)| format!("/{path}"))
        .unwrap_or_default();
    let mut response = response::see_other(inside(&back).unwrap_or("/"));
    let mut remember = |name: &str, value: &str| {
        let cookie = format!("{name}={value}; Path=/; Max-Age=31536000; SameSite=Lax");
        if let Ok(value) = HeaderValue::from_str(&cookie) {
            response.headers_mut().append(header::SET_COOKIE, value);
        }
    };
    if let Some(lang) = Lang::parse(fields.one("lang")) {
        remember("lang", lang.short());
    }
    if fields.on("theme") {
        remember("theme", Theme::parse(fields.one("theme")).word());
    }
    Ok(response)
}
