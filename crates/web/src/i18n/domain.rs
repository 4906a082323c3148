/// What the domains say about wrong values, in Chinese. They speak English
/// alone; what is not here is shown as they say it.
const KNOWN: &[(&str, &str)] = &[
    ("must differ from the old one", "不能与原密码相同。"),
    ("is missing", "不能为空。"),
    ("is reserved", "该名称为系统保留。"),
    ("is not a mail address", "不是有效的邮箱地址。"),
    ("is not a telephone number", "不是有效的电话号码。"),
    ("must be one line", "只能有一行。"),
    ("must be at least 8 characters", "至少需要 8 个字符。"),
    ("must be at most 1024 bytes", "不能超过 1024 字节。"),
    ("must not be the name or the mail address", "不能与用户名或邮箱相同。"),
    ("must not be one character repeated", "不能是同一个字符的重复。"),
    (
        "must be 1 to 64 letters, digits, '-', '_' or '.', starting with a letter or a digit",
        "须为 1 至 64 个字母、数字或 - _ .，并以字母或数字开头。",
    ),
    ("there is a user of that name already", "该用户名已被使用。"),
    ("there is a user with that mail address already", "该邮箱已被使用。"),
    ("the last owner of a team stays its owner", "团队至少需要保留一位所有者。"),
    ("you cannot block yourself", "不能停用自己。"),
    ("change your own password instead", "请直接修改自己的密码。"),
    ("the user is in the team already", "该用户已在团队中。"),
    ("user not found", "没有这个用户。"),
    ("must begin with https://, http:// or file://", "须以 https://、http:// 或 file:// 开头。"),
    ("is not an address", "不是有效的地址。"),
    ("names no repository", "地址中没有代码仓库。"),
    ("must not carry a password; give it apart", "地址中不能带密码，请在下方单独填写。"),
    ("must have at most 128 characters", "不能超过 128 个字符。"),
    ("must have at most 10000 characters", "不能超过 10000 个字符。"),
    ("must not be before the first day", "不能早于开始日期。"),
    ("is not a day", "不是有效的日期。"),
    ("the repository is not on disk", "磁盘上没有这个代码仓库。"),
];

/// The Chinese for what a domain says, if it is known.
pub(crate) fn translate(why: &str) -> Option<String> {
    if let Some((_, chinese)) = KNOWN.iter().find(|(english, _)| *english == why) {
        return Some((*chinese).to_owned());
    }
    let taken =
        why.strip_prefix("the project name ").or_else(|| why.strip_prefix("the depot name "));
    taken
        .and_then(|rest| rest.strip_suffix(" is taken"))
        .map(|name| format!("名称 {name} 已被使用。"))
}
