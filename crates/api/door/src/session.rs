//! The cookie of a browser's session.

use base::{Actor, Error, Result, Timestamp};
use call::Env;
use http::{HeaderMap, HeaderValue, header};
use identity::sessions::form_token_matches;
use identity::{Secret, SignedIn, authenticate};

/// The cookie's name.
pub const COOKIE: &str = "mortise_session";
/// In which header pages of ours send the session's form token.
const FORM_TOKEN: &str = "x-form-token";

/// A session that a request belongs to.
#[derive(Debug, Clone)]
pub struct Open {
    /// Whose it is.
    pub signed_in: SignedIn,
    /// The cookie's value, which form tokens are derived from.
    pub cookie: Secret,
}

/// The session of the request's cookie. A cookie whose session is over is as
/// good as none.
///
/// # Errors
/// When the database cannot be reached.
pub async fn open(env: &Env, headers: &HeaderMap) -> Result<Option<Open>> {
    let Some(cookie) = cookie(headers) else { return Ok(None) };
    match authenticate::session(env, &cookie).await {
        Ok(signed_in) => Ok(Some(Open { signed_in, cookie })),
        Err(Error::Unauthenticated { .. }) => Ok(None),
        Err(other) => Err(other),
    }
}

/// The user of a session whose page sent the request itself. A cookie alone
/// is nobody: browsers add it to the requests of other sites too.
pub(crate) async fn by_page(env: &Env, headers: &HeaderMap) -> Result<Actor> {
    let Some(given) = headers.get(FORM_TOKEN).and_then(|value| value.to_str().ok()) else {
        return Ok(Actor::Nobody);
    };
    let Some(open) = open(env, headers).await? else {
        return Err(Error::unauthenticated("the session is over; sign in again"));
    };
    if !form_token_matches(&open.cookie, given) {
        return Err(Error::unauthenticated("the page is out of date; load it again"));
    }
    if open.signed_in.must_change_password {
        return Err(Error::unauthenticated("change your password first"));
    }
    Ok(Actor::User(open.signed_in.user))
}

/// The cookie's value, if the request has it.
pub fn cookie(headers: &HeaderMap) -> Option<Secret> {
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(';'))
        .find_map(|pair| pair.trim().strip_prefix(COOKIE)?.strip_prefix('='))
        .filter(|value| !value.is_empty())
        .map(Secret::from)
}

/// The header that keeps the cookie in the browser until `until`; `secure`
/// where the installation is reached by https.
pub fn keep(value: &Secret, now: Timestamp, until: Timestamp, secure: bool) -> Option<HeaderValue> {
    set(value.expose(), until.since(now).as_secs(), secure)
}

/// The header that takes the cookie away.
pub fn drop(secure: bool) -> Option<HeaderValue> {
    set("", 0, secure)
}

fn set(value: &str, age: u64, secure: bool) -> Option<HeaderValue> {
    let secure = if secure { "; Secure" } else { "" };
    let text = format!("{COOKIE}={value}; Path=/; HttpOnly; SameSite=Lax; Max-Age={age}{secure}");
    let mut value = HeaderValue::from_str(&text).ok()?;
    value.set_sensitive(true);
    Some(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_cookie_is_found_by_its_whole_name() {
        let mut headers = HeaderMap::new();
        let jar = "xmortise_session=a; mortise_session2=b; mortise_session=c; z=d";
        headers.insert(header::COOKIE, jar.parse().unwrap());
        assert_eq!(cookie(&headers).unwrap().expose(), "c");
        headers.insert(header::COOKIE, "mortise_session=".parse().unwrap());
        assert!(cookie(&headers).is_none());
    }

    #[test]
    fn the_cookie_is_kept_from_scripts_and_other_sites() {
        let kept = keep(&"abc".into(), Timestamp(0), Timestamp(61_000), true).unwrap();
        assert_eq!(
            kept.to_str().unwrap(),
            "mortise_session=abc; Path=/; HttpOnly; SameSite=Lax; Max-Age=61; Secure"
        );
        assert!(drop(false).unwrap().to_str().unwrap().ends_with("Max-Age=0"));
    }
}
