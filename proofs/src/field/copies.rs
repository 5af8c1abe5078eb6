//! Backups and copies: databases that do not know all machines, or are not the only one that does.

use anyhow::{Context as _, Result, ensure};
use testkit::TestDatabase;
use testkit::cluster::Cluster;
use testkit::fixture::PASSWORD;
use testkit::port;
use testkit::stack::Stack;

use super::stage::{CUSTOMER, Stage, admin_of, compare, held};
use crate::checker::Checker;
use crate::story::Story;

pub async fn play(story: &mut Story, stage: &mut Stage) -> Result<()> {
    story.step("a second database beside the first destroys nothing", Box::pin(beside(stage))).await?;
    story.step("a copied data folder destroys nothing", Box::pin(copied_folder(stage))).await?;
    story.step("the first continues: a machine of nobody's is deleted there", continues(stage)).await?;
    story.step("a backup is restored into the same cluster: only reported", restored(stage)).await?;
    story.step("an administrator has seen them and says yes: deleted", released(stage)).await
}

fn cluster(stage: &Stage) -> Result<&Cluster> {
    stage.stack.cluster.as_ref().context("the installation has a cluster of its own")
}

/// Lets a copy of the installation work: it takes an order, so that what the first has made since is older than its
/// newest server, and compares. Nothing of the first's may be destroyed. Its own server is deleted by the first.
async fn works_beside(stage: &mut Stage, mut second: Stack) -> Result<()> {
    second.start_roles().await?;
    let checker = Checker::of(&second).await?;
    // Even the mark in Redis was copied.
    give_mark(&second, &checker).await?;
    let admin = admin_of(&second).await?;
    // The first has sold a server since the copy was taken, which the copy does not know.
    let theirs = stage.order().await?;
    stage.compare().await?;
    let casey = second.anonymous().sign_in(CUSTOMER, PASSWORD).await?;
    let own = stage.order_at(&casey, &checker).await?;
    for _ in 0..3 {
        compare(&admin, &checker).await?;
    }
    stage.check().await?;
    let waits = held(&admin, &stage.cloud).await?;
    ensure!(
        waits.iter().any(|row| row["provider_ref"] == *theirs.machine && row["held"] == "epoch"),
        "the copy reports what it does not know: {waits:?}"
    );
    second.kill_roles().await?;
    stage.servers.push(theirs);
    // The first in turn reports the copy's server, which it does not know.
    let later = stage.order().await?;
    stage.servers.push(later);
    stage.compare().await?;
    stage.rightly(&own.machine);
    stage.check().await
}

async fn give_mark(second: &Stack, checker: &Checker) -> Result<()> {
    let known: String = checker.figure("select id || ' ' || replace(epoch::text, '-', '') from cloud").await?;
    let (cloud, mark) = known.split_once(' ').context("a cloud with a mark")?;
    let client = redis::Client::open(second.redis_url.as_str())?;
    let mut connection = client.get_multiplexed_async_connection().await?;
    let key = format!("skypanel-epoch:{}", cloud.replace('-', ""));
    redis::cmd("SET").arg(key).arg(mark).query_async::<()>(&mut connection).await?;
    Ok(())
}

async fn beside(stage: &mut Stage) -> Result<()> {
    let name = "staging";
    let dump = cluster(stage)?.dump(stage.stack.database.name()).await?;
    cluster(stage)?.restore(&dump, name).await?;
    let database = TestDatabase::on(&cluster(stage)?.server()?, name);
    let second = stage.stack.beside(database, None).await?;
    works_beside(stage, second).await
}

async fn copied_folder(stage: &mut Stage) -> Result<()> {
    let folder = stage.stack.folder.join("copy");
    std::fs::create_dir_all(&folder)?;
    let name = stage.stack.database.name().to_owned();
    let cluster = stage.stack.cluster.as_mut().context("the installation has a cluster of its own")?;
    let copy = cluster.copy(&folder, port::free()?).await?;
    stage.checker = Checker::of(&stage.stack).await?;
    stage.stack.await_ready().await?;
    let database = TestDatabase::on(&copy.server()?, &name);
    let second = stage.stack.beside(database, Some(copy)).await?;
    works_beside(stage, second).await
}

async fn continues(stage: &mut Stage) -> Result<()> {
    let stray = stage.stray(None, 3_600).await?;
    stage.rightly(&stray);
    stage.compare().await?;
    stage.check().await
}

async fn restored(stage: &mut Stage) -> Result<()> {
    let name = stage.stack.database.name().to_owned();
    let dump = cluster(stage)?.dump(&name).await?;
    // Sold after the backup: the restored database knows neither.
    let later = [stage.order().await?, stage.order().await?];
    stage.compare().await?;
    stage.stack.kill_roles().await?;
    cluster(stage)?.restore(&dump, &name).await?;
    stage.stack.start_roles().await?;
    stage.checker = Checker::of(&stage.stack).await?;
    stage.casey.renew().await?;
    stage.admin.renew().await?;
    // A newer server than both: only the marks hold now.
    let after = stage.order().await?;
    for _ in 0..3 {
        stage.compare().await?;
    }
    stage.check().await?;
    let held = stage.held().await?;
    for server in &later {
        ensure!(
            held.iter().any(|row| row["provider_ref"] == *server.machine && row["held"] == "epoch"),
            "{} is reported: {held:?}",
            server.machine
        );
    }
    ensure!(held.len() == later.len(), "and nothing else is: {held:?}");
    for server in stage.servers.iter().chain([&after]) {
        stage.is(server, "running").await?;
    }
    stage.servers.push(after);
    Ok(())
}

async fn released(stage: &mut Stage) -> Result<()> {
    let held = stage.held().await?;
    for row in &held {
        let machine = row["provider_ref"].as_str().unwrap_or_default().to_owned();
        stage.rightly(&machine);
    }
    stage.release(&held, true).await?;
    stage.check().await?;
    stage.compare().await?;
    ensure!(stage.held().await?.is_empty(), "nothing waits any more");
    continues(stage).await
}
