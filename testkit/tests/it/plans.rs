//! The price list as administrators set it: its order, and what a plan would earn.

use serde_json::{Value as Json, json};
use testkit::client::{micros, row, text};
use testkit::fixture::add_plan;
use testkit::{Client, TestApp};

async fn cloud(admin: &Client) -> String {
    text(&admin.get("/api/admin/clouds").await.unwrap().expect(200), "/items/0/id")
}

fn column(list: &Json, name: &str) -> Vec<String> {
    list["items"].as_array().unwrap().iter().map(|item| text(item, &format!("/{name}"))).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn customers_see_plans_in_the_order_that_an_administrator_gave() {
    let app = TestApp::start().await;
    app.plan().await;
    let admin = app.admin().await;
    let cloud = cloud(&admin).await;
    for (name, markup) in [("Dear", "9"), ("Cheap", "0.5")] {
        add_plan(&admin, &cloud, "g6-nanode-1", name, markup).await.unwrap();
    }
    let (casey, _) = app.customer("casey", "1").await;
    let before = admin.get("/api/admin/plans").await.unwrap().expect(200);
    assert_eq!(column(&before, "name"), ["Cheap", "Nano", "Dear"], "until then by price");

    let mut ids = column(&before, "id");
    ids.rotate_right(1);
    let moved = admin.post("/api/admin/plans/order", &json!({ "ids": ids })).await.unwrap().expect(200);
    assert_eq!(column(&moved, "name"), ["Dear", "Cheap", "Nano"]);
    let shown = casey.get("/api/plans").await.unwrap().expect(200);
    assert_eq!(column(&shown, "name"), ["Dear", "Cheap", "Nano"]);
    let priced = admin.get("/api/admin/plans/on-sale").await.unwrap().expect(200);
    assert_eq!(priced, shown, "an administrator without an organisation sees the same");

    add_plan(&admin, &cloud, "g6-nanode-1", "Newest", "0.1").await.unwrap();
    let after = casey.get("/api/plans").await.unwrap().expect(200);
    assert_eq!(column(&after, "name"), ["Dear", "Cheap", "Nano", "Newest"], "a new one is the last");

    let twice = [&ids[..], &ids[..1]].concat();
    for wrong in [ids.clone(), ids[..2].to_vec(), twice] {
        let refused = admin.post("/api/admin/plans/order", &json!({ "ids": wrong })).await.unwrap();
        assert_eq!((refused.status.as_u16(), refused.text("/code").as_str()), (409, "plans_changed"));
    }
    let still = casey.get("/api/plans").await.unwrap().expect(200);
    assert_eq!(column(&still, "name"), ["Dear", "Cheap", "Nano", "Newest"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_preview_is_what_the_plan_then_costs_and_earns() {
    let app = TestApp::start().await;
    app.plan().await;
    let admin = app.admin().await;
    let cloud = cloud(&admin).await;
    let draft = |markup: &str| {
        let markup = json!({ "amount": markup, "currency": "USD" });
        json!({ "cloud_id": cloud, "type_id": "g6-nanode-1", "markup_monthly": markup })
    };
    let preview = admin.post("/api/admin/plans/preview", &draft("2.5")).await.unwrap().expect(200);
    add_plan(&admin, &cloud, "g6-nanode-1", "Previewed", "2.5").await.unwrap();
    let plans = admin.get("/api/admin/plans").await.unwrap().expect(200);
    let saved = row(&plans, "name", "Previewed");
    for member in ["price", "cost_monthly", "margin_percent"] {
        assert_eq!(preview[member], saved[member], "{member}");
    }
    assert_eq!((micros(&preview, "/margin_monthly"), preview["at_cost"].as_bool()), (2_500_000, Some(false)));
    let dear = preview["regions"].as_array().unwrap().iter().find(|region| region["id"] == "br-gru");
    assert_eq!(micros(dear.unwrap(), "/price/monthly"), 9_500_000, "7 at the provider, and our 2.5");

    let free = admin.post("/api/admin/plans/preview", &draft("0")).await.unwrap().expect(200);
    assert_eq!((free["at_cost"].as_bool(), text(&free, "/margin_percent").as_str()), (Some(true), "0.0"));
    let refused = admin.post("/api/admin/plans/preview", &draft("50000.01")).await.unwrap();
    let pointer = refused.text("/errors/0/pointer");
    assert_eq!((refused.status.as_u16(), pointer.as_str()), (400, "/markup_monthly/amount"));
    let mut unknown = draft("1");
    unknown["type_id"] = json!("g9-none");
    let refused = admin.post("/api/admin/plans/preview", &unknown).await.unwrap();
    assert_eq!((refused.status.as_u16(), refused.text("/errors/0/pointer").as_str()), (400, "/type_id"));
}
