//! Users' own.

use domain::JobId;
use domain::work::Job;

use crate::story::Story;
use crate::world::World;

pub struct ResetFactors;

const WAITING: &str = "select count(*) from factor_reset";

impl Story for ResetFactors {
    type Before = ();

    async fn ask(world: &World, _: &str, _: &str) -> (JobId, ()) {
        let person = "insert into app_user (id, email, password_hash, name, role, epoch_changed_at, created_at)
            values ('00000000-0000-7000-8000-000000000001', 'lost@example.com', 'x', 'Lost', 'user', now(), now())
            on conflict do nothing";
        let factor = "insert into totp (user_id, secret_sealed, confirmed_at, last_step)
            select id, 'x', business_now(), 0 from app_user where name = 'Lost' on conflict do nothing";
        let reset = "insert into factor_reset (user_id, reason, requested_at, due_at)
            select id, 'lost', business_now() - interval '1 day', business_now() from app_user where name = 'Lost'
            on conflict do nothing";
        for sql in [person, factor, reset] {
            world.exec(sql, vec![]).await;
        }
        let tick = world.app.ctx.clock.now(&world.app.ctx.db).await.unwrap();
        (world.enqueue(Job::ResetFactors { tick }).await, ())
    }

    async fn assert_done(world: &World, _: JobId, (): &()) {
        assert_eq!(world.scalar::<i64>(WAITING, vec![]).await, 0);
        assert_eq!(world.scalar::<i64>("select count(*) from totp", vec![]).await, 0);
    }

    async fn assert_undone(world: &World, _: JobId, (): &()) {
        assert_eq!(world.scalar::<i64>(WAITING, vec![]).await, 1, "the next tick does it");
        assert_eq!(world.scalar::<i64>("select count(*) from totp", vec![]).await, 1);
    }
}
