//! What the domains say about values and states, in Chinese. They speak
//! English alone; `messages/domain.toml` has the translations.

include!(concat!(env!("OUT_DIR"), "/domain.rs"));

/// The Chinese for what a domain says, if it is known. Values in it that are
/// known themselves (a right, a kind of thing) are translated too.
pub(crate) fn translate(said: &str) -> Option<String> {
    DOMAIN.iter().find_map(|(english, chinese)| {
        let values = values(english, said)?;
        let mut values = values.into_iter();
        let mut pieces = chinese.split("{}");
        let mut text = pieces.next().unwrap_or_default().to_owned();
        for (value, piece) in values.by_ref().zip(pieces) {
            text.push_str(&translate(value).unwrap_or_else(|| value.to_owned()));
            text.push_str(piece);
        }
        Some(text)
    })
}

/// What stands in the places of a pattern, if the text is of its form.
fn values<'a>(pattern: &str, text: &'a str) -> Option<Vec<&'a str>> {
    let mut pieces = pattern.split("{}");
    let mut rest = text.strip_prefix(pieces.next()?)?;
    let mut values = Vec::new();
    let mut pieces = pieces.peekable();
    while let Some(piece) = pieces.next() {
        let end = if pieces.peek().is_none() {
            rest.strip_suffix(piece)?.len()
        } else {
            rest.find(piece)?
        };
        values.push(&rest[..end]);
        rest = &rest[end + piece.len()..];
    }
    rest.is_empty().then_some(values)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sentences_with_values() {
        let said = |text| translate(text).unwrap();
        assert_eq!(said("must be one line"), "只能有一行。");
        assert_eq!(said("the depot name a is b is taken"), "名称 a is b 已被使用。");
        assert_eq!(said("the depot core has no branch x"), "代码仓库 core 没有分支 x。");
        assert_eq!(
            said("you need the right to write the depot for this"),
            "您需要代码仓库的写入权限。"
        );
        assert_eq!(said("project not found"), "没有找到项目。");
        assert_eq!(said("must be at most 7 characters"), "不能超过 7 个字符。");
        assert_eq!(
            said("commit 0f3a \"fix: a: b\": its message does not match ^x: "),
            "提交 0f3a（fix: a: b）：提交信息不匹配 ^x: 。"
        );
        assert_eq!(translate("must be one line or two"), None);
        assert_eq!(translate(""), None);
    }
}
