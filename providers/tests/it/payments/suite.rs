//! The tests that every payment provider must pass.

use chrono::TimeDelta;
use providers::{
    Capture, CaptureState, Captured, DisputeState, ErrorClass, OrderState, PayOrder, PaymentProvider, RefundState,
};

use super::{Lost, Trouble, World, amount, order, refund};

/// The capture that an order led to.
fn only(order: &PayOrder) -> &Capture {
    let [capture] = order.captures.as_slice() else { panic!("one capture: {order:?}") };
    capture
}

fn taken(captured: Captured) -> PayOrder {
    match captured {
        Captured::Order(order) => order,
        other => panic!("the money is taken: {other:?}"),
    }
}

async fn open(world: &dyn World, payment: &str) -> PayOrder {
    world.provider().create_order(&order(payment, amount(5190, "USD"))).await.expect("an order")
}

/// A payment that was paid; returns its capture.
async fn paid(world: &dyn World, payment: &str) -> Capture {
    let order = open(world, payment).await;
    world.pay(&order.id).await;
    let captured = world.provider().capture(&order.id, &format!("cap:{payment}:1")).await.expect("an answer");
    only(&taken(captured)).clone()
}

async fn again(provider: &dyn PaymentProvider, id: &str) -> PayOrder {
    provider.order(id).await.expect("an answer").expect("the order exists")
}

pub async fn a_payment_is_taken_and_tells_what_it_cost(world: &dyn World) {
    let order = open(world, "pay_1").await;
    assert_eq!(order.state, OrderState::Open);
    assert!(order.approve_url.as_deref().is_some_and(|url| url.contains(&order.id)), "{order:?}");
    assert!(order.captures.is_empty());
    assert_eq!((order.payment.as_deref(), order.amount.clone()), (Some("pay_1"), Some(amount(5190, "USD"))));
    world.pay(&order.id).await;
    assert_eq!(again(world.provider(), &order.id).await.state, OrderState::Approved);
    let done = taken(world.provider().capture(&order.id, "cap:pay_1:1").await.expect("an answer"));
    let capture = only(&done);
    assert_eq!((done.state, capture.state), (OrderState::Completed, CaptureState::Completed));
    assert_eq!((capture.amount.clone(), capture.payment.as_deref()), (amount(5190, "USD"), Some("pay_1")));
    assert_eq!(capture.order.as_deref(), Some(order.id.as_str()));
    let (fee, net) = (capture.fee.clone().expect("a fee"), capture.net.clone().expect("a net"));
    assert_eq!(fee.minor + net.minor, 5190);
    assert_eq!(world.balance("USD").await, net.minor, "what arrived is what the books have");
    let found = world.provider().find_capture(&capture.id).await.expect("an answer").expect("it exists");
    assert_eq!((found.state, found.amount, found.fee), (capture.state, capture.amount.clone(), Some(fee)));
    assert_eq!(found.order, Some(order.id));
}

pub async fn the_same_request_gives_the_same_thing(world: &dyn World) {
    let one = open(world, "pay_1").await;
    assert_eq!(open(world, "pay_1").await.id, one.id);
    assert_ne!(open(world, "pay_2").await.id, one.id);
    world.pay(&one.id).await;
    let first = taken(world.provider().capture(&one.id, "cap:pay_1:1").await.expect("an answer"));
    let second = taken(world.provider().capture(&one.id, "cap:pay_1:1").await.expect("an answer"));
    assert_eq!(only(&first).id, only(&second).id);
    assert_eq!(world.captures().await, 1);
    let capture = only(&first).id.clone();
    let asked = refund("rfd_1", &capture, amount(1000, "USD"));
    let refunds = [world.provider().refund(&asked).await, world.provider().refund(&asked).await];
    let [one, two] = refunds.map(|refund| refund.expect("a refund"));
    assert_eq!(one.id, two.id);
    assert_eq!(again(world.provider(), &first.id).await.refunds.len(), 1);
}

pub async fn a_second_capture_finds_the_first(world: &dyn World) {
    let order = open(world, "pay_1").await;
    world.pay(&order.id).await;
    taken(world.provider().capture(&order.id, "cap:pay_1:1").await.expect("an answer"));
    let second = world.provider().capture(&order.id, "cap:pay_1:2").await.expect("an answer");
    assert_eq!(second, Captured::Before);
    assert_eq!(world.captures().await, 1);
}

pub async fn many_captures_at_once_are_one(world: &dyn World) {
    let order = open(world, "pay_1").await;
    world.pay(&order.id).await;
    let provider = world.provider();
    let tries = (0..16).map(|_| provider.capture(&order.id, "cap:pay_1:1"));
    for captured in futures_join(tries).await {
        assert!(matches!(captured, Ok(Captured::Order(_) | Captured::Before)), "{captured:?}");
    }
    assert_eq!(world.captures().await, 1);
}

async fn futures_join<F: Future>(futures: impl Iterator<Item = F>) -> Vec<F::Output> {
    let mut pending: Vec<_> = futures.map(Box::pin).collect();
    let mut outputs = Vec::new();
    std::future::poll_fn(|cx| {
        pending.retain_mut(|future| match future.as_mut().poll(cx) {
            std::task::Poll::Ready(output) => {
                outputs.push(output);
                false
            }
            std::task::Poll::Pending => true,
        });
        if pending.is_empty() { std::task::Poll::Ready(()) } else { std::task::Poll::Pending }
    })
    .await;
    outputs
}

pub async fn what_nobody_approved_is_not_taken(world: &dyn World) {
    let order = open(world, "pay_1").await;
    let early = world.provider().capture(&order.id, "cap:pay_1:1").await.expect("an answer");
    assert_eq!(early, Captured::NotYet);
    assert_eq!(world.captures().await, 0);
    world.pay(&order.id).await;
    taken(world.provider().capture(&order.id, "cap:pay_1:1").await.expect("an answer"));
}

pub async fn a_declined_capture_completes_no_payment(world: &dyn World) {
    let order = open(world, "pay_1").await;
    world.decline(&order.id).await;
    let done = taken(world.provider().capture(&order.id, "cap:pay_1:1").await.expect("an answer"));
    assert_eq!(only(&done).state, CaptureState::Declined, "whatever the order says: {:?}", done.state);
    assert_eq!(only(&done).net, None);
    assert_eq!(world.balance("USD").await, 0);
}

pub async fn a_payer_who_is_refused_tries_again(world: &dyn World) {
    let order = open(world, "pay_1").await;
    world.refuse(&order.id).await;
    for _ in 0..2 {
        let refused = world.provider().capture(&order.id, "cap:pay_1:1").await.expect("an answer");
        assert!(matches!(refused, Captured::Again(_)), "{refused:?}");
    }
    let open = again(world.provider(), &order.id).await;
    assert_eq!((open.state, open.approve_url), (OrderState::Open, order.approve_url));
    world.pay(&order.id).await;
    let done = taken(world.provider().capture(&order.id, "cap:pay_1:2").await.expect("an answer"));
    assert_eq!(only(&done).state, CaptureState::Completed);
    assert_eq!(world.captures().await, 1);
}

pub async fn a_payment_under_review_is_no_money(world: &dyn World) {
    for (payment, completes) in [("pay_1", true), ("pay_2", false)] {
        let order = open(world, payment).await;
        let before = world.balance("USD").await;
        world.review(&order.id).await;
        let done = taken(world.provider().capture(&order.id, &format!("cap:{payment}:1")).await.expect("an answer"));
        let pending = only(&done);
        assert_eq!((pending.state, pending.fee.clone()), (CaptureState::Pending, None));
        assert!(pending.reason.is_some());
        assert_eq!(world.balance("USD").await, before);
        let asked = refund(&format!("rfd_{payment}"), &pending.id, amount(100, "USD"));
        let refused = world.provider().refund(&asked).await.expect_err("nothing to give back");
        assert_eq!(refused.class, ErrorClass::Permanent);
        world.end_review(&pending.id, completes).await;
        let ended = only(&again(world.provider(), &order.id).await).clone();
        assert_eq!(ended.state, if completes { CaptureState::Completed } else { CaptureState::Declined });
        assert_eq!(world.balance("USD").await, before + ended.net.map_or(0, |net| net.minor));
    }
}

pub async fn a_lost_answer_is_unknown_and_repeated_safely(world: &dyn World) {
    world.lose(Lost::Order).await;
    let asked = order("pay_1", amount(5190, "USD"));
    let lost = world.provider().create_order(&asked).await.expect_err("the answer is lost");
    assert_eq!(lost.class, ErrorClass::Unknown);
    let made = world.provider().create_order(&asked).await.expect("an order");
    world.pay(&made.id).await;
    world.lose(Lost::Capture).await;
    let lost = world.provider().capture(&made.id, "cap:pay_1:1").await.expect_err("the answer is lost");
    assert_eq!(lost.class, ErrorClass::Unknown);
    assert_eq!(world.captures().await, 1, "the effect was there");
    let done = taken(world.provider().capture(&made.id, "cap:pay_1:1").await.expect("an answer"));
    world.lose(Lost::Refund).await;
    let asked = refund("rfd_1", &only(&done).id, amount(190, "USD"));
    assert_eq!(world.provider().refund(&asked).await.expect_err("lost").class, ErrorClass::Unknown);
    let given = world.provider().refund(&asked).await.expect("a refund");
    let order = again(world.provider(), &made.id).await;
    assert_eq!(order.refunds.iter().map(|refund| &refund.id).collect::<Vec<_>>(), [&given.id]);
    assert_eq!(world.captures().await, 1);
}

pub async fn trouble_takes_nothing(world: &dyn World) {
    let order = open(world, "pay_1").await;
    world.pay(&order.id).await;
    for (trouble, class) in [
        (Trouble::Conflict, ErrorClass::Busy),
        (Trouble::Slower, ErrorClass::RateLimited),
        (Trouble::Page, ErrorClass::Unknown),
    ] {
        world.trouble(trouble).await;
        let error = world.provider().capture(&order.id, "cap:pay_1:1").await.expect_err("trouble");
        assert_eq!(error.class, class, "{trouble:?}");
        assert_eq!(error.retry_after.is_some(), trouble == Trouble::Slower, "{error:?}");
        assert_eq!(world.captures().await, 0);
    }
    taken(world.provider().capture(&order.id, "cap:pay_1:1").await.expect("an answer"));
}

pub async fn money_goes_back_once_and_never_more_than_there_is(world: &dyn World) {
    let capture = paid(world, "pay_1").await;
    let before = world.balance("USD").await;
    let part = world.provider().refund(&refund("rfd_1", &capture.id, amount(1000, "USD"))).await.expect("a refund");
    assert_eq!((part.state, part.capture.as_str()), (RefundState::Completed, capture.id.as_str()));
    assert_eq!((part.amount.clone(), part.ours.as_deref()), (amount(1000, "USD"), Some("rfd_1")));
    let back = part.fee_returned.as_ref().map_or(0, |fee| fee.minor);
    assert_eq!(world.balance("USD").await, before - 1000 + back);
    let found = world.provider().find_refund(&part.id).await.expect("an answer").expect("it exists");
    assert_eq!((found.id, found.amount, found.ours), (part.id.clone(), part.amount, part.ours));
    let over = world.provider().refund(&refund("rfd_2", &capture.id, amount(4191, "USD"))).await;
    assert_eq!(over.expect_err("more than is left").class, ErrorClass::Permanent);
    let other = world.provider().refund(&refund("rfd_3", &capture.id, amount(1000, "EUR"))).await;
    assert_eq!(other.expect_err("another currency").class, ErrorClass::Permanent);
    world.provider().refund(&refund("rfd_4", &capture.id, amount(4190, "USD"))).await.expect("the rest");
    let none = world.provider().refund(&refund("rfd_5", &capture.id, amount(1, "USD"))).await;
    assert_eq!(none.expect_err("nothing is left").class, ErrorClass::Permanent);
    let order = again(world.provider(), capture.order.as_deref().expect("its order")).await;
    assert_eq!(order.refunds.iter().map(|refund| refund.amount.minor).sum::<i64>(), 5190);
    assert_eq!(only(&order).state, CaptureState::Completed, "refunds are refunds' own");
}

pub async fn a_refund_that_fails_says_so(world: &dyn World) {
    let capture = paid(world, "pay_1").await;
    let before = world.balance("USD").await;
    world.fail_refunds().await;
    let failed = world.provider().refund(&refund("rfd_1", &capture.id, amount(5190, "USD"))).await.expect("an answer");
    assert_eq!(failed.state, RefundState::Failed);
    assert_eq!(world.balance("USD").await, before);
}

pub async fn what_was_given_back_by_hand_is_not_ours(world: &dyn World) {
    let capture = paid(world, "pay_1").await;
    world.refund_by_hand(&capture.id, 90).await;
    let order = again(world.provider(), capture.order.as_deref().expect("its order")).await;
    let [refund] = order.refunds.as_slice() else { panic!("one refund: {order:?}") };
    assert_eq!((refund.amount.minor, refund.ours.clone()), (90, None));
    assert_eq!(refund.capture, capture.id);
}

pub async fn a_complaint_alone_gives_nothing_back(world: &dyn World) {
    let capture = paid(world, "pay_1").await;
    for won in [true, false] {
        let id = world.complain(&capture.id).await;
        let open = world.provider().dispute(&id).await.expect("an answer").expect("it exists");
        assert_eq!((open.state, open.captures.as_slice()), (DisputeState::Open, [capture.id.clone()].as_slice()));
        assert_eq!(open.amount, Some(amount(5190, "USD")));
        assert!(open.due_at.is_some());
        let order = again(world.provider(), capture.order.as_deref().expect("its order")).await;
        assert_eq!((only(&order).state, order.refunds.len()), (CaptureState::Completed, 0));
        world.end_complaint(&id, won).await;
        let ended = world.provider().dispute(&id).await.expect("an answer").expect("it exists");
        assert_eq!(ended.state, if won { DisputeState::Won } else { DisputeState::Lost });
    }
    assert!(world.balance("USD").await < 0, "the fee is lost");
}

pub async fn every_currency_keeps_its_decimals(world: &dyn World) {
    for (payment, minor, currency) in [("pay_1", 500, "JPY"), ("pay_2", 1, "USD"), ("pay_3", 123_456, "HUF")] {
        let asked = order(payment, amount(minor, currency));
        let made = world.provider().create_order(&asked).await.expect("an order");
        assert_eq!(made.amount, Some(amount(minor, currency)));
    }
    for bad in [amount(0, "USD"), amount(-500, "USD"), amount(500, "usd"), amount(500, "XXX"), amount(i64::MAX, "USD")]
    {
        let error = world.provider().create_order(&order("pay_9", bad.clone())).await.expect_err("refused");
        assert_eq!(error.class, ErrorClass::Permanent, "{bad:?}");
    }
}

pub async fn what_does_not_exist_is_none(world: &dyn World) {
    let provider = world.provider();
    assert_eq!(provider.order("5O190127TN364715T").await, Ok(None));
    assert_eq!(provider.find_capture("5O190127TN364715T").await, Ok(None));
    assert_eq!(provider.find_refund("5O190127TN364715T").await, Ok(None));
    assert_eq!(provider.dispute("PP-D-1").await, Ok(None));
    let lost = provider.capture("5O190127TN364715T", "cap:x:1").await.expect_err("no order");
    assert_eq!(lost.class, ErrorClass::Permanent);
}

pub async fn an_order_that_nobody_pays_ends(world: &dyn World) {
    let left = open(world, "pay_1").await;
    let approved = open(world, "pay_2").await;
    world.pay(&approved.id).await;
    world.ahead(TimeDelta::hours(7)).await;
    assert_eq!(world.provider().order(&left.id).await, Ok(None));
    let undone = world.provider().order(&approved.id).await.expect("an answer");
    assert!(undone.is_none_or(|order| order.state == OrderState::Gone));
    assert_eq!(world.captures().await, 0);
}

pub async fn a_token_that_has_expired_is_replaced(world: &dyn World) {
    open(world, "pay_1").await;
    world.ahead(TimeDelta::hours(10)).await;
    open(world, "pay_2").await;
}

pub async fn events_and_reports_tell_of_all_that_moved(world: &dyn World) {
    let began = world.now() - TimeDelta::minutes(5);
    let capture = paid(world, "pay_1").await;
    let back = world.provider().refund(&refund("rfd_1", &capture.id, amount(1000, "USD"))).await.expect("a refund");
    let until = world.now() + TimeDelta::minutes(5);
    let events = world.provider().events(began, until).await.expect("a list");
    let about = |id: &str| events.iter().any(|event| String::from_utf8_lossy(&event.body).contains(id));
    assert!(about(&capture.id) && about(&back.id), "{} events", events.len());
    assert!(world.provider().events(began - TimeDelta::days(2), began).await.expect("a list").is_empty());
    world.ahead(TimeDelta::hours(4)).await;
    let rows = world.provider().report(began, until).await.expect("a report");
    let row = |id: &str| rows.iter().find(|row| row.id == id).expect("a line");
    assert_eq!(
        (row(&capture.id).amount.clone(), row(&capture.id).fee.clone().map(|fee| -fee.minor)),
        (amount(5190, "USD"), capture.fee.clone().map(|fee| fee.minor))
    );
    assert_eq!(row(&capture.id).payment.as_deref(), Some("pay_1"));
    assert_eq!(row(&back.id).amount, amount(-1000, "USD"));
    let sum: i64 = rows.iter().map(|row| row.amount.minor + row.fee.as_ref().map_or(0, |fee| fee.minor)).sum();
    assert_eq!(sum, world.balance("USD").await, "the report is the balance");
    assert!(world.provider().report(began - TimeDelta::days(32), until).await.is_err(), "31 days at most");
}

pub async fn the_account_is_known(world: &dyn World) {
    let found = world.provider().identity().await.expect("an answer");
    assert!(found.webhook_known && found.reports, "{found:?}");
    assert!(found.now.is_some_and(|now| (now - world.now()).abs() < TimeDelta::minutes(1)), "{found:?}");
}
