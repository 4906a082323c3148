//! Secrets planted among what looks like one and opens nothing.

use scanner::{Engine, Language};

use super::{Dice, Score};

const LOWER: &str = "abcdefghijklmnopqrstuvwxyz";
const HEX: &str = "0123456789abcdef";
const ALNUM: &str = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
const BASE64: &str = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+/";
const UPPER32: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
const DIGITS: &str = "0123456789";
const TYPED: &str = "abcdefghjkmnpqrstuvwxyzABCDEFGHJKMNPQRSTUVWXYZ23456789!@%^*_-";

const TOKEN_NAMES: [&str; 14] = [
    "api_key",
    "apiKey",
    "secret_key",
    "client_secret",
    "access_token",
    "authToken",
    "API_TOKEN",
    "signing_secret",
    "webhookSecret",
    "private_token",
    "encryption_key",
    "SECRET_KEY",
    "refresh_token",
    "app_secret",
];
const PASSWORD_NAMES: [&str; 8] = [
    "password",
    "db_password",
    "dbPassword",
    "passwd",
    "SMTP_PASSWORD",
    "rootPassword",
    "pwd",
    "admin_password",
];
const WORDS: [&str; 12] = [
    "river", "Garden", "silver", "Tiger", "monday", "Castle", "paper", "Rocket", "winter", "Mango",
    "copper", "Falcon",
];

/// One line and whether it holds a secret.
struct Line {
    text: String,
    secret: bool,
}

/// The shape of a file.
#[derive(Clone, Copy)]
enum Shape {
    Python,
    JavaScript,
    Java,
    Go,
    Json,
    Yaml,
    Env,
    Properties,
    Php,
    Toml,
}

impl Shape {
    const ALL: [Self; 10] = [
        Self::Python,
        Self::JavaScript,
        Self::Java,
        Self::Go,
        Self::Json,
        Self::Yaml,
        Self::Env,
        Self::Properties,
        Self::Php,
        Self::Toml,
    ];

    fn language(self) -> Language {
        match self {
            Self::Python => Language::Python,
            Self::JavaScript => Language::JavaScript,
            Self::Java => Language::Java,
            Self::Go => Language::Go,
            Self::Json => Language::Json,
            Self::Yaml => Language::Yaml,
            Self::Env => Language::Text,
            Self::Properties => Language::Ini,
            Self::Php => Language::Php,
            Self::Toml => Language::Toml,
        }
    }

    fn is_program(self) -> bool {
        matches!(self, Self::Python | Self::JavaScript | Self::Java | Self::Go | Self::Php)
    }

    /// `name` is given this text.
    fn assign(self, name: &str, value: &str) -> String {
        match self {
            Self::Python => format!("{name} = \"{value}\""),
            Self::JavaScript => format!("const {name} = '{value}';"),
            Self::Java => format!("    private static final String {name} = \"{value}\";"),
            Self::Go => format!("\t{name} := \"{value}\""),
            Self::Json => format!("  \"{name}\": \"{value}\","),
            Self::Yaml => format!("  {name}: {value}"),
            Self::Env => format!("{}={value}", name.to_ascii_uppercase()),
            Self::Properties => format!("service.{name}={value}"),
            Self::Php => format!("    '{name}' => '{value}',"),
            Self::Toml => format!("{name} = \"{value}\""),
        }
    }

    /// `name` is given what a program works out.
    fn compute(self, name: &str, expression: &str) -> String {
        match self {
            Self::Python => format!("{name} = {expression}"),
            Self::JavaScript => format!("const {name} = {expression};"),
            Self::Java => format!("    String {name} = {expression};"),
            Self::Go => format!("\t{name} := {expression}"),
            Self::Php => format!("    ${name} = {expression};"),
            _ => self.assign(name, "${VALUE_FROM_ENVIRONMENT}"),
        }
    }
}

fn uuid(dice: &mut Dice) -> String {
    let parts: Vec<String> = [8, 4, 4, 4, 12].into_iter().map(|n| dice.text(HEX, n)).collect();
    parts.join("-")
}

/// A value of a provider's format.
fn provider(dice: &mut Dice) -> String {
    match dice.roll(14) {
        0 => format!("AKIA{}", dice.text(UPPER32, 16)),
        1 => format!("ghp_{}", dice.text(ALNUM, 36)),
        2 => format!("glpat-{}", dice.text(ALNUM, 20)),
        3 => format!(
            "xoxb-{}-{}-{}",
            dice.text(DIGITS, 12),
            dice.text(DIGITS, 12),
            dice.text(ALNUM, 24)
        ),
        4 => format!("sk_live_{}", dice.text(ALNUM, 24)),
        5 => format!("AIza{}", dice.text(ALNUM, 35)),
        6 => format!("SG.{}.{}", dice.text(ALNUM, 22), dice.text(ALNUM, 43)),
        7 => format!("npm_{}", dice.text(ALNUM, 36)),
        8 => format!("dop_v1_{}", dice.text(HEX, 64)),
        9 => format!("LTAI{}", dice.text(ALNUM, 20)),
        10 => format!("AKID{}", dice.text(ALNUM, 32)),
        11 => format!(
            "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJ{}.{}",
            dice.text(ALNUM, 60),
            dice.text(ALNUM, 43)
        ),
        12 => format!(
            "https://hooks.slack.com/services/T{}/B{}/{}",
            dice.text(UPPER32, 8),
            dice.text(UPPER32, 8),
            dice.text(ALNUM, 24)
        ),
        _ => format!("hf_{}", dice.text(&ALNUM[..52], 34)),
    }
}

fn token(dice: &mut Dice) -> String {
    match dice.roll(5) {
        0 => dice.text(HEX, 32),
        1 => dice.text(HEX, 40),
        2 => dice.text(BASE64, 40),
        3 => uuid(dice),
        _ => {
            let length = 20 + dice.roll(24);
            dice.text(ALNUM, length)
        }
    }
}

fn password(dice: &mut Dice) -> String {
    match dice.roll(3) {
        0 => {
            let length = 10 + dice.roll(8);
            // Somewhere a digit, as those who set rules for them want.
            format!("{}{}", dice.text(TYPED, length), dice.roll(10))
        }
        1 => format!(
            "{}{}{}",
            dice.pick(&WORDS),
            dice.pick(&["!", "@", "_", "#"]),
            dice.roll(9000) + 100
        ),
        _ => format!(
            "{}{}{}",
            dice.pick(&WORDS),
            dice.roll(900) + 10,
            dice.pick(&["!", "$x", "Z", "%"])
        ),
    }
}

fn secret(shape: Shape, dice: &mut Dice) -> String {
    match dice.roll(8) {
        0 | 1 => {
            let (name, value) =
                (dice.pick(&["value", "credential", "key", "token"]), provider(dice));
            shape.assign(name, &value)
        }
        2 | 3 => {
            let (name, value) = (dice.pick(&TOKEN_NAMES), token(dice));
            shape.assign(name, &value)
        }
        4 | 5 => {
            let (name, value) = (dice.pick(&PASSWORD_NAMES), password(dice));
            shape.assign(name, &value)
        }
        6 => {
            let scheme = dice.pick(&["postgres", "mysql", "mongodb+srv", "redis", "amqp", "https"]);
            let user = dice.pick(&["app", "svc_billing", "root", "reporting"]);
            let value = dice.text(ALNUM, 14);
            let host = dice.text(LOWER, 6);
            shape
                .assign("endpoint", &format!("{scheme}://{user}:{value}@{host}.internal:5432/main"))
        }
        _ => {
            let value = token(dice);
            shape.assign("header", &format!("Authorization: Bearer {value}"))
        }
    }
}

fn decoy(shape: Shape, dice: &mut Dice) -> String {
    let secret_name = |dice: &mut Dice| {
        if dice.roll(2) == 0 { dice.pick(&TOKEN_NAMES) } else { dice.pick(&PASSWORD_NAMES) }
    };
    match dice.roll(16) {
        0 => {
            let name = secret_name(dice);
            let value = dice.pick(&[
                "your-api-key-here",
                "changeme",
                "<password>",
                "xxxxxxxxxxxxxxxx",
                "REPLACE_ME",
                "example-token",
                "INSERT_TOKEN_HERE",
                "********",
                "dummy",
                "test",
                "secret",
                "none",
                "todo",
                "YOUR_SECRET_KEY",
                "placeholder-value",
                "not-a-real-key",
            ]);
            shape.assign(name, value)
        }
        1 => {
            let name = secret_name(dice);
            let value = dice.pick(&[
                "${DB_PASSWORD}",
                "{{ vault.secret }}",
                "$(cat /run/secrets/db)",
                "%(password)s",
                "#{ENV['TOKEN']}",
                "<%= token %>",
                "vault:secret/data/app#key",
                "arn:aws:secretsmanager:eu-west-1:123456789012:secret:prod/db",
            ]);
            shape.assign(name, value)
        }
        2 => {
            let name = secret_name(dice);
            let expression = dice.pick(&[
                "os.environ[\"API_TOKEN\"]",
                "process.env.SECRET_KEY",
                "System.getenv(\"DB_PASSWORD\")",
                "os.Getenv(\"TOKEN\")",
                "getenv('APP_SECRET')",
                "config.get('password')",
                "request.form['password']",
                "generate_token(user)",
                "args.password",
                "readPassword()",
            ]);
            shape.compute(name, expression)
        }
        3 => {
            let value = dice.text(HEX, 40);
            shape.assign(dice.pick(&["commit", "revision", "sha1", "tree"]), &value)
        }
        4 => {
            let value = dice.text(HEX, 64);
            shape.assign(dice.pick(&["sha256", "checksum", "digest", "etag"]), &value)
        }
        5 => {
            let value = uuid(dice);
            shape.assign(dice.pick(&["id", "request_id", "tenant", "correlation"]), &value)
        }
        6 => {
            let value = format!("sha512-{}==", dice.text(BASE64, 86));
            shape.assign("integrity", &value)
        }
        7 => {
            let value = format!("data:image/png;base64,iVBORw0KGgo{}", dice.text(BASE64, 80));
            shape.assign("icon", &value)
        }
        8 => {
            let text = dice.pick(&[
                "Password is required",
                "Enter your password",
                "Token expired, sign in again",
                "Forgot password?",
                "Invalid API key",
                "The secret must have 12 characters",
            ]);
            shape.assign(
                dice.pick(&["password_label", "token_error", "passwordHint", "secret_help"]),
                text,
            )
        }
        9 => {
            let value = dice.pick(&[
                "X-Api-Key",
                "Bearer",
                "access_token",
                "refresh_token",
                "basic",
                "sessionid",
            ]);
            shape.assign(
                dice.pick(&["api_key_header", "token_type", "tokenName", "auth_scheme"]),
                value,
            )
        }
        10 => {
            let value = dice.pick(&[
                "prod/db/password",
                "app-secrets",
                "secrets/api.key",
                "/etc/ssl/private/server.key",
                "kv/billing",
            ]);
            shape.assign(
                dice.pick(&["secret_name", "password_file", "key_path", "secretRef"]),
                value,
            )
        }
        11 => {
            let value = format!("$2b$12${}", dice.text(ALNUM, 53));
            shape.assign("password_hash", &value)
        }
        12 => {
            let value =
                format!("ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAI{} ops@host", dice.text(BASE64, 43));
            shape.assign("public_key", &value)
        }
        13 => {
            let value = dice.pick(&["bert-base-uncased", "cl100k_base", "wordpiece", "whitespace"]);
            shape.assign("tokenizer", value)
        }
        14 => {
            let user = dice.pick(&[
                "postgres://db.internal:5432/main",
                "https://user@example.com/repo.git",
                "redis://localhost:6379/0",
                "mysql://${USER}:${PASS}@db/main",
                "amqp://user:password@localhost/",
            ]);
            shape.assign("endpoint", user)
        }
        _ => {
            let value = format!("{}-{}-{}", dice.pick(&WORDS), dice.pick(&WORDS), dice.roll(90));
            shape.assign(
                dice.pick(&["cache_key", "primary_key", "sort_key", "keyspace", "bucket"]),
                &value,
            )
        }
    }
}

fn filler(shape: Shape, dice: &mut Dice) -> String {
    let value = format!("{} {}", dice.pick(&WORDS), dice.pick(&WORDS));
    shape.assign(dice.pick(&["title", "region", "mode", "author", "theme"]), &value)
}

/// Plants secrets in files of many shapes; returns how many are told, and how many
/// lines that hold none, with the lines that were judged wrong.
pub(crate) fn run(engine: &Engine, files: usize, seed: u64) -> (Score, Vec<String>) {
    let mut dice = Dice::new(seed);
    let mut score = Score::default();
    let mut wrong = Vec::new();
    for number in 0..files {
        let shape = Shape::ALL[number % Shape::ALL.len()];
        let lines: Vec<Line> = (0..24)
            .map(|_| match dice.roll(6) {
                0 => Line { text: secret(shape, &mut dice), secret: true },
                1..=3 => Line { text: decoy(shape, &mut dice), secret: false },
                _ => Line { text: filler(shape, &mut dice), secret: false },
            })
            .collect();
        let head = if matches!(shape, Shape::Php) { "<?php return [\n" } else { "" };
        let first = head.lines().count();
        let mut source = head.to_owned();
        for line in &lines {
            source.push_str(&line.text);
            source.push('\n');
        }
        if shape.is_program() {
            source.push('\n');
        }
        let report = engine.analyse(shape.language(), source.as_bytes());
        for (at, line) in lines.iter().enumerate() {
            let told = report.findings.iter().any(|f| {
                f.rule.starts_with("secrets/") && f.span.start_line as usize == first + at + 1
            });
            score.planted += usize::from(line.secret);
            score.found += usize::from(line.secret && told);
            score.spurious += usize::from(!line.secret && told);
            if told != line.secret {
                wrong.push(format!("{} {}", if told { "+" } else { "-" }, line.text.trim()));
            }
        }
    }
    (score, wrong)
}
