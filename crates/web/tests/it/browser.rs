//! A browser without a window.

use axum::{
    Router,
    body::{Body, to_bytes},
    http::{Request, StatusCode, header},
};
use base::{TeamRole, UserActor};
use call::{
    Call,
    testing::{self, TestEnv},
};
use events::Listeners;
use identity::{
    Secret,
    sessions::Browser as Agent,
    users::{self, NewUser},
};
use jobs::Registry;
use tower::ServiceExt as _;

pub(crate) const PASSWORD: &str = "correct horse battery";

/// An installation with its pages.
pub(crate) struct House {
    pub(crate) test: TestEnv,
    pub(crate) pages: Router,
    pub(crate) admin: Call,
}

/// A page that came back.
pub(crate) struct Page {
    pub(crate) status: StatusCode,
    pub(crate) to: String,
    pub(crate) text: String,
    pub(crate) headers: axum::http::HeaderMap,
}

/// Runs `test` in a fresh installation on each database.
pub(crate) async fn each(test: impl AsyncFn(House)) {
    let migrations = [
        identity::MIGRATIONS,
        projects::MIGRATIONS,
        depots::MIGRATIONS,
        ::analysis::MIGRATIONS,
        ::search::MIGRATIONS,
    ];
    let registry = identity::register(Registry::new()).unwrap();
    let registry = ::analysis::register(depots::register(registry).unwrap()).unwrap();
    let registry = ::search::register(registry).unwrap();
    let listeners = ::search::listen(::analysis::listen(Listeners::new()));
    testing::on_each(&migrations, registry, listeners, async |env| {
        test(House::new(env).await).await;
    })
    .await;
}

impl House {
    /// A team with `admin`, whose password has been changed.
    async fn new(test: TestEnv) -> Self {
        let first = identity::install(&test.env, "mortise").await.unwrap().unwrap();
        let signed_in = identity::sessions::sign_in(
            &test.env,
            "admin",
            &first.one_time_password,
            Agent::default(),
        )
        .await
        .unwrap();
        let admin = Call::for_user(test.env.clone(), signed_in.signed_in.user);
        identity::passwords::change(&admin, &first.one_time_password, &PASSWORD.into(), None)
            .await
            .unwrap();
        Self { pages: web::router(test.env.clone()), test, admin }
    }

    /// Another person in the team.
    pub(crate) async fn person(&self, name: &str) -> UserActor {
        let new = NewUser {
            password: Some(Secret::from(PASSWORD)),
            role: TeamRole::Member,
            ..NewUser::named(name)
        };
        users::create_user(&self.admin, new).await.unwrap();
        let done =
            identity::sessions::sign_in(&self.test.env, name, &PASSWORD.into(), Agent::default())
                .await;
        done.unwrap().signed_in.user
    }

    /// A browser in which `name` has signed in through the page.
    pub(crate) async fn signed_in(&self, name: &str) -> Browser {
        let mut browser = self.stranger();
        let page = browser.post("/login", &[("login", name), ("password", PASSWORD)]).await;
        assert_eq!(page.status, StatusCode::SEE_OTHER, "{}", page.text);
        browser.cookie = page.headers[header::SET_COOKIE]
            .to_str()
            .unwrap()
            .split(';')
            .next()
            .unwrap()
            .to_owned();
        browser
    }

    /// A browser without a session.
    pub(crate) fn stranger(&self) -> Browser {
        Browser { pages: self.pages.clone(), cookie: String::new(), extra: Vec::new() }
    }
}

/// Somebody's browser.
#[derive(Clone)]
pub(crate) struct Browser {
    pages: Router,
    pub(crate) cookie: String,
    pub(crate) extra: Vec<(&'static str, String)>,
}

impl Browser {
    pub(crate) async fn get(&self, address: &str) -> Page {
        self.send(Request::get(address).body(Body::empty()).unwrap()).await
    }

    pub(crate) async fn post(&self, address: &str, fields: &[(&str, &str)]) -> Page {
        let body = serde_urlencoded::to_string(fields).unwrap();
        let request = Request::post(address)
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .header("sec-fetch-site", "same-origin")
            .body(Body::from(body))
            .unwrap();
        self.send(request).await
    }

    pub(crate) async fn send(&self, mut request: Request<Body>) -> Page {
        let headers = request.headers_mut();
        if !self.cookie.is_empty() {
            headers.insert(header::COOKIE, self.cookie.parse().unwrap());
        }
        for (name, value) in &self.extra {
            headers.insert(*name, value.parse().unwrap());
        }
        let response = self.pages.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        let text = String::from_utf8_lossy(&to_bytes(body, usize::MAX).await.unwrap()).into_owned();
        let to = parts.headers.get(header::LOCATION).map_or("", |v| v.to_str().unwrap()).to_owned();
        Page { status: parts.status, to, text, headers: parts.headers }
    }
}
