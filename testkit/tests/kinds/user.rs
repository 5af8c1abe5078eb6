//! Users' own.

use domain::work::Job;
use domain::{DataExportId, JobId, JobState, UserId};

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

pub struct Export;

/// A person whose data are copied, or who is erased; another one each time.
async fn person(world: &World) -> UserId {
    let made = "insert into app_user (id, email, password_hash, name, role, epoch_changed_at, created_at)
        select id, id || '@person.example.com', 'x', 'Person', 'user', now(), now() from (select gen_random_uuid() id) p
        returning id";
    UserId(world.scalar(made, vec![]).await)
}

impl Story for Export {
    type Before = UserId;

    async fn ask(world: &World, _: &str, _: &str) -> (JobId, UserId) {
        let user = person(world).await;
        let export = "insert into data_export (id, user_id, job_id, created_at)
            values (gen_random_uuid(), $1, gen_random_uuid(), now()) returning id";
        let export = DataExportId(world.scalar(export, vec![user.into()]).await);
        (world.enqueue(Job::ExportUser { user, export }).await, user)
    }

    async fn assert_done(world: &World, _: JobId, user: &UserId) {
        let ready = "select count(*) from data_export where user_id = $1 and sealed is not null";
        assert_eq!(world.scalar::<i64>(ready, vec![(*user).into()]).await, 1);
        assert_eq!(mails(world, "export_ready", *user).await, 1, "one mail, however often it ran");
    }

    async fn assert_undone(world: &World, _: JobId, user: &UserId) {
        let sealed = "select count(*) from data_export where user_id = $1 and sealed is not null";
        assert_eq!(world.scalar::<i64>(sealed, vec![(*user).into()]).await, 0);
        assert_eq!(mails(world, "export_ready", *user).await, 0);
    }
}

async fn mails(world: &World, kind: &str, user: UserId) -> i64 {
    let sql = "select count(*) from job where kind = 'mail.send' and params->>'mail' = $1 and target_id = $2";
    world.scalar(sql, vec![kind.into(), user.into()]).await
}

pub struct Erase;

impl Story for Erase {
    type Before = UserId;

    const FAILS_AS: JobState = JobState::Stuck;

    async fn ask(world: &World, _: &str, _: &str) -> (JobId, UserId) {
        let user = person(world).await;
        world.exec("update app_user set deleted_at = now() where id = $1", vec![user.into()]).await;
        let asked = "insert into erasure (id, user_id, job_id, created_at)
            values (gen_random_uuid(), $1, gen_random_uuid(), now())";
        world.exec(asked, vec![user.into()]).await;
        (world.enqueue(Job::EraseUser { user }).await, user)
    }

    async fn assert_done(world: &World, _: JobId, user: &UserId) {
        let name: String = world.scalar("select name from app_user where id = $1", vec![(*user).into()]).await;
        assert_eq!(name, "Erased person");
        let told = "select count(*) from activity where event = 'user.erased' and entity_id = $1";
        assert_eq!(world.scalar::<i64>(told, vec![(*user).into()]).await, 1, "once, however often it ran");
    }

    async fn assert_undone(world: &World, _: JobId, user: &UserId) {
        let name: String = world.scalar("select name from app_user where id = $1", vec![(*user).into()]).await;
        assert_eq!(name, "Person", "all of it or nothing");
    }
}
