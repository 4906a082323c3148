//! External analysers, brought in by declaration.
//!
//! * A [`Declaration`] is a TOML document that says which files a tool is for,
//!   how it is called, and how its output is read. [`declarations`] are those
//!   that come with Mortise; teams may write their own.
//! * [`run`] calls the tool on a working copy, shut in by
//!   [`executor`], and tells what came of it as an [`Outcome`].
//! * [`parse`] reads what tools write: SARIF, checkstyle, rdjsonl, lines by
//!   pattern or errorformat, the result of TCA's own tools, and JSON by declared
//!   paths. What a SARIF or rdjsonl report says to write instead is its [`Fix`];
//!   [`Places`] finds where that is in a file.
//!
//! # Invariants
//!
//! - Nothing is fetched: a tool that is not on the machine is [`Status::Missing`].
//! - An outcome other than [`Status::Done`] says nothing about the code; whoever
//!   keeps findings must close none because of it.
//! - Output is bounded, and no part of it is ever run or followed: a path that
//!   leads out of the working copy is dropped and counted.

mod builtin;
mod declaration;
mod fix;
pub mod parse;
mod reported;
mod run;

pub use builtin::{declaration, declarations};
pub use declaration::{Declaration, DeclarationError, Format, JsonPaths, Mode, Output, Protocol};
pub use fix::{Columns, Edit, Fix, Place, Places, Replacement};
pub use reported::{Reported, Severity};
pub use run::{Input, Outcome, Status, run};
