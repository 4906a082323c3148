/**
 * Cangjie, after the language's specification (1.0). Line breaks end statements;
 * `src/scanner.c` says which. What macros are given is a tree of tokens.
 */

const P = {
  assign: 1,
  flow: 2,
  coalesce: 3,
  or: 4,
  and: 5,
  bitor: 6,
  bitxor: 7,
  bitand: 8,
  equal: 9,
  compare: 10,
  range: 11,
  shift: 12,
  add: 13,
  multiply: 14,
  power: 15,
  unary: 16,
  postfix: 17,
  primary: 18,
};

const commaSep = (rule) => optional(commaSep1(rule));
const commaSep1 = (rule) => seq(rule, repeat(seq(",", rule)), optional(","));

const KEYWORDS = [
  "package", "import", "func", "class", "struct", "enum", "interface", "extend", "init", "prop",
  "macro", "main", "foreign", "type", "let", "var", "const", "if", "else", "match", "case", "for",
  "in", "while", "do", "try", "catch", "finally", "throw", "return", "break", "continue", "spawn",
  "synchronized", "unsafe", "this", "super", "is", "as", "where", "public",
  "private", "protected", "internal", "static", "open", "override", "redef", "abstract", "sealed",
  "mut", "operator", "inout", "quote",
];

const OPERATORS = [
  "+", "-", "*", "/", "%", "**", "==", "!=", "<", ">", "<=", ">=", "&&", "||", "!", "&", "|", "^",
  "<<", ">>", "??", "|>", "~>", "=", "+=", "-=", "*=", "/=", "%=", "**=", "&&=", "||=", "&=", "|=",
  "^=", "<<=", ">>=", "++", "--", "..", "..=", "...", ".", ",", ":", ";", "=>", "->", "<-", "<:",
  "?", "@", "$", "~", "\\", "#", "::",
];

module.exports = grammar({
  name: "cangjie",

  externals: ($) => [
    $._automatic_semicolon,
    $.block_comment,
    // Never produced: valid only inside strings, where `/*` is no comment.
    $._inside_string,
    $._error,
  ],

  extras: ($) => [/\s/, $.line_comment, $.block_comment],

  word: ($) => $.identifier,

  supertypes: ($) => [$._expression, $._declaration],

  conflicts: ($) => [
    [$._expression, $.generic_expression],
    [$.negative_literal, $._literal],
    [$._primary, $._simple_pattern],
    [$.user_type, $._primary, $.enum_pattern],
    [$._binding, $.type_pattern],
    [$.user_type, $.enum_pattern],
    [$._primary, $.user_type],
    [$.variable_declaration, $.modifier],
    [$.user_type],
  ],

  rules: {
    source_file: ($) => repeat(choice($.package_clause, $.import_declaration, $._declaration, $.macro_call, $._separator)),

    _separator: ($) => choice(";", $._automatic_semicolon),

    line_comment: (_) => token(seq("//", /[^\n]*/)),

    // Packages

    package_clause: ($) => seq(optional($._prefix), optional("macro"), "package", $.qualified_name),

    import_declaration: ($) =>
      seq(optional($._prefix), "import", choice($._import_item, $.import_group)),
    _import_item: ($) => seq(field("path", $.import_path), optional(seq("as", field("alias", $.identifier)))),
    // From the right, so that what follows a dot is decided after it.
    import_path: ($) => seq($.identifier, optional(seq(choice(".", "::"), $._import_rest))),
    _import_rest: ($) =>
      choice("*", $.import_group, seq($.identifier, optional(seq(choice(".", "::"), $._import_rest)))),
    import_group: ($) => seq("{", commaSep(choice($._import_item, "*")), "}"),
    qualified_name: ($) => prec.right(seq($.identifier, repeat(seq(choice(".", "::"), $.identifier)))),

    // Declarations

    _declaration: ($) =>
      choice(
        $.function_declaration,
        $.variable_declaration,
        $.property_declaration,
        $.class_declaration,
        $.struct_declaration,
        $.interface_declaration,
        $.enum_declaration,
        $.extend_declaration,
        $.type_alias,
        $.macro_declaration,
        $.main_declaration,
        $.foreign_block,
        $.init_declaration,
      ),

    modifier: (_) =>
      choice(
        "public", "private", "protected", "internal", "static", "open", "override", "redef",
        "abstract", "sealed", "mut", "operator", "unsafe", "foreign", "const",
      ),
    _prefix: ($) => repeat1(choice($.modifier, $.annotation)),

    annotation: ($) =>
      prec.right(seq("@", token.immediate(/!?/), $.qualified_name, optional($.macro_attributes))),
    macro_attributes: ($) => seq("[", repeat($._token_tree), "]"),
    macro_call: ($) =>
      prec.right(
        1,
        seq(
          "@",
          token.immediate(/!?/),
          field("name", $.qualified_name),
          optional($.macro_attributes),
          field("arguments", $.macro_arguments),
        ),
      ),
    macro_arguments: ($) => seq("(", repeat($._token_tree), ")"),
    _token_tree: ($) =>
      choice(
        $.identifier,
        $._literal,
        $.wildcard,
        alias(choice(...KEYWORDS), $.keyword),
        alias(choice(...OPERATORS), $.operator),
        seq("(", repeat($._token_tree), ")"),
        seq("[", repeat($._token_tree), "]"),
        seq("{", repeat($._token_tree), "}"),
      ),

    function_declaration: ($) =>
      prec.right(
        seq(
          optional($._prefix),
          "func",
          field("name", choice($.identifier, $.operator_name)),
          optional($.type_parameters),
          field("parameters", $.parameters),
          optional(seq(":", field("return_type", $._type))),
          optional($.where_clause),
          optional(field("body", $.block)),
        ),
      ),
    operator_name: (_) =>
      choice(
        seq("[", "]"), seq("(", ")"), "!", "-", "+", "*", "/", "%", "**", "<<", ">>", "<", ">", "<=",
        ">=", "==", "!=", "&", "^", "|", "&&", "||", "??", "|>", "~>",
      ),
    main_declaration: ($) =>
      seq(
        optional($._prefix),
        field("name", "main"),
        field("parameters", $.parameters),
        optional(seq(":", $._type)),
        field("body", $.block),
      ),
    macro_declaration: ($) =>
      seq(
        optional($._prefix),
        "macro",
        field("name", $.identifier),
        field("parameters", $.parameters),
        optional(seq(":", $._type)),
        field("body", $.block),
      ),
    init_declaration: ($) =>
      prec.right(seq(
        optional($._prefix),
        field("name", choice("init", seq("~", "init"))),
        field("parameters", $.parameters),
        optional(field("body", $.block)),
      )),
    // `public Point(let x: Int64) { … }` in the class `Point`.
    primary_init: ($) =>
      seq(
        optional($._prefix),
        field("name", $.identifier),
        field("parameters", $.parameters),
        field("body", $.block),
      ),
    foreign_block: ($) => prec(1, seq(optional($._prefix), "foreign", $.declaration_body)),

    parameters: ($) => seq("(", commaSep(choice($.parameter, "...")), ")"),
    parameter: ($) =>
      seq(
        optional($._prefix),
        optional(choice("let", "var", "inout")),
        field("name", choice($.identifier, $.wildcard)),
        optional("!"),
        ":",
        field("type", $._type),
        optional(seq("=", field("value", $._expression))),
      ),

    variable_declaration: ($) =>
      prec.right(
        seq(
          optional($._prefix),
          choice("let", "var", "const"),
          field("name", $._binding),
          optional(seq(":", field("type", $._type))),
          optional(seq("=", field("value", $._expression))),
        ),
      ),
    property_declaration: ($) =>
      prec.right(
        seq(
          optional($._prefix),
          "prop",
          field("name", $.identifier),
          ":",
          field("type", $._type),
          optional($.property_body),
        ),
      ),
    property_body: ($) => seq("{", repeat(choice($.accessor, $._separator)), "}"),
    accessor: ($) =>
      seq(optional($._prefix), field("name", $.identifier), "(", optional(choice($.identifier, $.wildcard)), ")", field("body", $.block)),

    class_declaration: ($) => seq(optional($._prefix), "class", $._type_head, field("body", $.declaration_body)),
    struct_declaration: ($) => seq(optional($._prefix), "struct", $._type_head, field("body", $.declaration_body)),
    interface_declaration: ($) => seq(optional($._prefix), "interface", $._type_head, field("body", $.declaration_body)),
    extend_declaration: ($) =>
      seq(
        optional($._prefix),
        "extend",
        optional($.type_parameters),
        field("name", $._type),
        optional($.supertypes),
        optional($.where_clause),
        field("body", $.declaration_body),
      ),
    _type_head: ($) =>
      seq(
        field("name", $.identifier),
        optional($.type_parameters),
        optional($.supertypes),
        optional($.where_clause),
      ),
    declaration_body: ($) => seq("{", repeat(choice($._declaration, $.primary_init, $.macro_call, $._separator)), "}"),

    enum_declaration: ($) => seq(optional($._prefix), "enum", $._type_head, field("body", $.enum_body)),
    enum_body: ($) =>
      seq(
        "{",
        repeat(
          choice(
            $._separator,
            $.enum_constructor,
            seq("|", choice(seq(repeat($.annotation), $.enum_constructor), "...")),
            $._declaration,
            $.macro_call,
          ),
        ),
        "}",
      ),
    enum_constructor: ($) =>
      seq(field("name", $.identifier), optional(seq("(", commaSep(choice($._type, $.named_type)), ")"))),

    type_alias: ($) =>
      seq(optional($._prefix), "type", field("name", $.identifier), optional($.type_parameters), "=", field("type", $._type)),

    type_parameters: ($) => seq("<", commaSep1($.identifier), ">"),
    supertypes: ($) => seq("<:", sep1($._type, "&")),
    where_clause: ($) => prec.right(seq("where", sep1($.type_constraint, ","))),
    type_constraint: ($) => seq(choice($.user_type), "<:", sep1($._type, "&")),

    // Types

    _type: ($) => choice($.user_type, $.option_type, $.function_type, $.tuple_type),
    user_type: ($) =>
      seq($.identifier, optional($.type_arguments), repeat(seq(choice(".", "::"), $.identifier, optional($.type_arguments)))),
    type_arguments: ($) => seq("<", commaSep1(choice($._type, seq("$", $.integer))), ">"),
    option_type: ($) => seq("?", $._type),
    named_type: ($) => seq($.identifier, ":", $._type),
    tuple_type: ($) => prec(-1, seq("(", commaSep(choice($._type, $.named_type)), ")")),
    function_type: ($) => prec.right(seq("(", commaSep(choice($._type, $.named_type)), ")", "->", $._type)),

    // Statements

    block: ($) => seq("{", optional($._statements), "}"),
    _separators: ($) => repeat1($._separator),
    // What stands first is no separator: a line break after `{` means nothing.
    _statements: ($) =>
      seq($._statement, repeat(seq($._separators, $._statement)), optional($._separators)),
    _statement: ($) => choice($._declaration, $.expression_statement),
    expression_statement: ($) => $._expression,

    // Expressions

    _expression: ($) =>
      choice(
        $._primary,
        $.assignment,
        $.binary_expression,
        $.unary_expression,
        $.update_expression,
        $.range_expression,
        $.type_test,
        $.type_cast,
        $.let_condition,
        $.return_statement,
        $.throw_expression,
        $.break_statement,
        $.continue_statement,
      ),

    _primary: ($) =>
      choice(
        $.identifier,
        $.wildcard,
        $._literal,
        $.this,
        $.super,
        $.unit,
        $.parenthesized_expression,
        $.tuple,
        $.array,
        $.lambda,
        $.call_expression,
        $.index_expression,
        $.member_expression,
        $.generic_expression,
        $.option_chain,
        $.if_expression,
        $.match_expression,
        $.for_expression,
        $.while_expression,
        $.do_while_expression,
        $.try_expression,
        $.spawn_expression,
        $.synchronized_expression,
        $.unsafe_expression,
        $.quote_expression,
        $.macro_call,
      ),

    this: (_) => "this",
    super: (_) => "super",
    unit: (_) => prec(1, seq("(", ")")),
    parenthesized_expression: ($) => seq("(", $._expression, ")"),
    tuple: ($) => seq("(", $._expression, ",", commaSep($._expression), ")"),
    array: ($) => seq("[", commaSep(choice($._expression)), "]"),

    lambda: ($) =>
      seq("{", optional(seq(commaSep($.lambda_parameter), "=>")), optional($._statements), "}"),
    lambda_parameter: ($) =>
      seq(field("name", choice($.identifier, $.wildcard)), optional(seq(":", field("type", $._type)))),

    call_expression: ($) =>
      prec.left(
        P.postfix,
        seq(
          field("function", $._primary),
          choice(
            seq(field("arguments", $.arguments), optional($.lambda)),
            $.lambda,
          ),
        ),
      ),
    arguments: ($) => seq("(", commaSep($.argument), ")"),
    argument: ($) =>
      seq(optional(seq(field("name", $.identifier), ":")), optional("inout"), $._expression),
    index_expression: ($) => prec.left(P.postfix, seq($._primary, "[", commaSep($._expression), "]")),
    member_expression: ($) =>
      prec.left(P.postfix, seq(field("object", $._primary), choice(".", "::"), field("property", choice($.identifier, $.integer)))),
    generic_expression: ($) => prec.dynamic(1, seq($._primary, $.type_arguments)),
    // `a?.b`, `a?[i]`, `a?(x)`, `a?{ … }`
    option_chain: ($) => prec.left(P.postfix, seq($._primary, token.immediate("?"))),

    assignment: ($) =>
      prec.right(
        P.assign,
        seq(
          field("left", $._expression),
          field(
            "operator",
            choice("=", "+=", "-=", "*=", "/=", "%=", "**=", "&&=", "||=", "&=", "|=", "^=", "<<=", ">>="),
          ),
          field("right", $._expression),
        ),
      ),

    binary_expression: ($) =>
      choice(
        ...[
          [P.flow, "|>"], [P.flow, "~>"], [P.or, "||"], [P.and, "&&"], [P.bitor, "|"], [P.bitxor, "^"],
          [P.bitand, "&"], [P.equal, "=="], [P.equal, "!="], [P.compare, "<"], [P.compare, ">"],
          [P.compare, "<="], [P.compare, ">="], [P.shift, "<<"], [P.shift, ">>"], [P.add, "+"],
          [P.add, "-"], [P.multiply, "*"], [P.multiply, "/"], [P.multiply, "%"],
        ].map(([level, operator]) =>
          prec.left(level, seq(field("left", $._expression), field("operator", operator), field("right", $._expression))),
        ),
        prec.right(P.power, seq(field("left", $._expression), field("operator", "**"), field("right", $._expression))),
        prec.right(P.coalesce, seq(field("left", $._expression), field("operator", "??"), field("right", $._expression))),
      ),
    unary_expression: ($) => prec(P.unary, seq(field("operator", choice("!", "-")), $._expression)),
    update_expression: ($) => prec(P.postfix, seq($._expression, choice("++", "--"))),
    range_expression: ($) =>
      prec.right(
        P.range,
        choice(
          seq($._expression, choice("..", "..="), $._expression, optional(seq(":", $._expression))),
          seq(choice("..", "..="), $._expression),
          seq($._expression, "..", optional(seq(":", $._expression))),
        ),
      ),
    type_test: ($) => prec.left(P.compare, seq($._expression, "is", $._type)),
    type_cast: ($) => prec.left(P.compare, seq($._expression, "as", $._type)),
    let_condition: ($) => prec.left(P.and, seq("let", $._pattern, "<-", $._expression)),

    if_expression: ($) =>
      prec.right(
        seq(
          "if",
          "(",
          field("condition", $._expression),
          ")",
          field("consequence", $.block),
          optional(seq("else", field("alternative", choice($.block, $.if_expression)))),
        ),
      ),
    match_expression: ($) =>
      seq("match", optional(seq("(", field("value", $._expression), ")")), "{", repeat($.match_case), "}"),
    match_case: ($) =>
      prec.right(
        seq(
          "case",
          field("pattern", choice($._pattern, $._expression)),
          optional(seq("where", field("guard", $._expression))),
          "=>",
          optional($._statements),
        ),
      ),
    for_expression: ($) =>
      seq(
        "for",
        "(",
        field("left", $._pattern),
        "in",
        field("right", $._expression),
        optional(seq("where", field("guard", $._expression))),
        ")",
        field("body", $.block),
      ),
    while_expression: ($) => seq("while", "(", field("condition", $._expression), ")", field("body", $.block)),
    do_while_expression: ($) =>
      seq("do", field("body", $.block), "while", "(", field("condition", $._expression), ")"),
    try_expression: ($) =>
      prec.right(
        seq(
          "try",
          optional(seq("(", commaSep1($.resource), ")")),
          field("body", $.block),
          repeat($.catch_clause),
          optional($.finally_clause),
        ),
      ),
    resource: ($) => seq(field("name", $.identifier), optional(seq(":", $._type)), "=", field("value", $._expression)),
    catch_clause: ($) =>
      seq("catch", "(", field("name", choice($.identifier, $.wildcard)), optional(seq(":", sep1($._type, "|"))), ")", field("body", $.block)),
    finally_clause: ($) => seq("finally", field("body", $.block)),
    spawn_expression: ($) => seq("spawn", optional($.arguments), $.lambda),
    synchronized_expression: ($) => seq("synchronized", "(", $._expression, ")", field("body", $.block)),
    unsafe_expression: ($) => seq("unsafe", $.block),
    quote_expression: ($) => seq("quote", $._quoted),
    // Only parentheses have to close here.
    _quoted: ($) =>
      seq(
        "(",
        repeat(
          choice(
            $.identifier,
            $._literal,
            $.wildcard,
            alias(choice(...KEYWORDS), $.keyword),
            alias(choice(...OPERATORS, "{", "}", "[", "]"), $.operator),
            $._quoted,
          ),
        ),
        ")",
      ),
    return_statement: ($) => prec.right(seq("return", optional($._expression))),
    throw_expression: ($) => prec.right(seq("throw", $._expression)),
    break_statement: (_) => "break",
    continue_statement: (_) => "continue",

    // Patterns

    _pattern: ($) => choice($._simple_pattern, $.alternative_pattern),
    alternative_pattern: ($) => prec.left(seq($._simple_pattern, repeat1(seq("|", $._simple_pattern)))),
    _simple_pattern: ($) =>
      choice($.identifier, $.wildcard, $._literal, $.negative_literal, $.unit, $.tuple_pattern, $.enum_pattern, $.type_pattern),
    _binding: ($) => choice($.identifier, $.wildcard, $.tuple_pattern, $.enum_pattern),
    negative_literal: ($) => seq("-", choice($.integer, $.float)),
    tuple_pattern: ($) => seq("(", commaSep1($._pattern), ")"),
    enum_pattern: ($) =>
      choice(
        seq($.user_type, "(", commaSep($._pattern), ")"),
        seq($.identifier, optional($.type_arguments), repeat1(seq(".", $.identifier))),
      ),
    type_pattern: ($) => prec.right(seq(choice($.identifier, $.wildcard), ":", $._type)),

    // Words and literals

    identifier: (_) => token(choice(/[\p{L}_][\p{L}\p{N}_]*/, /`[^`\n]+`/)),
    wildcard: (_) => "_",

    _literal: ($) => choice($.integer, $.float, $.string, $.raw_string, $.rune, $.boolean),
    boolean: (_) => choice("true", "false"),
    integer: (_) =>
      token(seq(choice(/0[xX][0-9a-fA-F_]+/, /0[bB][01_]+/, /0[oO][0-7_]+/, /[0-9][0-9_]*/), optional(/[iu](8|16|32|64)/))),
    float: (_) =>
      token(
        seq(
          choice(
            /[0-9][0-9_]*\.[0-9][0-9_]*([eE][+-]?[0-9_]+)?/,
            /[0-9][0-9_]*[eE][+-]?[0-9_]+/,
            /0[xX][0-9a-fA-F_]*\.?[0-9a-fA-F_]+[pP][+-]?[0-9_]+/,
            /\.[0-9][0-9_]*([eE][+-]?[0-9_]+)?/,
            /[0-9][0-9_]*f(16|32|64)/,
          ),
          optional(/f(16|32|64)/),
        ),
      ),
    rune: (_) => token(choice(/[rb]'([^'\\\n]|\\u\{[0-9a-fA-F]+\}|\\.)*'/, /r"([^"\\\n]|\\u\{[0-9a-fA-F]+\}|\\.)*"/)),
    string: ($) =>
      choice(
        seq(choice('"""', 'J"""'), repeat(choice(alias(choice($._long_content, $._quotes), $.string_content), $._string_part)), token.immediate(prec(2, '"""'))),
        seq("'''", repeat(choice(alias(choice($._long_content_single, $._quotes_single), $.string_content), $._string_part)), token.immediate(prec(2, "'''"))),
        seq(choice('"', 'b"', 'J"'), repeat(choice(alias($._content, $.string_content), $._string_part)), token.immediate('"')),
        seq("'", repeat(choice(alias($._content_single, $.string_content), $._string_part)), token.immediate("'")),
      ),
    _content: (_) => token.immediate(prec(1, /[^"\\$\n]+/)),
    _content_single: (_) => token.immediate(prec(1, /[^'\\$\n]+/)),
    _long_content: (_) => token.immediate(prec(1, /([^"\\$]|"[^"\\$]|""[^"\\$])+/)),
    _long_content_single: (_) => token.immediate(prec(1, /([^'\\$]|'[^'\\$]|''[^'\\$])+/)),
    _string_part: ($) =>
      choice($.escape_sequence, $.interpolation, alias(token.immediate(prec(1, "$")), $.string_content), $._inside_string),
    _quotes: (_) => token.immediate(prec(1, choice('"', '""'))),
    _quotes_single: (_) => token.immediate(prec(1, choice("'", "''"))),
    escape_sequence: (_) => token.immediate(prec(1, choice(/\\u\{[0-9a-fA-F]+\}/, /\\[^u]/, /\\u/))),
    interpolation: ($) => seq(token.immediate(prec(2, "${")), optional($._statements), "}"),
    // As many `#` as it began with end it; a quote before fewer is content.
    raw_string: (_) =>
      token(
        choice(
          /#"([^"]|"+[^"#])*"+#/,
          /##"([^"]|"+(#"+)*([^"#]|#[^"#]))*"+(#"+)*##/,
          /###"([^"]|"+(##?"+)*([^"#]|##?[^"#]))*"+(##?"+)*###/,
          /#'([^']|'+[^'#])*'+#/,
          /##'([^']|'+(#'+)*([^'#]|#[^'#]))*'+(#'+)*##/,
        ),
      ),
  },
});

function sep1(rule, separator) {
  return seq(rule, repeat(seq(separator, rule)));
}
