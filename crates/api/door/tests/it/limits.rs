use std::num::NonZeroU32;
use std::sync::Arc;
use std::time::Duration;

use axum::middleware::from_fn_with_state;
use door::{Limiter, Rate, limit};
use http::StatusCode;

use crate::house::{on_each, send};

fn rate(per_second: u32, burst: u32) -> Rate {
    Rate {
        per_second: NonZeroU32::new(per_second).unwrap(),
        burst: NonZeroU32::new(burst).unwrap(),
    }
}

#[tokio::test]
async fn an_address_gets_its_burst_and_then_its_rate() {
    on_each(async |testing, house| {
        let limiter = Arc::new(Limiter::new(rate(2, 3), &house.env));
        let router = house.router().layer(from_fn_with_state(limiter, limit::by_address));
        let ask = async |address| send(router.clone(), "/who", address, &[]).await;
        let (one, other) = (Some("192.0.2.1"), Some("192.0.2.2"));
        for _ in 0..3 {
            assert_eq!(ask(one).await.status, StatusCode::OK);
        }
        let slowed = ask(one).await;
        assert_eq!(slowed.status, StatusCode::TOO_MANY_REQUESTS);
        assert_eq!(slowed.headers["retry-after"], "1");
        assert_eq!(ask(other).await.status, StatusCode::OK);
        testing.clock.advance(Duration::from_millis(499));
        assert_eq!(ask(one).await.status, StatusCode::TOO_MANY_REQUESTS);
        testing.clock.advance(Duration::from_millis(1));
        assert_eq!(ask(one).await.status, StatusCode::OK);
        assert_eq!(ask(one).await.status, StatusCode::TOO_MANY_REQUESTS);
        // One subscriber of IPv6 is one client.
        for host in ["2001:db8::1", "2001:db8::2", "2001:db8::3"] {
            assert_eq!(ask(Some(host)).await.status, StatusCode::OK);
        }
        assert_eq!(ask(Some("2001:db8::4")).await.status, StatusCode::TOO_MANY_REQUESTS);
    })
    .await;
}

#[tokio::test]
async fn wrong_passwords_are_told_when_to_come_again() {
    on_each(async |testing, house| {
        // ada with "wrong horse" and with the right password
        let wrong = [("authorization", "Basic YWRhOndyb25nIGhvcnNl")];
        let right = [("authorization", "Basic YWRhOmNvcnJlY3QgaG9yc2UgYmF0dGVyeQ==")];
        for _ in 0..6 {
            let answer = house.ask("/who", None, &wrong).await;
            assert_eq!(answer.status, StatusCode::UNAUTHORIZED);
            testing.clock.advance(Duration::from_secs(1));
        }
        let slowed = house.ask("/who", None, &right).await;
        assert_eq!(slowed.status, StatusCode::TOO_MANY_REQUESTS);
        assert_eq!(slowed.headers["retry-after"], "1");
        testing.clock.advance(Duration::from_secs(1));
        assert_eq!(house.ask("/who", None, &right).await.status, StatusCode::OK);
    })
    .await;
}
