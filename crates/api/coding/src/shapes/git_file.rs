//! Files as actions are told of them.

use base::{Error, Result};
use base64::Engine as _;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use schemars::JsonSchema;
use serde::Deserialize;

/// A file to be written.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct GitFile {
    /// The path from the root of the depot.
    pub(crate) path: String,
    /// What it is to hold.
    pub(crate) content: Option<String>,
    /// The path that it is to have from now on, where that is another.
    pub(crate) new_path: Option<String>,
}

impl GitFile {
    /// The new path, if it is another.
    pub(crate) fn target(&self) -> Option<String> {
        self.new_path.clone().filter(|to| !to.is_empty() && *to != self.path)
    }
}

/// The bytes that Base64 stands for; line breaks in it and absent padding are
/// fine.
///
/// # Errors
/// `Invalid` naming `files.INDEX.content`.
pub(crate) fn decoded(index: usize, text: &str) -> Result<Vec<u8>> {
    let config =
        GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent);
    let engine = GeneralPurpose::new(&base64::alphabet::STANDARD, config);
    let text: String = text.split_ascii_whitespace().collect();
    engine
        .decode(text)
        .map_err(|_| Error::invalid(format!("files.{index}.content"), "must be Base64"))
}
