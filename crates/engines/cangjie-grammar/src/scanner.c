// Line breaks that end a statement, and block comments, which nest.

#include "tree_sitter/parser.h"

#include <string.h>
#include <wctype.h>

enum Token { AUTOMATIC_SEMICOLON, BLOCK_COMMENT, INSIDE_STRING, ERROR };

void *tree_sitter_cangjie_external_scanner_create(void) { return NULL; }
void tree_sitter_cangjie_external_scanner_destroy(void *payload) { (void)payload; }
unsigned tree_sitter_cangjie_external_scanner_serialize(void *payload, char *buffer) {
    (void)payload;
    (void)buffer;
    return 0;
}
void tree_sitter_cangjie_external_scanner_deserialize(void *payload, const char *buffer,
                                                      unsigned length) {
    (void)payload;
    (void)buffer;
    (void)length;
}

// After `/*`; false at the end of the text.
static bool block_comment(TSLexer *lexer) {
    unsigned depth = 1;
    while (!lexer->eof(lexer)) {
        if (lexer->lookahead == '*') {
            lexer->advance(lexer, false);
            if (lexer->lookahead == '/') {
                lexer->advance(lexer, false);
                if (--depth == 0) {
                    return true;
                }
            }
        } else if (lexer->lookahead == '/') {
            lexer->advance(lexer, false);
            if (lexer->lookahead == '*') {
                lexer->advance(lexer, false);
                depth++;
            }
        } else {
            lexer->advance(lexer, false);
        }
    }
    return false;
}

// Whether the next line goes on with the expression or declaration: it begins
// with what cannot begin a statement.
static bool continues(TSLexer *lexer) {
    int32_t c = lexer->lookahead;
    if (c == 0) {
        return false;
    }
    if (strchr(",:)]=*%^?{<>", c)) {
        return true;
    }
    switch (c) {
    case '.':
        lexer->advance(lexer, false);
        // `.5` is a number, `...` ends an enum's constructors.
        return !iswdigit(lexer->lookahead);
    case '&':
    case '|':
    case '/':
        return true;
    case '!':
        lexer->advance(lexer, false);
        return lexer->lookahead == '=';
    case '-':
        lexer->advance(lexer, false);
        return lexer->lookahead == '>';
    case '~':
        lexer->advance(lexer, false);
        return lexer->lookahead == '>';
    default:
        break;
    }
    char word[9];
    unsigned length = 0;
    while (iswalnum(lexer->lookahead) || lexer->lookahead == '_') {
        if (length == 8) {
            return false;
        }
        word[length++] = lexer->lookahead < 128 ? (char)lexer->lookahead : '?';
        lexer->advance(lexer, false);
    }
    word[length] = 0;
    return strcmp(word, "else") == 0 || strcmp(word, "catch") == 0 ||
           strcmp(word, "finally") == 0 || strcmp(word, "where") == 0 || strcmp(word, "as") == 0 ||
           strcmp(word, "is") == 0;
}

bool tree_sitter_cangjie_external_scanner_scan(void *payload, TSLexer *lexer,
                                               const bool *valid_symbols) {
    (void)payload;
    if (valid_symbols[INSIDE_STRING] && !valid_symbols[ERROR]) {
        return false;
    }
    bool may_end = valid_symbols[AUTOMATIC_SEMICOLON] && !valid_symbols[ERROR];
    bool broken = false;
    for (;;) {
        while (iswspace(lexer->lookahead)) {
            bool line = lexer->lookahead == '\n';
            lexer->advance(lexer, !broken);
            if (line && may_end && !broken) {
                broken = true;
                lexer->result_symbol = AUTOMATIC_SEMICOLON;
                lexer->mark_end(lexer);
            }
        }
        if (lexer->lookahead != '/') {
            break;
        }
        lexer->advance(lexer, false);
        if (lexer->lookahead == '/') {
            if (!broken) {
                return false;
            }
            while (!lexer->eof(lexer) && lexer->lookahead != '\n') {
                lexer->advance(lexer, false);
            }
        } else if (lexer->lookahead == '*') {
            lexer->advance(lexer, false);
            bool closed = block_comment(lexer);
            if (!broken) {
                if (!closed || !valid_symbols[BLOCK_COMMENT]) {
                    return false;
                }
                lexer->mark_end(lexer);
                lexer->result_symbol = BLOCK_COMMENT;
                return true;
            }
        } else {
            return false;
        }
    }
    return broken && (lexer->eof(lexer) || !continues(lexer));
}
