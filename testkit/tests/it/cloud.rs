//! Connecting clouds and pricing plans.

use std::time::Duration;

use serde_json::json;
use testkit::TestApp;
use testkit::client::{micros, row, text};
use testkit::fixture::{add_plan, connect_cloud, until};

#[tokio::test(flavor = "multi_thread")]
async fn a_cloud_is_validated_read_and_priced() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let cloud = connect_cloud(&admin, &app.cloud.linode_url, testkit::app::CLOUD_TOKEN).await.unwrap();
    let shown = admin.get(&format!("/api/admin/clouds/{cloud}")).await.unwrap().expect(200);
    assert!(!shown.to_string().contains(testkit::app::CLOUD_TOKEN), "the token is never shown again");
    let catalog = admin.get(&format!("/api/admin/clouds/{cloud}/catalog")).await.unwrap().expect(200);
    let nano = catalog["types"].as_array().unwrap().iter().find(|kind| kind["id"] == "g6-nanode-1").unwrap();
    assert_eq!((micros(nano, "/cost_monthly"), micros(nano, "/cost_hourly")), (5_000_000, 7_500), "prices are exact");
    add_plan(&admin, &cloud, "g6-nanode-1", "Nano", "1.25").await.unwrap();
    let (casey, _) = app.customer("casey", "0").await;
    let plans = casey.get("/api/plans").await.unwrap().expect(200);
    let nano = row(&plans, "name", "Nano");
    assert_eq!(micros(nano, "/price/monthly"), 6_250_000);
    for hidden in ["cost", "linode"] {
        assert!(!plans.to_string().to_lowercase().contains(hidden), "customers see {hidden}: {plans}");
    }
    let plan = text(nano, "/id");
    let images = casey.get(&format!("/api/plans/{plan}/images")).await.unwrap().expect(200);
    assert!(!images.to_string().to_lowercase().contains("linode"), "{images}");
    let quote = casey.get(&format!("/api/plans/{plan}/quote")).await.unwrap().expect(200);
    assert_eq!((quote["affordable"].as_bool(), micros(&quote, "/held_now")), (Some(false), 8_561));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_token_says_so_and_can_be_replaced() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let token = "not-a-token-that-works";
    let body = json!({ "provider": "linode", "name": "Mistyped", "token": token, "endpoint": app.cloud.linode_url });
    let cloud = text(&admin.post("/api/admin/clouds", &body).await.unwrap().expect(202), "/cloud/id");
    let path = format!("/api/admin/clouds/{cloud}");
    let invalid = until(Duration::from_secs(10), || async {
        let cloud = admin.get(&path).await?.body;
        Ok((cloud["status"] == "invalid").then_some(cloud))
    })
    .await
    .unwrap();
    assert!(text(&invalid, "/status_detail").contains("token"), "{invalid}");
    let changed = admin.patch(&path, &json!({ "token": testkit::app::CLOUD_TOKEN })).await.unwrap();
    assert!(changed.status.is_success(), "{}", changed.body);
    until(Duration::from_secs(10), || async { Ok((admin.get(&path).await?.body["status"] == "valid").then_some(())) })
        .await
        .unwrap();
    app.run_jobs().await;
    assert_eq!(admin.delete(&path, None).await.unwrap().status, 204);
    assert_eq!(admin.get(&path).await.unwrap().status, 404);
}
