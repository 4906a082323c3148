//! A router that tells who asks.

use std::net::{IpAddr, SocketAddr};

use axum::Router;
use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::routing::get;
use base::{Scopes, TeamRole, UserActor};
use call::testing::TestEnv;
use call::{Call, Env};
use door::Caller;
use events::Listeners;
use http::{HeaderMap, Request, StatusCode};
use http_body_util::BodyExt as _;
use identity::testing::actor;
use identity::tokens::{CreatedToken, NewToken};
use tower::ServiceExt as _;

/// Runs `test` on each database with the member `ada` of the team `mortise`.
pub(crate) async fn on_each(test: impl AsyncFn(&TestEnv, House)) {
    let migrations = [identity::MIGRATIONS];
    let registry = jobs::Registry::new();
    call::testing::on_each(&migrations, registry, Listeners::new(), async |testing| {
        let env = testing.env.clone();
        let ada = actor(&env, "mortise", "ada", TeamRole::Member).await;
        test(&testing, House { env, ada }).await;
    })
    .await;
}

pub(crate) struct House {
    pub(crate) env: Env,
    pub(crate) ada: UserActor,
}

/// What came back.
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: String,
}

impl House {
    pub(crate) fn router(&self) -> Router {
        async fn who(Caller(call): Caller) -> String {
            let address = call.address.map(|address| address.to_string()).unwrap_or_default();
            format!("{} {} {address}", call.actor.name(), call.request_id)
        }
        Router::new().route("/who", get(who)).with_state(self.env.clone())
    }

    pub(crate) async fn token(&self) -> CreatedToken {
        let new = NewToken {
            user: self.ada.id,
            team: None,
            label: "laptop".to_owned(),
            scopes: Scopes::EVERYTHING,
            expires_at: None,
        };
        identity::tokens::create(&Call::system(self.env.clone()), new).await.unwrap()
    }

    /// Asks who it is, from an address, with these headers.
    pub(crate) async fn ask(
        &self,
        target: &str,
        address: Option<&str>,
        headers: &[(&str, &str)],
    ) -> Answer {
        send(self.router(), target, address, headers).await
    }
}

pub(crate) async fn send(
    router: Router,
    target: &str,
    address: Option<&str>,
    headers: &[(&str, &str)],
) -> Answer {
    let mut request = Request::get(target);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    if let Some(address) = address {
        let address: IpAddr = address.parse().unwrap();
        request = request.extension(ConnectInfo(SocketAddr::new(address, 40_000)));
    }
    let response = router.oneshot(request.body(Body::empty()).unwrap()).await.unwrap();
    let (parts, body) = response.into_parts();
    let body = body.collect().await.unwrap().to_bytes();
    let body = String::from_utf8(body.to_vec()).unwrap();
    Answer { status: parts.status, headers: parts.headers, body }
}
