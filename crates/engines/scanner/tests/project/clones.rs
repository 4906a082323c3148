//! Duplicates: what is one, and what looks like one.

use scanner::{CloneLimits, Engine, Ruleset};

use crate::{engine, join};

/// A function with enough different statements to be worth copying.
fn program(name: &str, v: &str, n: u32) -> String {
    format!(
        "def {name}({v}, limit):
    total_{v} = {n}
    for item_{v} in {v}:
        if item_{v}.size > limit and not item_{v}.hidden:
            total_{v} += item_{v}.size * {n}
        elif item_{v}.name.startswith('x{n}'):
            raise ValueError('bad ' + item_{v}.name)
        else:
            log_{v}.append((item_{v}.name, limit - 1))
    while total_{v} > limit:
        total_{v} = total_{v} // 2
        limit = limit + {n}
    with open({v}.path, 'w') as out_{v}:
        out_{v}.write(str(total_{v}))
        out_{v}.flush()
    return {{'total': total_{v}, 'limit': limit, 'count': len({v})}}
"
    )
}

#[test]
fn clones_survive_renaming_other_literals_and_layout() {
    let engine = engine();
    let a = program("first", "rows", 1);
    let b = program("second", "lines", 77).replace("    ", "  ");
    let c = program("third", "xs", 5).replace("\n    while", "\n\n    # why\n    while");
    let report = join(&engine, &[("a.py", &a), ("d/b.py", &b), ("d/c.py", &c)]);
    assert_eq!(report.clones.len(), 3, "{:#?}", report.clones);
    let classes: std::collections::BTreeSet<u32> = report.clones.iter().map(|p| p.class).collect();
    assert_eq!(classes.len(), 1, "copies of one code are one class");
    let pair = &report.clones[0];
    assert_eq!((pair.first.start_line, pair.similarity), (1, 100));
    assert_eq!(report.totals.duplicated_lines, 16 + 16 + 18);
}

#[test]
fn clones_survive_an_edited_line() {
    let engine = engine();
    let a = program("first", "rows", 1);
    let b = a.replace(
        "        total_rows = total_rows // 2\n",
        "        total_rows = halve(total_rows, mode=None)[0]\n        count(1)\n",
    );
    assert_ne!(a, b);
    let report = join(&engine, &[("a.py", &a), ("b.py", &b)]);
    assert_eq!(report.clones.len(), 1, "{:#?}", report.clones);
    assert!(report.clones[0].similarity >= 80 && report.clones[0].similarity < 100);
}

#[test]
fn different_code_tables_and_imports_are_no_clones() {
    let engine = engine();
    let table: String = (0..200).map(|i| format!("    {i},\n")).collect();
    let table = format!("T = [\n{table}]\n");
    let imports: String = (0..200).map(|i| format!("from a{i} import b{i}\n")).collect();
    let other = "class P:
    def __init__(self, a, b):
        self.a = a
        self.b = b
        super().__init__()

    async def go(self):
        try:
            await self.a.run(self.b)
        except (KeyError, IndexError) as e:
            print(e, self)
            return None
        assert self.a is not self.b, 'same'
        yield lambda q: q ** 2 | 4 & ~q
        del self.a[1:2], self.b
        global counter
        counter -= 1
";
    let report = join(
        &engine,
        &[
            ("a.py", &(table.clone() + &imports)),
            ("b.py", &(table + &imports)),
            ("c.py", &program("first", "rows", 1)),
            ("d.py", other),
        ],
    );
    assert_eq!(report.clones, [], "{:#?}", report.clones);
}

#[test]
fn clones_inside_one_file_and_across_sizes() {
    let small = Engine::new(&Ruleset {
        clones: CloneLimits { min_tokens: 40, min_lines: 3 },
        ..Ruleset::default()
    })
    .expect("a ruleset");
    let twice = program("first", "rows", 1) + "\n\n" + &program("second", "xs", 2);
    let report = join(&engine(), &[("a.py", &twice)]);
    assert_eq!(report.clones.len(), 1);
    let piece: String =
        program("first", "rows", 1).lines().take(8).fold(String::new(), |s, l| s + l + "\n");
    let files = [("a.py", piece.as_str()), ("b.py", piece.as_str())];
    assert_eq!(join(&engine(), &files).clones, []);
    assert_eq!(join(&small, &files).clones.len(), 1);
}

#[test]
fn many_copies_stay_linear() {
    let source = program("first", "rows", 1);
    let paths: Vec<String> = (0..600).map(|i| format!("f{i:04}.py")).collect();
    let files: Vec<(&str, &str)> = paths.iter().map(|p| (p.as_str(), source.as_str())).collect();
    let report = join(&engine(), &files);
    assert!(report.clones.len() < 600 * 3, "{}", report.clones.len());
    assert_eq!(report.totals.duplicated_lines, 600 * 16);
}
