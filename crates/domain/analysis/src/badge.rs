//! A plan's verdict as a picture for pages elsewhere.

use base::{Error, Result};
use call::Env;
use sea_orm::{ColumnTrait as _, EntityTrait as _, QueryFilter as _};

use crate::gate::{Letter, Measures, Quality, Verdict};
use crate::plan::Badge;
use crate::tables::{plans, scan_measures, scans};

/// What a badge says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum BadgeOf {
    /// Whether the gate passes.
    #[default]
    Gate,
    /// How many findings are open.
    Findings,
    /// A rating.
    Rating(Quality),
    /// How much tests run.
    Coverage,
}

impl BadgeOf {
    /// By its word in an address; the gate for an empty one.
    pub fn of_word(word: &str) -> Option<Self> {
        Some(match word {
            "" | "gate" => Self::Gate,
            "findings" => Self::Findings,
            "coverage" => Self::Coverage,
            word => Self::Rating(Quality::ALL.into_iter().find(|one| one.as_str() == word)?),
        })
    }
}

/// A plan's badge as SVG, for whoever knows its address: plans show one only
/// where their owner said so, and perhaps only for a token.
///
/// # Errors
/// `NotFound` when there is no such plan, it shows no badge, or the token is
/// another: which of these is not told.
pub async fn badge(env: &Env, uid: &str, token: &str, of: BadgeOf) -> Result<String> {
    let missing = || Error::not_found("badge");
    let connection = env.db.reader();
    let row = plans::Entity::find().filter(plans::Column::Uid.eq(uid)).one(connection).await?;
    let row = row.ok_or_else(missing)?;
    let definition: crate::plan::Definition = serde_json::from_str(&row.definition)?;
    let shown = match &definition.badge {
        Badge::Hidden => false,
        Badge::Public => true,
        // Hashes are compared: how long that takes tells nothing of the token.
        Badge::Token { hash } => *hash == badge_hash(token),
    };
    if !shown {
        return Err(missing());
    }
    let scan = match row.latest_result_id {
        Some(id) => scans::Entity::find_by_id(id).one(connection).await?,
        None => None,
    };
    let result = scan.map(crate::scans::of_row).transpose()?.and_then(|scan| scan.result);
    let measures: Option<Measures> = match row.latest_result_id {
        Some(id) => scan_measures::Entity::find()
            .filter(scan_measures::Column::ScanId.eq(id))
            .one(connection)
            .await?
            .map(|row| serde_json::from_str(&row.body))
            .transpose()?,
        None => None,
    };
    let (label, value, colour) = match (of, result, measures) {
        (BadgeOf::Gate, Some(result), _) => match result.gate.verdict {
            Verdict::Passed => ("quality gate", "passed".to_owned(), GREEN),
            Verdict::Failed => ("quality gate", "failed".to_owned(), RED),
            Verdict::None => ("quality gate", "none".to_owned(), GREY),
        },
        (BadgeOf::Findings, Some(result), _) => {
            let open = result.open.total();
            ("findings", open.to_string(), if open == 0 { GREEN } else { YELLOW })
        }
        (BadgeOf::Rating(quality), _, Some(measures)) => {
            let letter = measures.overall.rating(quality).letter;
            (quality.as_str(), letter.as_str().to_owned(), colour(letter))
        }
        (BadgeOf::Coverage, _, Some(measures)) => {
            match measures.overall.coverage.and_then(crate::gate::Covered::percent) {
                Some(percent) => {
                    let colour = match percent {
                        share if share >= 80.0 => GREEN,
                        share if share >= 50.0 => YELLOW,
                        _ => RED,
                    };
                    ("coverage", format!("{percent:.1}%"), colour)
                }
                None => ("coverage", "unknown".to_owned(), GREY),
            }
        }
        (of, _, _) => {
            let label = match of {
                BadgeOf::Gate => "quality gate",
                BadgeOf::Findings => "findings",
                BadgeOf::Coverage => "coverage",
                BadgeOf::Rating(quality) => quality.as_str(),
            };
            (label, "unknown".to_owned(), GREY)
        }
    };
    Ok(draw(label, &value, colour))
}

/// What is kept of a badge's token.
pub fn badge_hash(token: &str) -> String {
    use sha2::Digest as _;
    hex::encode(sha2::Sha256::digest(token.as_bytes()))
}

// Dark enough for white letters.
const GREEN: &str = "#1a7f37";
const YELLOW: &str = "#8a6100";
const RED: &str = "#b3261e";
const GREY: &str = "#5f6368";

fn colour(letter: Letter) -> &'static str {
    match letter {
        Letter::A | Letter::B => GREEN,
        Letter::C => YELLOW,
        Letter::D | Letter::E => RED,
    }
}

/// Words are our own, and numbers; nothing that anybody wrote is drawn.
fn draw(label: &str, value: &str, colour: &str) -> String {
    let width = |text: &str| text.chars().count() * 7 + 12;
    let (left, right) = (width(label), width(value));
    let whole = left + right;
    let (first, second) = (left / 2, left + right / 2);
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{whole}\" height=\"20\" role=\"img\" aria-label=\"{label}: {value}\"><title>{label}: {value}</title><clipPath id=\"r\"><rect width=\"{whole}\" height=\"20\" rx=\"3\"/></clipPath><g clip-path=\"url(#r)\"><rect width=\"{left}\" height=\"20\" fill=\"#444\"/><rect x=\"{left}\" width=\"{right}\" height=\"20\" fill=\"{colour}\"/></g><g fill=\"#fff\" text-anchor=\"middle\" font-family=\"Verdana,DejaVu Sans,sans-serif\" font-size=\"11\"><text x=\"{first}\" y=\"14\" textLength=\"{}\">{label}</text><text x=\"{second}\" y=\"14\" textLength=\"{}\">{value}</text></g></svg>",
        left - 12,
        right - 12
    )
}
