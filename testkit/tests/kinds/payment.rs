//! Payments: orders, captures, refunds and messages of the simulated payment provider.

use domain::payment::{NewRefund, ask};
use domain::work::Job;
use domain::{Actor, JobId, JobState, Money, PaymentId, RefundId, RefundTo};
use simulators::{Choice, Posting};

use crate::story::Story;
use crate::world::World;

/// What each payment is of, in micro-units.
const AMOUNT: i64 = 25_000_000;

/// A payment that has no order yet.
async fn begun(world: &World) -> PaymentId {
    // Messages would ring by themselves: what is tested here is the job alone.
    world.app.cloud.paypal.set_posting(Posting::Lost);
    let sql = "insert into payment (id, org_id, actor_id, provider, mode, amount_micros, currency, state, created_at,
            expires_at)
        select gen_random_uuid(), m.org_id, m.user_id, 'paypal', 'simulated', 25000000, 'USD', 'new', business_now(),
            business_now() + interval '6 hours'
        from org_member m where m.org_id = $1 limit 1 returning id";
    PaymentId(world.scalar(sql, vec![world.org.into()]).await)
}

/// One whose order can be approved.
async fn open(world: &World) -> PaymentId {
    let payment = begun(world).await;
    let job = world.enqueue(Job::OpenPayment { payment }).await;
    assert_eq!(world.run_to_end(job).await, JobState::Succeeded, "{}", world.words(job).await);
    payment
}

/// One that its payer approved.
async fn approved(world: &World) -> PaymentId {
    let payment = open(world).await;
    let order: String = world.scalar("select order_id from payment where id = $1", vec![payment.into()]).await;
    world.app.cloud.paypal.choose(&order, Choice::Pay).unwrap();
    payment
}

/// One that is in the wallet.
async fn paid(world: &World) -> PaymentId {
    let payment = approved(world).await;
    let job = world.enqueue(Job::SettlePayment { payment }).await;
    assert_eq!(world.run_to_end(job).await, JobState::Succeeded, "{}", world.words(job).await);
    payment
}

async fn state(world: &World, payment: PaymentId) -> String {
    world.scalar("select state from payment where id = $1", vec![payment.into()]).await
}

pub struct Open;

impl Story for Open {
    type Before = PaymentId;

    async fn ask(world: &World, _: &str, _: &str) -> (JobId, PaymentId) {
        let payment = begun(world).await;
        (world.enqueue(Job::OpenPayment { payment }).await, payment)
    }

    async fn assert_done(world: &World, _: JobId, payment: &PaymentId) {
        assert_eq!(state(world, *payment).await, "open");
        let named = payment.to_string();
        let orders = world.app.cloud.paypal.truth().orders;
        let count = orders.iter().filter(|order| order.custom_id.as_deref() == Some(named.as_str())).count();
        assert_eq!(count, 1, "one order, however often it ran");
    }

    async fn assert_undone(world: &World, _: JobId, payment: &PaymentId) {
        assert_eq!(state(world, *payment).await, "declined", "the customer is told, and begins another one");
    }
}

pub struct Settle;

impl Story for Settle {
    type Before = (PaymentId, i64);

    async fn ask(world: &World, _: &str, _: &str) -> (JobId, Self::Before) {
        let payment = approved(world).await;
        let before = world.app.balance(world.org).await;
        (world.enqueue(Job::SettlePayment { payment }).await, (payment, before))
    }

    async fn assert_done(world: &World, _: JobId, (payment, before): &Self::Before) {
        assert_eq!(state(world, *payment).await, "credited");
        assert_eq!(world.app.balance(world.org).await, before + AMOUNT, "credited once, however often it ran");
        let named = payment.to_string();
        let taken = world.app.cloud.paypal.truth().captures;
        let count = taken.iter().filter(|capture| capture.custom_id.as_deref() == Some(named.as_str())).count();
        assert_eq!(count, 1, "taken once, however often it ran");
    }

    async fn assert_undone(world: &World, job: JobId, before: &Self::Before) {
        assert_eq!(world.app.balance(world.org).await, before.1, "nothing is credited by half");
        // What was taken by then is found by the next ring.
        let again = world.enqueue(Job::SettlePayment { payment: before.0 }).await;
        assert_eq!(world.run_to_end(again).await, JobState::Succeeded, "{}", world.words(again).await);
        Self::assert_done(world, job, before).await;
    }
}

pub struct Refund;

impl Story for Refund {
    type Before = (RefundId, i64);

    const FAILS_AS: JobState = JobState::Stuck;

    async fn ask(world: &World, _: &str, _: &str) -> (JobId, Self::Before) {
        let payment = paid(world).await;
        let before = world.app.balance(world.org).await;
        let new =
            NewRefund { payment, amount: Money::usd(10_000_000), to: RefundTo::Payer, reason: "a test".to_owned() };
        let refund = ask(&world.app.ctx, &Actor::Operator, &new, None).await.unwrap();
        let job = "select id from job where kind = 'payment.refund' and target_id = $1";
        (JobId(world.scalar(job, vec![refund.id.into()]).await), (refund.id, before))
    }

    async fn assert_done(world: &World, _: JobId, (refund, before): &Self::Before) {
        let state: String =
            world.scalar("select state from payment_refund where id = $1", vec![(*refund).into()]).await;
        assert_eq!(state, "done");
        assert_eq!(world.app.balance(world.org).await, before - 10_000_000);
        let named = refund.to_string();
        let given = world.app.cloud.paypal.truth().refunds;
        let count = given.iter().filter(|one| one.custom_id.as_deref() == Some(named.as_str())).count();
        assert_eq!(count, 1, "given back once, however often it ran");
    }

    async fn assert_undone(world: &World, _: JobId, (_, before): &Self::Before) {
        assert_eq!(
            world.app.balance(world.org).await,
            before - 10_000_000,
            "it stays on its way until that is decided"
        );
    }
}

pub struct Events;

impl Story for Events {
    type Before = (PaymentId, i64);

    async fn ask(world: &World, _: &str, _: &str) -> (JobId, Self::Before) {
        let payment = approved(world).await;
        // The provider's times are whole seconds: a list up to now may lack what happened in this one.
        tokio::time::sleep(std::time::Duration::from_millis(1500)).await;
        let tick = world.app.ctx.clock.now(&world.app.ctx.db).await.unwrap();
        let before = world.app.balance(world.org).await;
        (world.enqueue(Job::PaymentEvents { list: Some(tick) }).await, (payment, before))
    }

    async fn assert_done(world: &World, _: JobId, (payment, before): &Self::Before) {
        let found = "select count(*) from payment_event where payment_id = $1 and state = 'done'";
        assert_eq!(world.scalar::<i64>(found, vec![(*payment).into()]).await, 1, "the lost message was found, once");
        world.drain().await;
        assert_eq!(world.app.balance(world.org).await, before + AMOUNT, "it rang the settler");
    }

    async fn assert_undone(world: &World, _: JobId, (_, before): &Self::Before) {
        assert_eq!(world.app.balance(world.org).await, *before, "the next tick, or the poller, finds it");
    }
}

pub struct Poll;

impl Story for Poll {
    type Before = (PaymentId, i64);

    async fn ask(world: &World, _: &str, _: &str) -> (JobId, Self::Before) {
        let payment = approved(world).await;
        world.exec("update payment set look_at = business_now() where id = $1", vec![payment.into()]).await;
        let tick = world.app.ctx.clock.now(&world.app.ctx.db).await.unwrap();
        let before = world.app.balance(world.org).await;
        (world.enqueue(Job::PollPayments { tick }).await, (payment, before))
    }

    async fn assert_done(world: &World, _: JobId, (payment, before): &Self::Before) {
        let rings: i32 = world.scalar("select rings from payment where id = $1", vec![(*payment).into()]).await;
        assert_eq!(rings, 1, "rung once, however often it ran");
        world.drain().await;
        // Payments that an earlier case left due are rung by the same tick.
        assert_eq!(state(world, *payment).await, "credited");
        assert!(world.app.balance(world.org).await >= before + AMOUNT);
    }

    async fn assert_undone(world: &World, _: JobId, (_, before): &Self::Before) {
        assert_eq!(world.app.balance(world.org).await, *before, "the next tick rings it");
    }
}

pub struct Report;

impl Story for Report {
    type Before = i64;

    async fn ask(world: &World, _: &str, _: &str) -> (JobId, i64) {
        world.app.cloud.paypal.set_posting(Posting::Lost);
        let before = world.scalar("select count(*) from payment_report", vec![]).await;
        let tick = world.app.ctx.clock.now(&world.app.ctx.db).await.unwrap();
        (world.enqueue(Job::ReportPayments { tick }).await, before)
    }

    async fn assert_done(world: &World, _: JobId, before: &i64) {
        let now: i64 = world.scalar("select count(*) from payment_report", vec![]).await;
        assert_eq!(now, before + 1, "one report, however often it ran");
    }

    async fn assert_undone(world: &World, _: JobId, before: &i64) {
        assert_eq!(world.scalar::<i64>("select count(*) from payment_report", vec![]).await, *before);
    }
}
