//! Serves the story page alone: `cargo run -p web --example stories`.

use axum::{Router, extract::Query, response::Response, routing::get};
use serde::Deserialize;

#[derive(Deserialize)]
struct Wishes {
    lang: Option<String>,
    theme: Option<String>,
}

async fn show(Query(wishes): Query<Wishes>) -> Response {
    let lang = web::i18n::choose(wishes.lang.as_deref(), None, None);
    let theme = web::Theme::parse(wishes.theme.as_deref().unwrap_or_default());
    let ui = web::Ui::new(lang, theme, jiff::Timestamp::now());
    web::response::page(http::StatusCode::OK, web::stories::stories(&ui))
}

#[tokio::main]
async fn main() -> std::io::Result<()> {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:7411").await?;
    let routes = Router::new().route("/-/ui", get(show)).merge(web::assets::router());
    axum::serve(listener, routes).await
}
