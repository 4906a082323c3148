/// What was typed, with the line ends that the file had: browsers send all of
/// them as `\r\n`. Lines that are as they were at both ends of the file keep
/// theirs; the others get those that most lines had.
pub(super) fn restored(before: &str, typed: &str) -> String {
    let old: Vec<&str> = before.split_inclusive('\n').collect();
    let windows = old.iter().filter(|line| line.ends_with("\r\n")).count();
    let end = if windows * 2 > old.len() { "\r\n" } else { "\n" };
    let plain = typed.replace("\r\n", "\n");
    let new: Vec<&str> = plain.split_inclusive('\n').collect();
    let same =
        |old: &str, new: &str| bare(old) == bare(new) && old.ends_with('\n') == new.ends_with('\n');
    let head = old.iter().zip(&new).take_while(|(old, new)| same(old, new)).count();
    let tail = old[head..]
        .iter()
        .rev()
        .zip(new[head..].iter().rev())
        .take_while(|(old, new)| same(old, new))
        .count();
    let mut text = String::with_capacity(typed.len());
    text.extend(old[..head].iter().copied());
    for line in &new[head..new.len() - tail] {
        match line.strip_suffix('\n') {
            Some(line) => {
                text.push_str(line);
                text.push_str(end);
            }
            None => text.push_str(line),
        }
    }
    text.extend(old[old.len() - tail..].iter().copied());
    text
}

fn bare(line: &str) -> &str {
    let line = line.strip_suffix('\n').unwrap_or(line);
    line.strip_suffix('\r').unwrap_or(line)
}

#[cfg(test)]
mod tests {
    use super::restored;

    #[test]
    fn the_ends_of_the_lines_stay() {
        assert_eq!(restored("a\nb\n", "a\r\nc\r\n"), "a\nc\n");
        assert_eq!(restored("a\r\nb\r\n", "a\r\nb\r\nc\r\n"), "a\r\nb\r\nc\r\n");
        assert_eq!(restored("a\nb\r\nc\n", "a\r\nb\r\nX\r\n"), "a\nb\r\nX\n");
        assert_eq!(restored("a\r\nb\nc\r\n", "Y\r\nb\r\nc\r\n"), "Y\r\nb\nc\r\n");
        assert_eq!(restored("a", "a"), "a");
        assert_eq!(restored("a\n", "a"), "a");
        assert_eq!(restored("", "x\r\ny"), "x\ny");
        assert_eq!(restored("a\na\n", "a\r\n"), "a\n");
    }
}
