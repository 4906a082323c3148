//! Every row finds what it should, in any file it reads, and nothing else.

use super::{Secrets, rows};
use crate::language::Language;

/// Draws from a fixed seed, so that a failure can be repeated.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        // xorshift64*; its upper bits are the good ones.
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        (self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 33) as usize % sides
    }

    fn text(&mut self, alphabet: &str, length: usize) -> String {
        let letters: Vec<char> = alphabet.chars().collect();
        (0..length).map(|_| letters[self.roll(letters.len())]).collect()
    }
}

const LOWER: &str = "abcdefghijklmnopqrstuvwxyz";
const UPPER: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
const DIGITS: &str = "0123456789";
const HEX: &str = "0123456789abcdef";

/// Puts random characters where a sample says `{class:n}`.
fn fill(sample: &str, dice: &mut Dice) -> String {
    let mut out = String::new();
    let mut rest = sample;
    while let Some((before, after)) = rest.split_once('{') {
        let drawn = after.split_once('}').and_then(|(class, tail)| {
            let (class, length) = class.split_once(':').unwrap_or((class, "1"));
            Some((draw(class, length.parse().ok()?, dice)?, tail))
        });
        out.push_str(before);
        match drawn {
            Some((text, tail)) => {
                out.push_str(&text);
                rest = tail;
            }
            None => {
                out.push('{');
                rest = after;
            }
        }
    }
    out + rest
}

fn draw(class: &str, length: usize, dice: &mut Dice) -> Option<String> {
    let alphabet = match class {
        "lower" => LOWER.to_owned(),
        "alpha" => format!("{LOWER}{UPPER}"),
        "digits" => DIGITS.to_owned(),
        "digit1" => "123456789".to_owned(),
        "hex" => HEX.to_owned(),
        "alnum" => format!("{LOWER}{UPPER}{DIGITS}"),
        "loweralnum" => format!("{LOWER}{DIGITS}"),
        "upalnum" => format!("{UPPER}{DIGITS}"),
        "base32" => format!("{UPPER}234567"),
        "bech32" => "QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L".to_owned(),
        "b64" => format!("{LOWER}{UPPER}{DIGITS}+/"),
        "uuid" => {
            let part = |n, dice: &mut Dice| dice.text(HEX, n);
            let parts: Vec<_> = [8, 4, 4, 4, 12].into_iter().map(|n| part(n, dice)).collect();
            return Some(parts.join("-"));
        }
        _ => return None,
    };
    Some(dice.text(&alphabet, length))
}

fn found(secrets: &Secrets, language: Language, text: &str) -> Vec<(String, String)> {
    let hits = secrets.find(language, text, |_| true);
    hits.into_iter().map(|hit| (hit.info.id.clone(), text[hit.range].to_owned())).collect()
}

/// How many of a hundred draws of every sample of a row may be missed: those of
/// which chance made something that looks like a name.
const MISSES: usize = 2;

#[test]
fn every_row_finds_its_samples_and_leaves_its_decoys() {
    let secrets = Secrets::all().expect("a table");
    let mut dice = Dice(20_261_122);
    let mut wrong = Vec::new();
    for row in rows().expect("a table") {
        assert!(row.regex().is_some(), "{}: a malformed expression", row.info.id);
        let language = *row.info.languages.first().unwrap_or(&Language::Python);
        if row.samples.is_empty() {
            wrong.push(format!("{} has no sample", row.info.id));
        }
        for sample in &row.samples {
            let missed: Vec<String> = (0..100)
                .map(|_| fill(sample, &mut dice))
                .filter(|text| {
                    let text = format!("a = 1\n{text}\nb = 2\n");
                    !found(secrets, language, &text).iter().any(|(id, _)| *id == row.info.id)
                })
                .collect();
            if missed.len() > MISSES {
                wrong.push(format!("{} misses {}: {}", row.info.id, missed.len(), missed[0]));
            }
        }
        for decoy in &row.decoys {
            for _ in 0..20 {
                let text = fill(decoy, &mut dice) + "\n";
                let hits = found(secrets, language, &text);
                if hits.iter().any(|(id, _)| *id == row.info.id) {
                    wrong.push(format!("{} takes {text:?} for a secret: {hits:?}", row.info.id));
                    break;
                }
            }
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

#[test]
fn a_secret_is_told_once_by_the_row_that_knows_most() {
    let secrets = Secrets::all().expect("a table");
    let token = fill("ghp_{alnum:36}", &mut Dice(7));
    let hits = found(secrets, Language::Python, &format!("api_token = \"{token}\"\n"));
    assert_eq!(hits, [("secrets/github-token".to_owned(), token)]);
}

#[test]
fn nothing_but_the_value_is_the_place() {
    let secrets = Secrets::all().expect("a table");
    let text = "[\"user\", \"password\", \"kX9#mQ2vLp\"]\n";
    let hits = found(secrets, Language::JavaScript, text);
    assert_eq!(hits, [("secrets/hard-coded-password".to_owned(), "kX9#mQ2vLp".to_owned())]);
}

#[test]
fn long_lines_are_read_around_the_words() {
    let secrets = Secrets::all().expect("a table");
    let mut dice = Dice(11);
    let token = fill("glpat-{alnum:20}", &mut dice);
    let filler = "token,".repeat(200_000);
    let text = format!("{filler} \"{token}\" {filler}");
    let hits = found(secrets, Language::JavaScript, &text);
    assert_eq!(hits, [("secrets/gitlab-token".to_owned(), token)]);
}

#[test]
fn multi_byte_text_around_a_window_is_cut_between_characters() {
    let secrets = Secrets::all().expect("a table");
    let token = fill("hf_{alpha:34}", &mut Dice(3));
    let text = format!("{} {token} {}", "密".repeat(3_000), "钥".repeat(3_000));
    assert_eq!(found(secrets, Language::Yaml, &text).len(), 1);
}
