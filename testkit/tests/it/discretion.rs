//! What customers are not told: who of our staff did something, and how much happens here.

use std::collections::BTreeSet;

use serde_json::Value as Json;
use testkit::TestApp;
use testkit::app::AppOptions;
use testkit::client::text;

fn numbers(listing: &Json) -> Vec<i64> {
    listing["items"].as_array().unwrap().iter().map(|item| text(item, "/id").parse().unwrap()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_customer_is_told_that_staff_acted_and_not_who() {
    let app = TestApp::start_with(AppOptions { workers: false, ..AppOptions::default() }).await;
    let admin = app.admin().await;
    let (casey, _) = app.customer("casey", "5").await;
    let me = text(&admin.get("/api/auth/me").await.unwrap().expect(200), "/user/id");
    let told = casey.get("/api/activity?limit=100").await.unwrap().expect(200);
    let credit = testkit::client::row(&told, "event", "billing.credit").clone();
    assert_eq!(credit["actor"], Json::Null, "{credit}");
    assert!(!told.to_string().contains(&me) && !told.to_string().contains("Avery"), "{told}");
    let own = testkit::client::row(&told, "event", "auth.register");
    assert!(own["actor"]["id"].is_string(), "what colleagues did is told with their names: {own}");
}

#[tokio::test(flavor = "multi_thread")]
async fn numbers_of_events_and_entries_count_nothing() {
    let app = TestApp::start_with(AppOptions { workers: false, ..AppOptions::default() }).await;
    let (casey, org) = app.customer("casey", "5").await;
    let admin = app.admin().await;
    for amount in 1..=7 {
        testkit::fixture::credit(&admin, &org.to_string(), &amount.to_string()).await.unwrap();
    }
    for path in ["/api/activity", "/api/wallet/statement"] {
        let whole = numbers(&casey.get(&format!("{path}?limit=100")).await.unwrap().expect(200));
        assert!(whole.len() >= 7 && !whole.is_sorted() && !whole.iter().rev().is_sorted(), "{path}: {whole:?}");
        let near = whole.windows(2).filter(|pair| pair[0].abs_diff(pair[1]) < 1_000_000).count();
        assert_eq!(near, 0, "{path}: {whole:?}");
        // Pages are whole and in the same order, and their cursors tell as little.
        let (mut paged, mut next) = (Vec::new(), None);
        loop {
            let cursor = next.map(|next: String| format!("&cursor={next}")).unwrap_or_default();
            let page = casey.get(&format!("{path}?limit=2{cursor}")).await.unwrap().expect(200);
            paged.extend(numbers(&page));
            next = page["next"].as_str().map(str::to_owned);
            if next.is_none() {
                break;
            }
        }
        assert_eq!(paged, whole, "{path}");
        assert_eq!(whole.iter().collect::<BTreeSet<_>>().len(), whole.len());
        let strange = casey.get(&format!("{path}?cursor=LTE")).await.unwrap();
        assert_eq!(strange.status, 400, "-1 is nobody's cursor");
    }
    let entry = numbers(&casey.get("/api/wallet/statement").await.unwrap().expect(200))[0];
    drop(casey.get(&format!("/api/wallet/statement/{entry}/lines")).await.unwrap().expect(200));
    let raw: i64 =
        domain::db::scalar(&app.ctx.db, domain::db::sql("select max(id) from journal", [])).await.unwrap().unwrap();
    assert_eq!(
        casey.get(&format!("/api/wallet/statement/{raw}/lines")).await.unwrap().status,
        404,
        "its own number is no address"
    );
}
