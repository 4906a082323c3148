//! Style sheets become one file, modules stay apart; every file gets its
//! content's hash into the name and a compressed twin.

use std::{collections::BTreeMap, fmt::Write as _, fs, io::Write as _, path::Path};

use flate2::{Compression, write::GzEncoder};

pub(crate) fn generate(folder: &Path, out: &Path) {
    let mut table = String::from("static ASSETS: &[Asset] = &[\n");
    let mut names: BTreeMap<String, String> = BTreeMap::new();

    let css: String =
        messages::files(&folder.join("css")).iter().map(|path| squeeze(&read(path))).collect();
    let name = emit(&mut table, out, "app", "css", "text/css; charset=utf-8", css.as_bytes());
    names.insert("app.css".to_owned(), name);

    // The modules import one another by their source names; the entry is last
    // because its imports have to carry the final names.
    let mut modules = messages::files(&folder.join("js"));
    modules.sort_by_key(|path| (path.file_stem().is_some_and(|s| s == "app"), path.clone()));
    for path in modules {
        let stem = path.file_stem().and_then(|s| s.to_str()).expect("plain names").to_owned();
        let mut source = read(&path);
        for (plain, hashed) in &names {
            source = source.replace(&format!("\"./{plain}\""), &format!("\"./{hashed}\""));
        }
        let name =
            emit(&mut table, out, &stem, "js", "text/javascript; charset=utf-8", source.as_bytes());
        names.insert(format!("{stem}.js"), name);
    }

    let icon = read(&folder.join("mark.svg"));
    names.insert(
        "mark.svg".to_owned(),
        emit(&mut table, out, "mark", "svg", "image/svg+xml", icon.as_bytes()),
    );

    table.push_str("];\n");
    for plain in ["app.css", "app.js", "mark.svg"] {
        let constant = plain.replace('.', "_").to_uppercase();
        let _ = writeln!(
            table,
            "/// The address of `{plain}`.\npub(crate) const {constant}: &str = \"/-/assets/{}\";",
            names[plain]
        );
    }
    table.push_str("/// The modules that `app.js` imports, to be asked for early.\npub(crate) const MODULES: &[&str] = &[\n");
    for (plain, hashed) in
        names.iter().filter(|(plain, _)| plain.ends_with(".js") && *plain != "app.js")
    {
        let _ = writeln!(table, "    \"/-/assets/{hashed}\", // {plain}");
    }
    table.push_str("];\n");
    fs::write(out.join("assets.rs"), table).expect("the build's own folder is writable");
}

fn emit(table: &mut String, out: &Path, stem: &str, ext: &str, mime: &str, bytes: &[u8]) -> String {
    let name = format!("{stem}.{:016x}.{ext}", fnv(bytes));
    let plain = out.join(format!("{stem}.{ext}"));
    fs::write(&plain, bytes).expect("the build's own folder is writable");
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(bytes).expect("memory takes every write");
    let packed = encoder.finish().expect("memory takes every write");
    let gzip = out.join(format!("{stem}.{ext}.gz"));
    fs::write(&gzip, packed).expect("the build's own folder is writable");
    let _ = writeln!(
        table,
        "    Asset {{ name: {name:?}, mime: {mime:?}, plain: include_bytes!({:?}), gzip: include_bytes!({:?}) }},",
        plain.display().to_string(),
        gzip.display().to_string()
    );
    name
}

/// Names files, does not protect them: 64 bits of FNV-1a are enough to tell
/// two builds apart.
fn fnv(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3)
    })
}

/// Drops comments and indentation; compression does the rest.
fn squeeze(css: &str) -> String {
    let mut kept = String::with_capacity(css.len());
    let mut rest = css;
    while let Some(start) = rest.find("/*") {
        kept.push_str(&rest[..start]);
        rest = rest[start..].find("*/").map_or("", |end| &rest[start + end + 2..]);
    }
    kept.push_str(rest);
    kept.lines().map(str::trim).filter(|l| !l.is_empty()).fold(String::new(), |mut all, line| {
        all.push_str(line);
        all.push('\n');
        all
    })
}

fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|e| panic!("{}: {e}", path.display()))
}
