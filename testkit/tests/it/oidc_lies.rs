//! Issuers that lie, and keys that change: nobody is signed in by a token that is not the issuer's, for us, for this
//! question and of now.

use simulators::{Lie, LieKind, Person, SigningAlg};
use testkit::Browser;

use crate::factors::{ORIGIN, count};
use crate::oidc::{SIGNED_IN, TRUSTED, come, ida, leads, leave, trusting};

#[tokio::test(flavor = "multi_thread")]
async fn no_lie_signs_anybody_in() {
    let app = trusting(TRUSTED).await;
    let lies = [
        LieKind::Issuer,
        LieKind::Audience,
        LieKind::TwoAudiences,
        LieKind::Nonce,
        LieKind::NoNonce,
        LieKind::AlgNone,
        LieKind::Unsigned,
        LieKind::SharedSecret,
        LieKind::OtherKey,
        LieKind::Expired,
        LieKind::Old,
        LieKind::OtherAccess,
    ];
    for kind in lies {
        app.cloud.set_lie(Some(Lie::once(kind)));
        let (mut browser, to) = come(&app, ida()).await;
        assert_eq!(to, "/sign-in?oidc=oidc_refused", "{kind:?}");
        assert_eq!(browser.get("/api/auth/me").await.status, 401, "{kind:?}");
    }
    app.cloud.set_lie(Some(Lie::once(LieKind::OtherPerson)));
    let (_, to) = come(&app, Person { apart: true, ..ida() }).await;
    assert_eq!(to, "/sign-in?oidc=oidc_refused", "userinfo of another person");
    assert_eq!(count(&app, "select count(*) from app_user").await, 0);
    assert_eq!(count(&app, "select count(*) from session").await, 0);
    assert_eq!(app.cloud.oidc_truth().traded, 13, "each was asked for, and not believed");
    assert_eq!(come(&app, ida()).await.1, SIGNED_IN, "and the truth is");
    let recorded = testkit::fixture::until(std::time::Duration::from_secs(5), async || {
        let sql = "select coalesce(sum(count), 0) from security_event where kind = 'identity_refused'";
        Ok((count(&app, sql).await == 13).then_some(()))
    });
    assert!(recorded.await.is_ok(), "each refusal is on record");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_answer_of_another_issuer_is_not_even_asked_about() {
    let app = trusting(TRUSTED).await;
    app.cloud.set_person(Some(ida()));
    let mut browser = Browser::new(&app, ORIGIN);
    let callback = leave(&app, &mut browser, "/api/auth/oidc/start", None).await;
    let (before, _) = callback.split_once("&iss=").expect("it says who it is");
    let elsewhere = format!("{before}&iss=https%3A%2F%2Fother.example");
    assert_eq!(leads(&browser.arrive(&elsewhere).await), "/sign-in?oidc=oidc_refused");
    assert_eq!(app.cloud.oidc_truth().traded, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn keys_that_changed_are_taken_at_once_and_not_asked_for_without_end() {
    let app = trusting(TRUSTED).await;
    assert_eq!(come(&app, ida()).await.1, SIGNED_IN);
    let reads = || app.cloud.oidc_truth().requests.iter().filter(|request| *request == "GET /jwks").count();
    assert_eq!(reads(), 1);
    for (turn, alg) in [SigningAlg::Es256, SigningAlg::Rs256].into_iter().cycle().take(5).enumerate() {
        app.cloud.rotate_issuer_key(alg);
        assert_eq!(come(&app, ida()).await.1, SIGNED_IN, "{alg:?}");
        assert_eq!(come(&app, ida()).await.1, SIGNED_IN, "{alg:?} again");
        assert_eq!(reads(), turn + 2, "read once");
    }
    app.cloud.rotate_issuer_key(SigningAlg::Es256);
    for _ in 0..3 {
        assert_eq!(come(&app, ida()).await.1, "/sign-in?oidc=oidc_refused", "five times within a minute are enough");
    }
    assert_eq!(reads(), 6);
    let discoveries = app.cloud.oidc_truth().requests;
    let document = discoveries.iter().filter(|request| request.contains("openid-configuration")).count();
    assert_eq!(document, 1, "its document is read once in a while");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_issuer_that_answers_late_keeps_nobody_waiting_long() {
    let app = trusting(TRUSTED).await;
    app.cloud.set_lie(Some(Lie::once(LieKind::Late)));
    let began = std::time::Instant::now();
    assert_eq!(come(&app, ida()).await.1, "/sign-in?oidc=oidc_unavailable");
    assert!(began.elapsed() < std::time::Duration::from_secs(8), "{:?}", began.elapsed());
    assert_eq!(count(&app, "select count(*) from app_user").await, 0);
}
