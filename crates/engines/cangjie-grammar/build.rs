//! Compiles the generated parser.

fn main() {
    println!("cargo::rerun-if-changed=src/parser.c");
    println!("cargo::rerun-if-changed=src/scanner.c");
    cc::Build::new()
        .std("c11")
        .include("src")
        .files(["src/parser.c", "src/scanner.c"])
        // Generated code, not ours to tidy.
        .warnings(false)
        .compile("tree-sitter-cangjie");
}
