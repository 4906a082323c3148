//! CSS, HTML and JSON: no functions.

use super::{Grammar, NOTHING};

pub(in crate::language) static CSS: Grammar = Grammar {
    load: || tree_sitter_css::LANGUAGE.into(),
    comments: &["comment", "js_comment"],
    identifiers: &[
        "identifier",
        "class_name",
        "id_name",
        "tag_name",
        "plain_value",
        "function_name",
        "keyframes_name",
        "namespace_name",
        "attribute_name",
    ],
    numbers: &["integer_value", "float_value", "color_value"],
    strings: &["string_value"],
    string_parts: &["string_content", "escape_sequence", "\"", "'"],
    imports: &["import_statement", "charset_statement"],
    ..NOTHING
};

pub(in crate::language) static HTML: Grammar = Grammar {
    load: || tree_sitter_html::LANGUAGE.into(),
    // Letters of a tag are ASCII.
    expando: 'z',
    identifiers: &["attribute_value"],
    strings: &["text", "quoted_attribute_value", "raw_text", "entity"],
    string_parts: &["\"", "'"],
    ..NOTHING
};

pub(in crate::language) static JSON: Grammar = Grammar {
    load: || tree_sitter_json::LANGUAGE.into(),
    numbers: &["number"],
    strings: &["string"],
    string_parts: &["string_content", "escape_sequence", "\""],
    constants: &["true", "false", "null"],
    data: true,
    ..NOTHING
};
