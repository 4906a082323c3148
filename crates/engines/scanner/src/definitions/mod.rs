//! Where the names of a file are defined: functions, methods, types, constants,
//! macros. One parse and one walk; nothing is resolved across files.

mod kinds;

use std::time::Duration;

use tree_sitter::Node;

use crate::language::{KindTable, Language};
use crate::passes::declared_name;
use crate::text::is_utf16;
use kinds::Found;

/// What a definition defines.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[repr(u8)]
pub enum DefinitionKind {
    /// A function that belongs to no type.
    Function,
    /// A function of a class, trait, interface or receiver.
    Method,
    /// A class.
    Class,
    /// A struct, union or record.
    Struct,
    /// An interface.
    Interface,
    /// A trait.
    Trait,
    /// An enumeration.
    Enum,
    /// An alias of a type.
    Type,
    /// A module or namespace.
    Module,
    /// A macro.
    Macro,
    /// A constant, also one of an enumeration.
    Constant,
    /// A variable outside of functions.
    Variable,
}

impl DefinitionKind {
    /// Every kind, in the order of their numbers.
    pub const ALL: [Self; 12] = [
        Self::Function,
        Self::Method,
        Self::Class,
        Self::Struct,
        Self::Interface,
        Self::Trait,
        Self::Enum,
        Self::Type,
        Self::Module,
        Self::Macro,
        Self::Constant,
        Self::Variable,
    ];

    /// A stable word for it, e.g. `function`.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Function => "function",
            Self::Method => "method",
            Self::Class => "class",
            Self::Struct => "struct",
            Self::Interface => "interface",
            Self::Trait => "trait",
            Self::Enum => "enum",
            Self::Type => "type",
            Self::Module => "module",
            Self::Macro => "macro",
            Self::Constant => "constant",
            Self::Variable => "variable",
        }
    }
}

/// A name at the place where it is defined.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Definition {
    /// What it is.
    pub kind: DefinitionKind,
    /// The name as it stands there, without what it belongs to.
    pub name: String,
    /// The line of the name, from 1.
    pub line: u32,
    /// Bytes before the name on its line.
    pub column: u32,
}

/// Names longer than this are no names.
const LONGEST_NAME: usize = 200;

/// The definitions in a file, in the order in which they stand there. Empty
/// for a language without a grammar, for UTF-16, and where the parser takes
/// longer than `limit`. Bytes that are no UTF-8 do no harm outside of names.
#[must_use]
pub fn definitions(language: Language, source: &[u8], limit: Duration) -> Vec<Definition> {
    let Some(table) = KindTable::of(language) else { return Vec::new() };
    if is_utf16(source) {
        return Vec::new();
    }
    let text = same_length_text(source);
    let Some(tree) = crate::parse::parse(language, table, &text, None, limit) else {
        return Vec::new();
    };
    let mut found = Vec::new();
    let mut cursor = tree.walk();
    // Whether each open node makes what is defined in it members, and whether
    // it is a function's body.
    let mut open: Vec<Inside> = Vec::new();
    'nodes: loop {
        let node = cursor.node();
        let inside = open.last().copied().unwrap_or_default();
        if node.is_named() {
            take(language, table, node, inside, text.as_bytes(), &mut found);
        }
        if node.named_child_count() > 0 && cursor.goto_first_child() {
            open.push(inside.below(node));
            continue;
        }
        while !cursor.goto_next_sibling() {
            open.pop();
            if !cursor.goto_parent() {
                break 'nodes;
            }
        }
    }
    found
}

/// What a node's children stand in.
#[derive(Debug, Clone, Copy, Default)]
struct Inside {
    a_type: bool,
    a_function: bool,
}

impl Inside {
    fn below(self, node: Node<'_>) -> Self {
        if kinds::is_type(node.kind()) {
            Self { a_type: true, ..self }
        } else if kinds::is_function(node.kind()) {
            Self { a_type: false, a_function: true }
        } else {
            self
        }
    }
}

fn take(
    language: Language,
    table: &KindTable,
    node: Node<'_>,
    inside: Inside,
    bytes: &[u8],
    found: &mut Vec<Definition>,
) {
    let Some(Found { kind, name }) = kinds::definition(language, node) else { return };
    let kind = match kind {
        // What a function keeps to itself is nobody's definition.
        DefinitionKind::Constant | DefinitionKind::Variable if inside.a_function => return,
        DefinitionKind::Function if inside.a_type => DefinitionKind::Method,
        DefinitionKind::Function if node.child_by_field_name("receiver").is_some() => {
            DefinitionKind::Method
        }
        kind => kind,
    };
    let name = match name {
        kinds::Name::Field(field) => node.child_by_field_name(field),
        kinds::Name::Declarator => declared_name(node, table).or_else(|| innermost(node)),
    };
    let Some(name) = name.and_then(last_segment) else { return };
    let Some(text) = bytes.get(name.byte_range()) else { return };
    let Ok(text) = std::str::from_utf8(text) else { return };
    if text.is_empty() || text.len() > LONGEST_NAME || text.contains('\n') {
        return;
    }
    let start = name.start_position();
    let at = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
    found.push(Definition {
        kind,
        name: text.to_owned(),
        line: at(start.row).saturating_add(1),
        column: at(start.column),
    });
}

/// The name inside the declarators of a variable or type.
fn innermost(node: Node<'_>) -> Option<Node<'_>> {
    let mut at = node.child_by_field_name("declarator")?;
    for _ in 0..64 {
        match at.child_by_field_name("declarator") {
            Some(inner) => at = inner,
            None => return Some(at),
        }
    }
    None
}

/// `Outer::name`, `object.name`: the last part is what is defined.
fn last_segment(mut name: Node<'_>) -> Option<Node<'_>> {
    for _ in 0..64 {
        let inner = match name.kind() {
            "qualified_identifier" | "template_function" | "template_type" | "generic_type" => {
                name.child_by_field_name("name").or_else(|| name.child_by_field_name("type"))
            }
            "member_expression" => name.child_by_field_name("property"),
            "pattern_list"
            | "tuple_pattern"
            | "object_pattern"
            | "array_pattern"
            | "attribute"
            | "subscript"
            | "computed_property_name"
            | "function_declarator"
            | "parenthesized_declarator" => return None,
            _ => return Some(name),
        };
        name = inner?;
    }
    None
}

/// The source as text in which every byte keeps its place.
fn same_length_text(source: &[u8]) -> String {
    let mut text = String::with_capacity(source.len());
    for chunk in source.utf8_chunks() {
        text.push_str(chunk.valid());
        text.extend(std::iter::repeat_n('?', chunk.invalid().len()));
    }
    text
}
