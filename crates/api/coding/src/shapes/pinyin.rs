//! Names in Latin letters.

use pinyin::ToPinyin as _;

/// The name with every Chinese character as it is spoken, without tones; the
/// rest as it is.
pub(crate) fn pinyin(name: &str) -> String {
    name.chars()
        .map(|character| match character.to_pinyin() {
            Some(spoken) => spoken.plain().to_owned(),
            None => character.to_string(),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    #[test]
    fn chinese_names_are_spelt_as_they_are_spoken() {
        assert_eq!(super::pinyin("张三"), "zhangsan");
        assert_eq!(super::pinyin("Ada 李"), "Ada li");
    }
}
