//! Who has written how much, and when.

use std::collections::{BTreeMap, HashMap};

use crate::{
    Cancel, Error, Oid, Repository, Result,
    commit::{lossy, signature},
    error::from_gix,
};

/// Seconds of a week.
const WEEK: i64 = 7 * 86_400;
/// The epoch was a Thursday: the first Sunday came three days later.
const FIRST_SUNDAY: i64 = 3 * 86_400;

/// Somebody who has written commits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Contributor {
    /// The name on the newest of the commits.
    pub name: String,
    /// The mail address on the newest of the commits; it tells one person from another, case
    /// ignored.
    pub mail: String,
    /// How many commits.
    pub commits: usize,
    /// The time of the oldest: seconds since 1970-01-01 00:00 UTC, as the author's clock said.
    pub first: i64,
    /// The time of the newest, likewise.
    pub last: i64,
    /// How many commits in each week that has some, the oldest first; by the second at which the
    /// week's Sunday began, UTC.
    pub weeks: Vec<(i64, u32)>,
}

/// Everybody who has written commits of a history.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Contributors {
    /// The people: the most commits first, then by mail address.
    pub people: Vec<Contributor>,
    /// How many commits were looked at.
    pub commits: usize,
    /// Whether there are more commits than were looked at.
    pub truncated: bool,
}

#[derive(Default)]
struct Counted {
    name: String,
    mail: String,
    commits: usize,
    first: i64,
    last: i64,
    weeks: BTreeMap<i64, u32>,
}

impl Repository {
    /// Who wrote the newest `limit` commits in the history of `from`, merges included. Looks at
    /// every one of them: about 8 µs each.
    ///
    /// # Errors
    /// [`Error::NotFound`] when `from` is no commit here, [`Error::Cancelled`].
    pub fn contributors(&self, from: Oid, limit: usize, cancel: &Cancel) -> Result<Contributors> {
        let mut repo = self.local();
        repo.object_cache_size_if_unset(4 << 20);
        repo.find_commit(from).map_err(|_| Error::not_found(format!("commit {from}")))?;
        let walk = repo.rev_walk([gix::ObjectId::from(from)]).all().map_err(from_gix)?;
        let mut people: HashMap<String, Counted> = HashMap::new();
        let (mut commits, mut truncated) = (0, false);
        for info in walk {
            if commits >= limit {
                truncated = true;
                break;
            }
            if commits.is_multiple_of(1024) {
                cancel.check()?;
            }
            let id = info.map_err(from_gix)?.id;
            let object = repo.find_object(id).map_err(from_gix)?;
            let author = gix::objs::CommitRefIter::from_bytes(&object.data, repo.object_hash())
                .author()
                .map_err(from_gix)?;
            commits += 1;
            let written = signature(author).seconds;
            let mail = lossy(author.trim().email);
            let one = people.entry(mail.to_lowercase()).or_default();
            if one.commits == 0 || written > one.last {
                one.name = lossy(author.trim().name);
                one.mail = mail;
                one.last = written;
            }
            if one.commits == 0 || written < one.first {
                one.first = written;
            }
            one.commits += 1;
            let week = (written - FIRST_SUNDAY).div_euclid(WEEK) * WEEK + FIRST_SUNDAY;
            *one.weeks.entry(week).or_default() += 1;
        }
        let mut people: Vec<Contributor> = people
            .into_values()
            .map(|one| Contributor {
                name: one.name,
                mail: one.mail,
                commits: one.commits,
                first: one.first,
                last: one.last,
                weeks: one.weeks.into_iter().collect(),
            })
            .collect();
        people.sort_by(|a, b| b.commits.cmp(&a.commits).then_with(|| a.mail.cmp(&b.mail)));
        Ok(Contributors { people, commits, truncated })
    }
}
