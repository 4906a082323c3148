use super::Lang;

/// The language of a request: asked for in the address, remembered in the
/// cookie, or the browser's first that we speak.
#[must_use]
pub fn choose(asked: Option<&str>, remembered: Option<&str>, accepted: Option<&str>) -> Lang {
    asked
        .and_then(Lang::parse)
        .or_else(|| remembered.and_then(Lang::parse))
        .or_else(|| accepted.and_then(best))
        .unwrap_or_default()
}

/// The language with the greatest weight in an `Accept-Language` header; the
/// earlier one where two weigh the same.
fn best(header: &str) -> Option<Lang> {
    let mut found: Option<(Lang, f32)> = None;
    for entry in header.split(',').take(32) {
        let mut parts = entry.split(';');
        let Some(lang) = parts.next().and_then(Lang::parse) else { continue };
        let weight = parts
            .find_map(|part| part.trim().strip_prefix("q=")?.parse::<f32>().ok())
            .unwrap_or(1.0);
        if weight > 0.0 && found.is_none_or(|(_, best)| weight > best) {
            found = Some((lang, weight));
        }
    }
    found.map(|(lang, _)| lang)
}

#[cfg(test)]
mod tests {
    use super::choose;
    use crate::i18n::Lang;

    #[test]
    fn the_nearest_wish_wins() {
        assert_eq!(choose(Some("zh"), Some("en"), Some("en")), Lang::Zh);
        assert_eq!(choose(Some("xx"), Some("zh"), Some("en")), Lang::Zh);
        assert_eq!(choose(None, None, Some("fr, zh-TW;q=0.8, en;q=0.5")), Lang::Zh);
        assert_eq!(choose(None, None, Some("en;q=0.5, zh;q=0")), Lang::En);
        assert_eq!(choose(None, None, Some("de")), Lang::En);
        assert_eq!(choose(None, None, None), Lang::En);
    }
}
