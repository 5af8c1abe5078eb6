//! A mail may be sent twice, but only under one id.

use std::collections::BTreeSet;

use domain::mail::Mail;
use domain::work::Job;
use domain::{JobId, TypedId as _, UserId};

use crate::story::Story;
use crate::world::World;

pub struct Send;

/// The ids of the mails that came in.
fn ids(world: &World) -> Vec<String> {
    let id = |raw: &str| raw.lines().find_map(|line| line.strip_prefix("Message-ID: ").map(str::to_owned));
    world.app.cloud.mails().iter().map(|mail| id(&mail.raw).expect("a mail has an id")).collect()
}

impl Story for Send {
    type Before = ();

    async fn ask(world: &World, _: &str, _: &str) -> (JobId, ()) {
        world.drain().await;
        world.app.cloud.clear_mails();
        let sql = "select user_id from org_member where org_id = $1";
        let user = UserId(world.scalar(sql, vec![world.org.into()]).await);
        (world.enqueue(Job::SendMail { mail: Mail::Welcome { user, token: None } }).await, ())
    }

    async fn assert_done(world: &World, job: JobId, (): &()) {
        let sent = ids(world);
        assert!((1..=2).contains(&sent.len()), "{sent:?}");
        assert_eq!(sent.iter().collect::<BTreeSet<_>>().len(), 1, "a second copy is known as such: {sent:?}");
        assert!(sent[0].contains(&job.suffix()), "{sent:?}");
    }

    async fn assert_undone(world: &World, _: JobId, (): &()) {
        assert!(ids(world).iter().collect::<BTreeSet<_>>().len() <= 1);
    }
}
