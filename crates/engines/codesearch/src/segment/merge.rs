//! Several segments made into one, without what nobody needs any more.

use std::path::Path;

use super::output::Output;
use super::read::{Entry, Segment, Walk};
use crate::Result;
use crate::document::BlobId;

/// Writes the documents of `segments` that `wanted` keeps into one file, and
/// returns its length, its name, its documents and their text's length. What is
/// in memory is one posting list and 64 bytes for each document.
pub(crate) fn merge(
    path: &Path,
    segments: &[&Segment],
    wanted: impl Fn(&BlobId) -> bool,
    stop: &dyn Fn() -> bool,
) -> Result<Option<Merged>> {
    let mut output = Output::create(path)?;
    let mut text = 0;
    // The new number of each old document; none where it is left out.
    let mut numbers: Vec<Vec<Option<u32>>> = Vec::with_capacity(segments.len());
    for segment in segments {
        let mut own = Vec::with_capacity(segment.rows().len());
        for row in segment.rows() {
            if stop() {
                return Ok(None);
            }
            if wanted(&row.id) {
                own.push(Some(output.rows().len() as u32));
                output.document(*row, &[&segment.content(row)?])?;
                text += u64::from(row.length);
            } else {
                own.push(None);
            }
        }
        numbers.push(own);
    }
    output.begin_postings();
    let mut walks: Vec<Walk<'_>> = segments.iter().map(|segment| segment.walk()).collect();
    let mut heads: Vec<Option<Entry<'_>>> =
        walks.iter_mut().map(Walk::next).collect::<Result<_>>()?;
    let mut documents = Vec::new();
    while let Some(trigram) = heads.iter().flatten().map(|entry| entry.trigram).min() {
        if stop() {
            return Ok(None);
        }
        documents.clear();
        for ((head, walk), numbers) in heads.iter_mut().zip(&mut walks).zip(&numbers) {
            if let Some(entry) = head.take_if(|entry| entry.trigram == trigram) {
                let own = entry.documents()?;
                documents.extend(own.iter().filter_map(|document| numbers[document as usize]));
                *head = walk.next()?;
            }
        }
        if !documents.is_empty() {
            output.postings(trigram, &documents)?;
        }
    }
    let count = output.rows().len() as u32;
    let (size, name) = output.finish()?;
    Ok(Some(Merged { size, name, count, text }))
}

/// A merged segment.
pub(crate) struct Merged {
    pub(crate) size: u64,
    pub(crate) name: u64,
    pub(crate) count: u32,
    pub(crate) text: u64,
}
