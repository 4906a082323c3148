//! Proof of permission as a value.
//!
//! A domain function that reads or changes a thing takes a [`Granted`] of it.
//! Only the domain that owns the thing can make one, after it has checked the
//! actor; a forgotten check therefore does not compile.

use std::ops::Deref;

/// A level of permission on a thing; each level includes those below.
pub trait Right: Copy + Default + Send + Sync + 'static {
    /// For comparing: 1 read, 2 write, 3 administer.
    const LEVEL: u8;
    /// The right in words, for messages and documents.
    const NAME: &'static str;
}

/// May see it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Read;
/// May change what it holds.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Write;
/// May change its settings and who may do what, and delete it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Administer;

impl Right for Read {
    const LEVEL: u8 = 1;
    const NAME: &'static str = "read";
}
impl Right for Write {
    const LEVEL: u8 = 2;
    const NAME: &'static str = "write";
}
impl Right for Administer {
    const LEVEL: u8 = 3;
    const NAME: &'static str = "administer";
}

/// `Self` includes the right `R`.
pub trait AtLeast<R: Right>: Right {}
impl AtLeast<Read> for Read {}
impl AtLeast<Read> for Write {}
impl AtLeast<Write> for Write {}
impl AtLeast<Read> for Administer {}
impl AtLeast<Write> for Administer {}
impl AtLeast<Administer> for Administer {}

/// A thing that the actor has been found to hold the right `R` on.
#[derive(Debug, Clone)]
pub struct Granted<T, R: Right> {
    thing: T,
    right: R,
}

impl<T, R: Right> Granted<T, R> {
    /// Vouches that the check was made. For the owning domain's look-up
    /// functions only; `xtask tidy` refuses it outside the domain crates.
    pub fn vouch(thing: T) -> Self {
        Self { thing, right: R::default() }
    }

    /// The thing itself, without the proof.
    pub fn into_inner(self) -> T {
        self.thing
    }

    /// The same proof for a lower right.
    pub fn lower<L: Right>(self) -> Granted<T, L>
    where
        R: AtLeast<L>,
    {
        Granted::vouch(self.thing)
    }

    /// The right that was granted.
    pub fn right(&self) -> R {
        self.right
    }
}

impl<T, R: Right> Deref for Granted<T, R> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.thing
    }
}
