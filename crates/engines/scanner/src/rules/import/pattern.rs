//! A pattern of semgrep as a pattern of ast-grep, or several that follow each
//! other.

use ast_grep_core::Language as _;
use tree_sitter::Node;

use crate::language::{KindTable, Language};
use crate::parse;
use crate::rules::grep::Grep;

/// A pattern, ready to be written.
#[derive(Debug, Clone)]
pub(super) struct Piece {
    /// The code around it that makes it be understood, the pattern included.
    pub(super) context: String,
    /// The kind of what is meant in it; empty where it is all of it.
    pub(super) selector: String,
    /// The kind of the statement that it stands in.
    pub(super) statement: String,
}

/// What stands in a list of statements.
#[derive(Debug, Clone)]
pub(super) enum Item {
    /// A statement or an expression.
    Code(Piece),
    /// Any statements.
    Gap,
}

/// What a pattern was read as, with what had to be replaced by metavariables of
/// ours.
#[derive(Debug, Clone)]
pub(super) struct Read {
    pub(super) items: Vec<Item>,
    /// Metavariables that stand for any string.
    pub(super) strings: Vec<String>,
    /// Metavariables that stand for something that contains a pattern.
    pub(super) deep: Vec<(String, String)>,
    /// What could not be kept.
    pub(super) loose: Vec<String>,
}

/// Code that a pattern may need around it, with `@` where it goes.
fn contexts(language: Language) -> &'static [&'static str] {
    match language {
        Language::Go => {
            &["package p\nfunc f() {\n@\n}\n", "package p\n@\n", "package p\nvar x = @\n"]
        }
        Language::Java => &[
            "class A { void f() {\n@\n} }",
            "class A { void f() {\n@;\n} }",
            "class A {\n@\n}",
            "@",
        ],
        Language::CSharp => &[
            "class A { void f() {\n@\n} }",
            "class A { void f() {\n@;\n} }",
            "class A {\n@\n}",
            "@",
        ],
        Language::C | Language::Cpp => &["void f() {\n@\n}", "void f() {\n@;\n}", "@"],
        Language::Php => &["<?php\n@\n", "<?php\n@;\n", "<?php class A {\n@\n}"],
        Language::Rust => &["fn f() {\n@\n}", "fn f() {\n@;\n}", "@"],
        Language::Kotlin => &["@", "fun f() {\n@\n}", "class A {\n@\n}"],
        Language::Scala => &["@", "object A {\n@\n}", "class A { def f() = {\n@\n} }"],
        _ => &["@", "async function f() {\n@\n}", "class A {\n@\n}", "(@)"],
    }
}

/// Reads a pattern.
///
/// # Errors
/// What in it has no counterpart.
pub(super) fn read(language: Language, text: &str, number: &mut usize) -> Result<Read, String> {
    let mut out =
        Read { items: Vec::new(), strings: Vec::new(), deep: Vec::new(), loose: Vec::new() };
    let text = replace(text.trim(), &mut out, number)?;
    for context in contexts(language) {
        if language == Language::Python && context.contains(['{', '(']) {
            continue;
        }
        if let Some(items) = items(language, context, &text) {
            out.items = items;
            return Ok(out);
        }
    }
    Err("is not understood as a piece of the language".to_owned())
}

/// Ellipses and metavariables as ast-grep writes them.
fn replace(text: &str, out: &mut Read, number: &mut usize) -> Result<String, String> {
    let mut made = String::with_capacity(text.len() + 16);
    let mut rest = text;
    let mut fresh = |kind: &str| {
        *number += 1;
        format!("{kind}_{number}")
    };
    while !rest.is_empty() {
        if let Some(after) = rest.strip_prefix("<...") {
            let Some(end) = after.find("...>") else { return Err("has `<...` open".to_owned()) };
            let inner = after[..end].trim();
            if inner.contains("<...") {
                return Err("has `<... ...>` in another".to_owned());
            }
            let name = fresh("DEEP");
            made.push_str(&format!("${name}"));
            out.deep.push((name, inner.to_owned()));
            rest = &after[end + 4..];
        } else if let Some((quoted, after)) = any_string(rest) {
            match quoted {
                Quoted::Any => {
                    let name = fresh("TEXT");
                    made.push_str(&format!("${name}"));
                    out.strings.push(name);
                }
                Quoted::Named(name) => {
                    made.push_str(&format!("${name}"));
                    out.strings.push(name.to_owned());
                }
            }
            rest = after;
        } else if rest.starts_with(". ... .") || rest.starts_with(". ...") {
            return Err("has a chain of any calls (`. ... .`)".to_owned());
        } else if let Some(after) = rest.strip_prefix("$...") {
            made.push_str("$$$");
            rest = after;
        } else if let Some(after) = rest.strip_prefix("...") {
            // Spread of JavaScript and variadic parameters are no ellipses.
            let name = after.chars().next().is_some_and(|c| c.is_alphanumeric() || c == '_');
            made.push_str(if name { "..." } else { "$$$" });
            rest = after;
        } else if let Some((name, after)) = typed(rest) {
            out.loose.push("the type of a metavariable is not looked at".to_owned());
            made.push_str(name);
            rest = after;
        } else {
            let Some(c) = rest.chars().next() else { break };
            made.push(c);
            rest = &rest[c.len_utf8()..];
        }
    }
    Ok(made)
}

enum Quoted<'a> {
    Any,
    Named(&'a str),
}

/// `"..."`, or `"$X"`, and what follows.
fn any_string(text: &str) -> Option<(Quoted<'_>, &str)> {
    let quote = text.chars().next().filter(|c| matches!(c, '"' | '\'' | '`'))?;
    let inner = &text[1..];
    let end = inner.find(quote)?;
    let (inside, after) = (&inner[..end], &inner[end + 1..]);
    if inside == "..." {
        return Some((Quoted::Any, after));
    }
    let name = inside.strip_prefix('$')?;
    let named = name.chars().next().is_some_and(|c| c.is_ascii_uppercase())
        && name.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_');
    named.then_some((Quoted::Named(name), after))
}

/// `($X : Type)` and `(Type $X)`: the metavariable, and what follows.
fn typed(text: &str) -> Option<(&str, &str)> {
    let inner = text.strip_prefix('(')?;
    let end = inner.find(')')?;
    let (inside, after) = (inner[..end].trim(), &inner[end + 1..]);
    let metavariable = |word: &str| {
        word.strip_prefix('$').is_some_and(|name| {
            !name.is_empty()
                && name.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_')
        })
    };
    if let Some((name, kind)) = inside.split_once(':') {
        let (name, kind) = (name.trim(), kind.trim());
        let fine = |c: char| c.is_alphanumeric() || "._*[]".contains(c);
        return (metavariable(name) && !kind.is_empty() && kind.chars().all(fine))
            .then_some((name, after));
    }
    let (kind, name) = inside.rsplit_once(' ')?;
    let fine = |c: char| c.is_alphanumeric() || "._<>[]*".contains(c);
    (metavariable(name) && !kind.contains('$') && kind.trim().chars().all(fine))
        .then_some((name, after))
}

/// The statements of a pattern in a context; `None` where they are not understood.
fn items(language: Language, context: &str, text: &str) -> Option<Vec<Item>> {
    let table = KindTable::of(language)?;
    let grep = Grep::of(language)?;
    let at = context.find('@')?;
    let filled = format!("{}{text}{}", &context[..at], &context[at + 1..]);
    let source = grep.pre_process_pattern(&filled).into_owned();
    let tree = parse::parse(language, table, &source, None, std::time::Duration::from_secs(1))?;
    let root = tree.root_node();
    if has_error(root) {
        return None;
    }
    let start = grep.pre_process_pattern(&filled[..at]).len();
    let end = start + grep.pre_process_pattern(text).len();
    let (start, end) = trimmed(&source, start, end);
    let covering = root.descendant_for_byte_range(start, end)?;
    let mut nodes = Vec::new();
    if covering.byte_range() == (start..end) {
        // The widest that is the pattern and nothing else.
        let mut node = covering;
        while let Some(parent) = node.parent() {
            if parent.byte_range() != (start..end) || parent.parent().is_none() {
                break;
            }
            node = parent;
        }
        nodes.push(node);
    } else {
        let mut cursor = covering.walk();
        let within = covering.children(&mut cursor).filter(|node| {
            node.is_named() && node.start_byte() >= start && node.end_byte() <= end + 1
        });
        nodes.extend(within);
        let (first, last) = (nodes.first()?, nodes.last()?);
        if first.start_byte() != start || last.end_byte() < end {
            return None;
        }
    }
    // A list of statements that is the whole of the pattern.
    if let [only] = nodes.as_slice()
        && only.named_child_count() > 1
        && matches!(only.kind(), "block" | "module" | "program" | "statement_list" | "statements")
        && !text.starts_with('{')
    {
        let only = *only;
        let mut cursor = only.walk();
        nodes = only.named_children(&mut cursor).collect();
    }
    let back = |node: Node<'_>| source[node.byte_range()].replace(grep.expando_char(), "$");
    let several = nodes.len() > 1;
    let mut items = Vec::new();
    for node in nodes {
        let text = back(node);
        let word = text.trim().trim_end_matches(';');
        if several && word.starts_with("$$$") && word[3..].chars().all(|c| c.is_ascii_uppercase()) {
            items.push(Item::Gap);
            continue;
        }
        let mut inner = node;
        while inner.child_count() == 1
            || (inner.child_count() == 2
                && inner.child(1).is_some_and(|c| c.is_missing() || c.kind() == ";")
                && inner.kind().contains("statement"))
        {
            let Some(child) = inner.child(0).filter(Node::is_named) else { break };
            inner = child;
        }
        // A statement that was written with its semicolon is meant as one.
        let inner = if text.trim_end().ends_with(';') && !several { node } else { inner };
        let alone = format!("{}{text}{}", &context[..at], &context[at + 1..]);
        items.push(Item::Code(Piece {
            context: if context == "@" { text } else { alone },
            selector: inner.kind().to_owned(),
            statement: node.kind().to_owned(),
        }));
    }
    Some(items)
}

fn trimmed(source: &str, start: usize, end: usize) -> (usize, usize) {
    let text = source.get(start..end).unwrap_or_default();
    let left = text.len() - text.trim_start().len();
    (start + left, start + text.trim_end().len())
}

/// Whether anything was not understood; what is missing at an end does not count.
fn has_error(root: Node<'_>) -> bool {
    let mut cursor = root.walk();
    loop {
        let node = cursor.node();
        if node.is_error() || (node.is_missing() && node.kind() != ";") {
            return true;
        }
        if cursor.goto_first_child() {
            continue;
        }
        while !cursor.goto_next_sibling() {
            if !cursor.goto_parent() {
                return false;
            }
        }
    }
}
