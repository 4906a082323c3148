//! Letting applications in on a user's behalf: the server side of OAuth 2
//! with authorisation codes (RFC 6749, and PKCE by RFC 7636).
//!
//! A browser brings the user with a [`Request`]; [`review`] tells the page
//! what to ask him, [`allow`] and [`refuse`] say where to send him back. The
//! application then turns the code into tokens with [`exchange`].

mod applications;
mod authorise;
mod exchange;
mod grants;
mod redirect;

pub use applications::{
    Application, ApplicationChange, NewApplication, change, create, delete, get, list, renew_secret,
};
pub use authorise::{Rejection, Request, Review, allow, refuse, review};
pub use exchange::{Exchange, Issued, exchange};
pub use grants::{Grant, grants, revoke};

base::typed_id! {
    /// An application that may ask users to let it in.
    pub struct ApplicationId;
}
