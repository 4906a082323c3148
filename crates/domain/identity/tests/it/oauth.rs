use std::time::Duration;

use base::{Error, Scope, Via};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use call::Call;
use identity::oauth::{self, Application, Exchange, NewApplication, Rejection, Request};
use identity::{Secret, authenticate, teams, users};
use sha2::{Digest as _, Sha256};

use crate::assert_error;
use crate::house::{House, assert_refused, on_each, user};

const BACK: &str = "https://app.example.com/back?keep=1";

async fn application(house: &House) -> (Application, Secret) {
    let new = NewApplication {
        display_name: "Sawmill".to_owned(),
        homepage: "https://app.example.com".to_owned(),
        redirect_uris: vec![BACK.to_owned(), "http://127.0.0.1".to_owned()],
    };
    oauth::create(&house.call(house.admin).await, new).await.unwrap()
}

fn request(application: &Application) -> Request {
    Request {
        client_id: application.client_id.clone(),
        redirect_uri: Some(BACK.to_owned()),
        response_type: "code".to_owned(),
        state: Some("a&b".to_owned()),
        scope: Some("user:profile:ro,vcs:repository:rw".to_owned()),
        ..Request::default()
    }
}

fn parameter(address: &str, name: &str) -> Option<String> {
    let url = url::Url::parse(address).unwrap();
    url.query_pairs().find(|(key, _)| key == name).map(|(_, value)| value.into_owned())
}

fn by_code(application: &Application, secret: &Secret, address: &str) -> Exchange {
    Exchange {
        client_id: application.client_id.clone(),
        client_secret: secret.clone(),
        grant_type: "authorization_code".to_owned(),
        code: parameter(address, "code").map(Secret::from),
        ..Exchange::default()
    }
}

fn renewal(application: &Application, secret: &Secret, refresh: &Secret) -> Exchange {
    Exchange {
        client_id: application.client_id.clone(),
        client_secret: secret.clone(),
        grant_type: "refresh_token".to_owned(),
        refresh_token: Some(refresh.clone()),
        ..Exchange::default()
    }
}

fn sent_back(result: Result<impl Sized, Rejection>) -> String {
    match result {
        Err(Rejection::SendBack(address)) => address,
        Err(Rejection::Show(error)) => panic!("shown: {error}"),
        Ok(_) => panic!("not rejected"),
    }
}

fn shown(result: Result<impl Sized, Rejection>) -> Error {
    match result {
        Err(Rejection::Show(error)) => error,
        Err(Rejection::SendBack(address)) => panic!("sent back to {address}"),
        Ok(_) => panic!("not rejected"),
    }
}

#[tokio::test]
async fn an_application_is_let_in_and_renews_its_token() {
    on_each(async |testing, house| {
        let env = &house.env;
        let (application, secret) = application(&house).await;
        let ada = house.call(house.ada).await;
        let asked = oauth::review(&ada, &request(&application)).await.unwrap();
        assert_eq!(asked.application.display_name, "Sawmill");
        assert_eq!(asked.scopes.to_string(), "user:ro,project:depot");

        let address = oauth::allow(&ada, &request(&application)).await.unwrap();
        assert!(address.starts_with("https://app.example.com/back?keep=1&code="), "{address}");
        assert_eq!(parameter(&address, "state").unwrap(), "a&b");
        assert_eq!(parameter(&address, "team").unwrap(), "mortise");
        assert_eq!(parameter(&address, "scope").unwrap(), "user:profile:ro,vcs:repository:rw");

        let issued = oauth::exchange(env, &by_code(&application, &secret, &address)).await.unwrap();
        assert_eq!(issued.access_token.expose().len(), 32);
        assert_eq!(issued.scope, "user:profile:ro vcs:repository:rw");
        assert_eq!((issued.team.as_str(), issued.expires_in.as_secs()), ("mortise", 7200));
        let actor = authenticate::token(env, issued.access_token.expose()).await.unwrap();
        assert_eq!((user(&actor).id, user(&actor).via), (house.ada, Via::OAuth));
        assert!(actor.needs_scope(Scope::ProjectDepot).is_ok());
        assert!(actor.needs_scope(Scope::ProjectIssue).is_err());
        // The refresh token is no access token.
        assert_refused(authenticate::token(env, issued.refresh_token.expose()).await);

        let renewed =
            oauth::exchange(env, &renewal(&application, &secret, &issued.refresh_token)).await;
        let renewed = renewed.unwrap();
        assert_refused(authenticate::token(env, issued.access_token.expose()).await);
        authenticate::token(env, renewed.access_token.expose()).await.unwrap();

        testing.clock.advance(Duration::from_hours(2));
        assert_refused(authenticate::token(env, renewed.access_token.expose()).await);
        // As the published description spells it.
        let odd = Exchange {
            grant_type: "authorization_code".to_owned(),
            ..renewal(&application, &secret, &renewed.refresh_token)
        };
        oauth::exchange(env, &odd).await.unwrap();
        testing.clock.advance(Duration::from_hours(90 * 24 - 2) - Duration::from_millis(1));
        let last = renewal(&application, &secret, &renewed.refresh_token);
        oauth::exchange(env, &last).await.unwrap();
        testing.clock.advance(Duration::from_millis(1));
        assert_error!(oauth::exchange(env, &last).await, Error::Invalid { .. });
    })
    .await;
}

#[tokio::test]
async fn a_code_is_good_once_for_five_minutes_for_its_application() {
    on_each(async |testing, house| {
        let env = &house.env;
        let (first, secret) = application(&house).await;
        let (second, other) = application(&house).await;
        let ada = house.call(house.ada).await;
        let allow = async || oauth::allow(&ada, &request(&first)).await.unwrap();
        let bad = async |exchange: Exchange| {
            let refused = oauth::exchange(env, &exchange).await;
            assert_error!(refused, Error::Invalid { .. });
        };

        let address = allow().await;
        let stolen = Exchange {
            client_id: second.client_id.clone(),
            client_secret: other.clone(),
            ..by_code(&first, &secret, &address)
        };
        bad(stolen).await;
        let elsewhere = Exchange {
            redirect_uri: Some("http://127.0.0.1".to_owned()),
            ..by_code(&first, &secret, &address)
        };
        bad(elsewhere).await;
        let issued = oauth::exchange(env, &by_code(&first, &secret, &address)).await.unwrap();
        authenticate::token(env, issued.access_token.expose()).await.unwrap();
        // Shown twice: what it was exchanged for is taken back.
        bad(by_code(&first, &secret, &address)).await;
        assert_refused(authenticate::token(env, issued.access_token.expose()).await);
        bad(renewal(&first, &secret, &issued.refresh_token)).await;

        let address = allow().await;
        testing.clock.advance(Duration::from_mins(5) - Duration::from_millis(1));
        let later = allow().await;
        oauth::exchange(env, &by_code(&first, &secret, &address)).await.unwrap();
        testing.clock.advance(Duration::from_mins(5));
        bad(by_code(&first, &secret, &later)).await;
    })
    .await;
}

#[tokio::test]
async fn a_wrong_client_is_refused() {
    on_each(async |_, house| {
        let (application, secret) = application(&house).await;
        let ada = house.call(house.ada).await;
        let address = oauth::allow(&ada, &request(&application)).await.unwrap();
        let right = by_code(&application, &secret, &address);
        let wrong_secret = Exchange { client_secret: "guess".into(), ..right.clone() };
        let no_secret = Exchange { client_secret: Secret::default(), ..right.clone() };
        let unknown = Exchange { client_id: "guess".to_owned(), ..right.clone() };
        for wrong in [wrong_secret, no_secret, unknown] {
            let refused = oauth::exchange(&house.env, &wrong).await;
            let Err(Error::Unauthenticated { why }) = refused else { panic!("{refused:?}") };
            assert_eq!(why, "client_id or client_secret is wrong");
        }
        let no_code = Exchange { code: None, ..right.clone() };
        assert_error!(oauth::exchange(&house.env, &no_code).await, Error::Missing { .. });
        let odd = Exchange { grant_type: "password".to_owned(), ..right.clone() };
        assert_error!(oauth::exchange(&house.env, &odd).await, Error::Invalid { .. });
        let admin = house.call(house.admin).await;
        let renewed = oauth::renew_secret(&admin, application.id).await.unwrap();
        assert_error!(oauth::exchange(&house.env, &right).await, Error::Unauthenticated { .. });
        let right = Exchange { client_secret: renewed, ..right };
        oauth::exchange(&house.env, &right).await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn users_are_sent_to_registered_addresses_only() {
    on_each(async |_, house| {
        let (application, _) = application(&house).await;
        let ada = house.call(house.ada).await;
        let review = async |request: Request| oauth::review(&ada, &request).await;
        let to = |address: &str| Request {
            redirect_uri: Some(address.to_owned()),
            ..request(&application)
        };
        let unknown = Request { client_id: "nobody".to_owned(), ..request(&application) };
        assert!(shown(review(unknown).await).is_not_found());
        for evil in ["https://evil.example.com/", "https://app.example.com/back", "javascript:1"] {
            assert!(matches!(shown(review(to(evil)).await), Error::Invalid { .. }), "{evil}");
        }
        review(to("http://127.0.0.1:9002/api/oauth/callback")).await.unwrap();
        let without = Request { redirect_uri: None, ..request(&application) };
        assert_eq!(review(without).await.unwrap().redirect_uri, BACK);

        // Once the address is known to be the application's, it is told.
        let token = Request { response_type: "token".to_owned(), ..request(&application) };
        let address = sent_back(review(token).await);
        assert_eq!(parameter(&address, "error").unwrap(), "unsupported_response_type");
        assert_eq!(parameter(&address, "state").unwrap(), "a&b");
        let scope = Request { scope: Some("everything!".to_owned()), ..request(&application) };
        let address = sent_back(oauth::allow(&ada, &scope).await);
        assert_eq!(parameter(&address, "error").unwrap(), "invalid_scope");
        let address = oauth::refuse(&ada, &request(&application)).await.unwrap();
        assert_eq!(parameter(&address, "error").unwrap(), "access_denied");
        assert_eq!(parameter(&address, "code"), None);
    })
    .await;
}

#[tokio::test]
async fn a_challenge_wants_its_verifier() {
    on_each(async |_, house| {
        let (application, secret) = application(&house).await;
        let ada = house.call(house.ada).await;
        // The example of RFC 7636, appendix B.
        let verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
        let challenge = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";
        assert_eq!(URL_SAFE_NO_PAD.encode(Sha256::digest(verifier)), challenge);
        let asked = Request {
            code_challenge: Some(challenge.to_owned()),
            code_challenge_method: Some("S256".to_owned()),
            ..request(&application)
        };
        let plain = Request { code_challenge_method: None, ..asked.clone() };
        let address = sent_back(oauth::review(&ada, &plain).await);
        assert_eq!(parameter(&address, "error").unwrap(), "invalid_request");

        let address = oauth::allow(&ada, &asked).await.unwrap();
        let bare = by_code(&application, &secret, &address);
        assert_error!(oauth::exchange(&house.env, &bare).await, Error::Missing { .. });
        let wrong = Exchange { code_verifier: Some(challenge.into()), ..bare.clone() };
        assert_error!(oauth::exchange(&house.env, &wrong).await, Error::Invalid { .. });
        let right = Exchange { code_verifier: Some(verifier.into()), ..bare };
        oauth::exchange(&house.env, &right).await.unwrap();
    })
    .await;
}

async fn let_in(house: &House, application: &Application, secret: &Secret) -> oauth::Issued {
    let ada = house.call(house.ada).await;
    let address = oauth::allow(&ada, &request(application)).await.unwrap();
    oauth::exchange(&house.env, &by_code(application, secret, &address)).await.unwrap()
}

#[tokio::test]
async fn what_was_granted_can_be_taken_back() {
    on_each(async |_, house| {
        let env = &house.env;
        let (application, secret) = application(&house).await;
        let ada: Call = house.call(house.ada).await;

        let issued = let_in(&house, &application, &secret).await;
        let grants = oauth::grants(&ada).await.unwrap();
        assert_eq!((grants.len(), grants[0].application.id), (1, application.id));
        let admin = house.call(house.admin).await;
        assert_error!(oauth::revoke(&admin, grants[0].id).await, Error::NotFound { .. });
        // An application cannot let others in, nor take itself back.
        let by_app = house.call_with(&issued.access_token).await;
        let refused = oauth::allow(&by_app, &request(&application)).await;
        assert!(matches!(shown(refused), Error::Denied { .. }));
        authenticate::token(env, issued.access_token.expose()).await.unwrap();
        oauth::revoke(&ada, grants[0].id).await.unwrap();
        assert_refused(authenticate::token(env, issued.access_token.expose()).await);
        let again = renewal(&application, &secret, &issued.refresh_token);
        assert_error!(oauth::exchange(env, &again).await, Error::Invalid { .. });

        // Blocking and leaving end it too.
        let issued = let_in(&house, &application, &secret).await;
        let again = renewal(&application, &secret, &issued.refresh_token);
        users::block(&admin, house.ada).await.unwrap();
        assert_refused(authenticate::token(env, issued.access_token.expose()).await);
        assert_error!(oauth::exchange(env, &again).await, Error::Invalid { .. });
        users::unblock(&admin, house.ada).await.unwrap();
        let renewed = oauth::exchange(env, &again).await.unwrap();
        authenticate::token(env, renewed.access_token.expose()).await.unwrap();

        // So does the end of the application.
        assert_error!(oauth::delete(&ada, application.id).await, Error::NotFound { .. });
        oauth::delete(&admin, application.id).await.unwrap();
        assert_refused(authenticate::token(env, renewed.access_token.expose()).await);
        assert!(oauth::grants(&ada).await.unwrap().is_empty());
        assert!(oauth::list(&admin).await.unwrap().is_empty());
    })
    .await;
}

#[tokio::test]
async fn leaving_the_team_ends_what_was_granted_in_it() {
    on_each(async |_, house| {
        let (application, secret) = application(&house).await;
        let issued = let_in(&house, &application, &secret).await;
        teams::remove_member(&house.system(), house.team, house.ada).await.unwrap();
        assert_refused(authenticate::token(&house.env, issued.access_token.expose()).await);
        let again = renewal(&application, &secret, &issued.refresh_token);
        assert_error!(oauth::exchange(&house.env, &again).await, Error::Invalid { .. });
    })
    .await;
}
