use crate::{components, lines};

#[test]
fn npm_locks_say_who_needs_whom() {
    let lock = r#"{
  "name": "app", "lockfileVersion": 3,
  "packages": {
    "": { "dependencies": { "a": "^1.0.0" }, "devDependencies": { "d": "1" } },
    "node_modules/a": { "version": "1.2.0", "license": "MIT", "dependencies": { "b": "^2" } },
    "node_modules/a/node_modules/b": { "version": "2.1.0", "license": "(MIT OR Apache-2.0)" },
    "node_modules/b": { "version": "1.0.0", "dev": true },
    "node_modules/d": { "version": "1.0.0", "dev": true, "dependencies": { "b": "1" } },
    "node_modules/@s/p": { "version": "3.0.0" },
    "node_modules/local": { "resolved": "packages/local", "link": true },
    "packages/local": { "version": "1.0.0", "dependencies": { "@s/p": "3" } }
  }
}"#;
    let manifest = r#"{ "dependencies": { "a": "^1.0.0" }, "devDependencies": { "d": "1" } }"#;
    let files = [("package.json", manifest), ("package-lock.json", lock)];
    assert_eq!(
        lines(&files),
        [
            "pkg:npm/%40s/p@3.0.0 direct runtime package-lock.json:9",
            "pkg:npm/a@1.2.0 direct runtime package-lock.json:5",
            "pkg:npm/b@1.0.0 transitive development package-lock.json:7",
            "pkg:npm/b@2.1.0 transitive runtime package-lock.json:6",
            "pkg:npm/d@1.0.0 direct development package-lock.json:8",
        ]
    );
    let all = components(&files);
    assert_eq!((all[1].licence.as_str(), all[1].requirement.as_str()), ("MIT", "^1.0.0"));
    assert_eq!(all[3].licence, "MIT OR Apache-2.0");
    assert_eq!((&all[1].needs, &all[4].needs), (&vec![3], &vec![2]));
}

#[test]
fn npm_locks_of_the_first_version_are_nested() {
    let lock = r#"{
  "lockfileVersion": 1,
  "dependencies": {
    "a": { "version": "1.2.0", "requires": { "b": "^2" },
      "dependencies": { "b": { "version": "2.1.0" } } },
    "b": { "version": "1.0.0", "dev": true }
  }
}"#;
    let manifest = r#"{ "dependencies": { "a": "1" }, "devDependencies": { "b": "1" } }"#;
    assert_eq!(
        lines(&[("w/package.json", manifest), ("w/package-lock.json", lock)]),
        [
            "pkg:npm/a@1.2.0 direct runtime w/package-lock.json:4",
            "pkg:npm/b@1.0.0 direct development w/package-lock.json:6",
            "pkg:npm/b@2.1.0 transitive runtime w/package-lock.json:5",
        ]
    );
}

const YARN_MANIFEST: &str = r#"{
  "dependencies": { "a": "^1.0.0", "unlocked": "^9" },
  "devDependencies": { "@s/d": "~2.0.0" }
}"#;

#[test]
fn yarn_locks_of_both_kinds_are_followed() {
    let first = r#"# yarn lockfile v1


"@s/d@~2.0.0":
  version "2.0.4"
  dependencies:
    b "^1.0.0"

a@^1.0.0, a@^1.1.0:
  version "1.1.9"
  resolved "https://registry.example/a"
  dependencies:
    "@s/c" "1"

"@s/c@1":
  version "1.0.0"

b@^1.0.0:
  version "1.5.0"
"#;
    let expected = |c: u32, d: u32, a: u32, b: u32| {
        vec![
            format!("pkg:npm/%40s/c@1.0.0 transitive runtime yarn.lock:{c}"),
            format!("pkg:npm/%40s/d@2.0.4 direct development yarn.lock:{d}"),
            format!("pkg:npm/a@1.1.9 direct runtime yarn.lock:{a}"),
            format!("pkg:npm/b@1.5.0 transitive development yarn.lock:{b}"),
            "pkg:npm/unlocked direct runtime package.json:2".to_owned(),
        ]
    };
    let files = [("package.json", YARN_MANIFEST), ("yarn.lock", first)];
    assert_eq!(lines(&files), expected(15, 4, 9, 18));

    let berry = r#"__metadata:
  version: 8

"@s/d@npm:~2.0.0":
  version: 2.0.4
  resolution: "@s/d@npm:2.0.4"
  dependencies:
    b: "npm:^1.0.0"
  languageName: node
  linkType: hard

"a@npm:^1.0.0, a@npm:^1.1.0":
  version: 1.1.9
  dependencies:
    "@s/c": "npm:1"
  linkType: hard

"@s/c@npm:1":
  version: 1.0.0
  linkType: hard

"b@npm:^1.0.0":
  version: 1.5.0
  linkType: hard

"app@workspace:.":
  version: 0.0.0-use.local
  linkType: soft
"#;
    let files = [("package.json", YARN_MANIFEST), ("yarn.lock", berry)];
    assert_eq!(lines(&files), expected(18, 4, 12, 22));
}

#[test]
fn pnpm_locks_of_several_versions_are_read() {
    let nine = "lockfileVersion: '9.0'
importers:
  .:
    dependencies:
      a:
        specifier: ^1.0.0
        version: 1.2.0(b@2.0.0)
    devDependencies:
      '@s/d':
        specifier: ~2.0.0
        version: 2.0.4
packages:
  '@s/d@2.0.4':
    resolution: {integrity: sha512-x}
  a@1.2.0:
    resolution: {integrity: sha512-x}
    peerDependencies:
      b: '2'
  b@2.0.0:
    resolution: {integrity: sha512-x}
snapshots:
  '@s/d@2.0.4': {}
  a@1.2.0(b@2.0.0):
    dependencies:
      b: 2.0.0
  b@2.0.0: {}
";
    let manifest = r#"{ "dependencies": { "a": "^1.0.0" } }"#;
    assert_eq!(
        lines(&[("package.json", manifest), ("pnpm-lock.yaml", nine)]),
        [
            "pkg:npm/%40s/d@2.0.4 direct development pnpm-lock.yaml:13",
            "pkg:npm/a@1.2.0 direct runtime pnpm-lock.yaml:15",
            "pkg:npm/b@2.0.0 transitive runtime pnpm-lock.yaml:19",
        ]
    );
    for (key, version) in
        [("/a/1.2.0_b@2.0.0", "1.2.0_b@2.0.0"), ("/a@1.2.0(b@2.0.0)", "1.2.0(b@2.0.0)")]
    {
        let old = format!(
            "lockfileVersion: 5.4\ndependencies:\n  a: {version}\npackages:\n  {key}:\n    dev: false\n"
        );
        assert_eq!(
            lines(&[("pnpm-lock.yaml", &old)]),
            ["pkg:npm/a@1.2.0 direct runtime pnpm-lock.yaml:5"],
            "{key}"
        );
    }
}

#[test]
fn python_has_many_ways() {
    let requirements =
        "# made by hand\nrequests[socks]==2.8.1  # why\nDjango>=3.2,<4\n-r other.txt\n-e .\n";
    assert_eq!(
        lines(&[("requirements.txt", requirements)]),
        [
            "pkg:pypi/django direct unknown requirements.txt:3",
            "pkg:pypi/requests@2.8.1 direct unknown requirements.txt:2",
        ]
    );
    let compiled = "flask==3.0.0 \\\n    --hash=sha256:00\n    # via -r requirements.in\nclick==8.1.7\n    # via flask\nidna==3.4\n    # via\n    #   requests\n";
    assert_eq!(
        lines(&[("requirements.txt", compiled)]),
        [
            "pkg:pypi/click@8.1.7 transitive unknown requirements.txt:4",
            "pkg:pypi/flask@3.0.0 direct unknown requirements.txt:1",
            "pkg:pypi/idna@3.4 direct unknown requirements.txt:6",
        ]
        .map(|line| line.replace("idna@3.4 direct", "idna@3.4 transitive"))
    );
    let poetry = "[[package]]\nname = \"Flask\"\nversion = \"3.0.0\"\n\n[package.dependencies]\nclick = \">=8\"\n\n[[package]]\nname = \"click\"\nversion = \"8.1.7\"\n\n[[package]]\nname = \"pytest\"\nversion = \"8.0.0\"\n";
    let pyproject = "[tool.poetry]\nname = \"x\"\n[tool.poetry.dependencies]\npython = \"^3.11\"\nflask = \"^3\"\n[tool.poetry.group.dev.dependencies]\npytest = \"^8\"\n";
    assert_eq!(
        lines(&[("pyproject.toml", pyproject), ("poetry.lock", poetry)]),
        [
            "pkg:pypi/flask@3.0.0 direct runtime poetry.lock:2",
            "pkg:pypi/click@8.1.7 transitive runtime poetry.lock:9",
            "pkg:pypi/pytest@8.0.0 direct development poetry.lock:13",
        ]
    );
    let uv = "version = 1\n[[package]]\nname = \"app\"\nversion = \"0.1.0\"\nsource = { virtual = \".\" }\ndependencies = [{ name = \"click\" }]\n[package.dev-dependencies]\ndev = [{ name = \"ruff\" }]\n[[package]]\nname = \"click\"\nversion = \"8.1.7\"\n[[package]]\nname = \"ruff\"\nversion = \"0.6.0\"\n";
    assert_eq!(
        lines(&[("uv.lock", uv)]),
        [
            "pkg:pypi/click@8.1.7 direct runtime uv.lock:10",
            "pkg:pypi/ruff@0.6.0 direct development uv.lock:13",
        ]
    );
    let pipfile = "[packages]\nflask = \"*\"\n[dev-packages]\npytest = \"*\"\n";
    let lock = "{\n \"default\": {\n  \"click\": { \"version\": \"==8.1.7\" },\n  \"flask\": { \"version\": \"==3.0.0\" } },\n \"develop\": {\n  \"pytest\": { \"version\": \"==8.0.0\" } } }";
    assert_eq!(
        lines(&[("Pipfile", pipfile), ("Pipfile.lock", lock)]),
        [
            "pkg:pypi/click@8.1.7 transitive runtime Pipfile.lock:3",
            "pkg:pypi/flask@3.0.0 direct runtime Pipfile.lock:4",
            "pkg:pypi/pytest@8.0.0 direct development Pipfile.lock:6",
        ]
    );
    let project = "[project]\nname = \"x\"\ndependencies = [\n  \"click==8.1.7\",\n  \"flask>=3\",\n]\n[dependency-groups]\ntest = [\"pytest\"]\n";
    assert_eq!(
        lines(&[("pyproject.toml", project)]),
        [
            "pkg:pypi/click@8.1.7 direct runtime pyproject.toml:4",
            "pkg:pypi/flask direct runtime pyproject.toml:5",
            "pkg:pypi/pytest direct development pyproject.toml:8",
        ]
    );
}

#[test]
fn poms_are_seen_with_their_parents() {
    let parent = "<project><groupId>org.x</groupId><artifactId>parent</artifactId><version>1.0</version>
<properties><spring.version>${base}.8</spring.version><base>5.3</base></properties>
<dependencyManagement><dependencies>
 <dependency><groupId>org.spring</groupId><artifactId>core</artifactId><version>${spring.version}</version></dependency>
 <dependency><groupId>junit</groupId><artifactId>junit</artifactId><version>4.12</version><scope>test</scope></dependency>
 <dependency><groupId>org.x</groupId><artifactId>bom</artifactId><version>1</version><type>pom</type><scope>import</scope></dependency>
</dependencies></dependencyManagement></project>";
    let bom = "<project><groupId>org.x</groupId><artifactId>bom</artifactId><version>1</version>
<dependencyManagement><dependencies>
 <dependency><groupId>com.y</groupId><artifactId>y</artifactId><version>7</version></dependency>
</dependencies></dependencyManagement></project>";
    let child = "<project>
<parent><groupId>org.x</groupId><artifactId>parent</artifactId><version>1.0</version></parent>
<artifactId>child</artifactId>
<dependencies>
 <dependency><groupId>org.spring</groupId><artifactId>core</artifactId></dependency>
 <dependency><groupId>junit</groupId><artifactId>junit</artifactId></dependency>
 <dependency><groupId>com.y</groupId><artifactId>y</artifactId></dependency>
 <dependency><groupId>com.z</groupId><artifactId>z</artifactId><version>[1,2)</version></dependency>
 <dependency><groupId>org.x</groupId><artifactId>bom</artifactId><version>${project.version}</version></dependency>
</dependencies></project>";
    let files = [("pom.xml", parent), ("bom/pom.xml", bom), ("child/pom.xml", child)];
    assert_eq!(
        lines(&files),
        [
            "pkg:maven/com.y/y@7 direct runtime child/pom.xml:7",
            "pkg:maven/com.z/z direct runtime child/pom.xml:8",
            "pkg:maven/junit/junit@4.12 direct development child/pom.xml:6",
            "pkg:maven/org.spring/core@5.3.8 direct runtime child/pom.xml:5",
        ]
    );
    assert_eq!(components(&files)[1].requirement, "[1,2)");
}

#[test]
fn gradle_writes_a_lock_and_a_catalogue() {
    let lock = "# comment\ncom.a:a:1.0=compileClasspath,runtimeClasspath\norg.junit:j:5.0=testRuntimeClasspath\nempty=\n";
    assert_eq!(
        lines(&[("gradle.lockfile", lock)]),
        [
            "pkg:maven/com.a/a@1.0 ? runtime gradle.lockfile:2",
            "pkg:maven/org.junit/j@5.0 ? development gradle.lockfile:3",
        ]
    );
    let catalog = "[versions]\nkotlin = \"1.9.0\"\n[libraries]\nstd = { module = \"org.k:std\", version.ref = \"kotlin\" }\nb = \"com.b:b:2.0\"\nc = { group = \"c\", name = \"c\", version = { strictly = \"[3,4)\" } }\n";
    assert_eq!(
        lines(&[("gradle/libs.versions.toml", catalog)]),
        [
            "pkg:maven/c/c direct unknown gradle/libs.versions.toml:6",
            "pkg:maven/com.b/b@2.0 direct unknown gradle/libs.versions.toml:5",
            "pkg:maven/org.k/std@1.9.0 direct unknown gradle/libs.versions.toml:4",
        ]
    );
}

#[test]
fn go_modules_stand_in_for_others() {
    let text = "module example.com/x\n\ngo 1.22\n\nrequire (\n\tgithub.com/a/b v1.2.3\n\tgolang.org/x/net v0.1.0 // indirect\n\texample.com/local v0.0.0\n)\nrequire github.com/c/d v2.0.0+incompatible\nreplace golang.org/x/net => golang.org/x/net v0.17.0\nreplace example.com/local => ../local\n";
    assert_eq!(
        lines(&[("go.mod", text)]),
        [
            "pkg:golang/github.com/a/b@v1.2.3 direct runtime go.mod:6",
            "pkg:golang/github.com/c/d@v2.0.0%2Bincompatible direct runtime go.mod:10",
            "pkg:golang/golang.org/x/net@v0.17.0 transitive runtime go.mod:7",
        ]
    );
}

#[test]
fn cargo_tells_two_versions_of_a_crate_apart() {
    let lock = r#"version = 4

[[package]]
name = "app"
version = "0.1.0"
dependencies = ["a", "syn 2.0.0", "tempfile"]

[[package]]
name = "a"
version = "1.0.0"
source = "registry+https://github.com/rust-lang/crates.io-index"
dependencies = ["syn 1.0.0"]

[[package]]
name = "syn"
version = "1.0.0"
source = "registry+https://github.com/rust-lang/crates.io-index"

[[package]]
name = "syn"
version = "2.0.0"
source = "registry+https://github.com/rust-lang/crates.io-index"

[[package]]
name = "tempfile"
version = "3.0.0"
source = "registry+https://github.com/rust-lang/crates.io-index"
"#;
    let manifest = "[package]\nname = \"app\"\n[dependencies]\na = \"1\"\nsyn = { version = \"2\" }\n[dev-dependencies]\ntempfile.workspace = true\n";
    assert_eq!(
        lines(&[("Cargo.lock", lock), ("crates/app/Cargo.toml", manifest)]),
        [
            "pkg:cargo/a@1.0.0 direct runtime Cargo.lock:9",
            "pkg:cargo/syn@1.0.0 transitive runtime Cargo.lock:15",
            "pkg:cargo/syn@2.0.0 direct runtime Cargo.lock:20",
            "pkg:cargo/tempfile@3.0.0 direct development Cargo.lock:25",
        ]
    );
}

#[test]
fn composer_and_bundler_name_their_licences_and_roots() {
    let manifest =
        r#"{ "require": { "php": ">=8", "a/b": "^1" }, "require-dev": { "c/d": "2.*" } }"#;
    let lock = "{\n \"packages\": [\n  { \"name\": \"a/b\", \"version\": \"v1.2.0\", \"license\": [\"MIT\"], \"require\": { \"e/f\": \"1\", \"ext-json\": \"*\" } },\n  { \"name\": \"e/f\", \"version\": \"1.0.0\", \"license\": [\"BSD-3-Clause\", \"GPL-2.0\"] }],\n \"packages-dev\": [\n  { \"name\": \"c/d\", \"version\": \"2.1.0\" }]\n}";
    let files = [("composer.json", manifest), ("composer.lock", lock)];
    assert_eq!(
        lines(&files),
        [
            "pkg:composer/a/b@v1.2.0 direct runtime composer.lock:3",
            "pkg:composer/c/d@2.1.0 direct development composer.lock:6",
            "pkg:composer/e/f@1.0.0 transitive runtime composer.lock:4",
        ]
    );
    assert_eq!(components(&files)[2].licence, "BSD-3-Clause OR GPL-2.0-only");

    let gems = "PATH\n  remote: .\n  specs:\n    app (0.1)\n\nGEM\n  remote: https://rubygems.org/\n  specs:\n    nokogiri (1.16.0-x86_64-linux)\n      racc (~> 1.4)\n    racc (1.7.3)\n\nPLATFORMS\n  ruby\n\nDEPENDENCIES\n  app!\n  nokogiri (~> 1.16)\n";
    assert_eq!(
        lines(&[("Gemfile.lock", gems)]),
        [
            "pkg:gem/nokogiri@1.16.0 direct unknown Gemfile.lock:9",
            "pkg:gem/racc@1.7.3 transitive unknown Gemfile.lock:11",
        ]
    );
}

#[test]
fn nuget_has_four_files() {
    let project = "<Project Sdk=\"x\"><ItemGroup>\n<PackageReference Include=\"A\" Version=\"1.0.0\" />\n<PackageReference Include=\"B\"><Version>[2.0]</Version></PackageReference>\n<PackageReference Include=\"C\" />\n<PackageReference Include=\"T\" Version=\"3.*\" PrivateAssets=\"all\" />\n</ItemGroup></Project>";
    let central = "<Project><ItemGroup><PackageVersion Include=\"c\" Version=\"4.5\" /></ItemGroup></Project>";
    let config =
        "<packages>\n<package id=\"Old\" version=\"0.9\" targetFramework=\"net45\" />\n</packages>";
    assert_eq!(
        lines(&[
            ("src/App/App.csproj", project),
            ("Directory.Packages.props", central),
            ("old/packages.config", config),
        ]),
        [
            "pkg:nuget/A@1.0.0 direct runtime src/App/App.csproj:2",
            "pkg:nuget/B@2.0 direct runtime src/App/App.csproj:3",
            "pkg:nuget/C@4.5 direct runtime src/App/App.csproj:4",
            "pkg:nuget/Old@0.9 ? runtime old/packages.config:2",
            "pkg:nuget/T direct development src/App/App.csproj:5",
        ]
    );
    let lock = "{ \"version\": 1, \"dependencies\": { \"net8.0\": {\n \"A\": { \"type\": \"Direct\", \"resolved\": \"1.0.1\", \"dependencies\": { \"b\": \"2.0.0\" } },\n \"B\": { \"type\": \"Transitive\", \"resolved\": \"2.0.0\" },\n \"Lib\": { \"type\": \"Project\" } } } }";
    let reference = "<Project><ItemGroup><PackageReference Include=\"A\" Version=\"1.0.0\" /></ItemGroup></Project>";
    let files = [("a/packages.lock.json", lock), ("a/a.csproj", reference)];
    assert_eq!(
        lines(&files),
        [
            "pkg:nuget/A@1.0.1 direct runtime a/packages.lock.json:2",
            "pkg:nuget/B@2.0.0 transitive runtime a/packages.lock.json:3",
        ]
    );
    assert_eq!(components(&files)[0].needs, [1]);
}

#[test]
fn the_smaller_worlds_are_read_too() {
    let pubs = "packages:\n  http:\n    dependency: \"direct main\"\n    source: hosted\n    version: \"1.2.0\"\n  meta:\n    dependency: transitive\n    source: hosted\n    version: \"1.9.1\"\n  flutter:\n    dependency: \"direct main\"\n    source: sdk\n    version: \"0.0.0\"\n";
    assert_eq!(
        lines(&[("pubspec.lock", pubs)]),
        [
            "pkg:pub/http@1.2.0 direct runtime pubspec.lock:2",
            "pkg:pub/meta@1.9.1 transitive unknown pubspec.lock:6",
        ]
    );
    let swift = "{ \"pins\": [\n { \"identity\": \"swift-nio\", \"kind\": \"remoteSourceControl\", \"location\": \"https://github.com/apple/swift-nio.git\", \"state\": { \"revision\": \"abc\", \"version\": \"2.40.0\" } } ], \"version\": 2 }";
    assert_eq!(
        lines(&[("Package.resolved", swift)]),
        ["pkg:swift/github.com/apple/swift-nio@2.40.0 ? runtime Package.resolved:2"]
    );
    let conan = "{ \"version\": \"0.5\",\n \"requires\": [\"zlib/1.2.13#abc%1\"],\n \"build_requires\": [\"cmake/3.27@u/c\"] }";
    assert_eq!(
        lines(&[
            ("conan.lock", conan),
            ("x/conanfile.txt", "[requires]\nfmt/[>9]\nboost/1.80.0\n[generators]\ncmake\n")
        ]),
        [
            "pkg:conan/boost@1.80.0 direct runtime x/conanfile.txt:3",
            "pkg:conan/cmake@3.27?channel=c&user=u ? development conan.lock:3",
            "pkg:conan/fmt direct runtime x/conanfile.txt:2",
            "pkg:conan/zlib@1.2.13 ? runtime conan.lock:2",
        ]
    );
    let docker = "ARG TAG=3.19\nFROM --platform=linux/amd64 golang:1.22 AS build\nFROM build as test\nFROM gcr.io/x/alpine:${TAG}\nFROM $UNKNOWN\nFROM scratch\n";
    assert_eq!(
        lines(&[("Dockerfile", docker)]),
        [
            "pkg:docker/x/alpine@3.19?repository_url=gcr.io direct runtime Dockerfile:4",
            "pkg:docker/golang@1.22 direct runtime Dockerfile:2",
        ]
    );
}
