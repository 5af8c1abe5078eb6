//! Everything that a comparison learns of a cloud's machines before it decides anything.

use domain::CloudId;
use domain::cloud::{Epoch, Machine, Sights, begin_mark, end_mark, is_mark, judge_epoch, listing_begins, mark_tag};
use domain::cloud::{meet_account, unlisted};
use providers::{CloudProvider, InstanceState, code};
use uuid::Uuid;

use super::machines::{machine, our_tag, ours, state};
use crate::Running;
use crate::outcome::JobError;

/// Servers that one comparison asks for by their ids; the next asks for the rest.
const MAX_ASKED: usize = 500;

/// What was learnt, and by whom more may be asked.
pub struct Seen {
    pub provider: Box<dyn CloudProvider>,
    pub sights: Sights,
    pub epoch: Epoch,
}

/// Lists the cloud's machines and asks for each server that the list leaves out: only the provider's own word is proof
/// that one does not exist. Our tag is put back where it was taken off. None: the token is another account's, and
/// nothing that this one says of our machines is believed.
pub async fn see(running: &Running, cloud: CloudId) -> Result<Option<Seen>, JobError> {
    let (ctx, claim) = (&running.env.ctx, &running.claim);
    let began = listing_begins(ctx).await?;
    let provider = running.cloud(cloud).await?;
    let account = provider.identity().await?.value.account;
    if !meet_account(ctx, claim, cloud, account.as_deref()).await? {
        return Ok(None);
    }
    let (provider, mut machines) = ours(running, cloud).await?;
    let epoch = mark(running, provider.as_ref(), cloud, &machines).await?;
    let mut unasked = unlisted(ctx, cloud, &machines).await?;
    let asked: Vec<String> = unasked.drain(..unasked.len().min(MAX_ASKED)).collect();
    let (tag, mut absent) = (our_tag(running).await?, Vec::new());
    for reference in asked {
        match provider.get(&reference).await?.value {
            Some(instance) => {
                machines.push(put_tag_back(provider.as_ref(), cloud, machine(instance, &tag), &tag).await?);
            }
            None => absent.push(reference),
        }
    }
    let sights = Sights { machines, absent, unasked, began, epoch: epoch.state };
    Ok(Some(Seen { provider, sights, epoch }))
}

/// A server is known by its id, but only what has our tag is listed. The machine is returned as it was found.
async fn put_tag_back(
    provider: &dyn CloudProvider,
    cloud: CloudId,
    found: Machine,
    tag: &str,
) -> Result<Machine, JobError> {
    if !found.tagged && state(&found.state) != InstanceState::Deleting {
        // A mark that it still carries may be an old one.
        let mut tags: Vec<String> = found.tags.iter().filter(|tag| !is_mark(cloud, tag)).cloned().collect();
        tags.push(tag.to_owned());
        set_tags(provider, &found.provider_ref, &tags).await?;
    }
    Ok(found)
}

/// Compares the marks, and writes the next one where that is due.
async fn mark(
    running: &Running,
    provider: &dyn CloudProvider,
    cloud: CloudId,
    machines: &[Machine],
) -> Result<Epoch, JobError> {
    let in_redis = running.env.marks.read(cloud).await;
    if let Err(error) = &in_redis {
        tracing::warn!(error, "the cloud's mark in Redis could not be read");
    }
    let epoch = judge_epoch(&running.env.ctx, &running.claim, cloud, machines, &in_redis).await?;
    if let Some(mark) = epoch.advance {
        advance(running, provider, cloud, machines, &epoch.bearers, mark).await?;
    }
    Ok(epoch)
}

/// Writes a mark at the provider, in Redis and in the database, so that every interruption leaves marks that fit.
pub async fn advance(
    running: &Running,
    provider: &dyn CloudProvider,
    cloud: CloudId,
    machines: &[Machine],
    bearers: &[String],
    mark: Uuid,
) -> Result<(), JobError> {
    let (ctx, claim) = (&running.env.ctx, &running.claim);
    begin_mark(ctx, claim, cloud, mark).await?;
    for machine in machines.iter().filter(|machine| state(&machine.state) != InstanceState::Deleting) {
        let mut tags: Vec<String> = machine.tags.iter().filter(|tag| !is_mark(cloud, tag)).cloned().collect();
        if bearers.contains(&machine.provider_ref) {
            tags.push(mark_tag(cloud, mark));
        }
        if tags != machine.tags {
            set_tags(provider, &machine.provider_ref, &tags).await?;
        }
    }
    match running.env.marks.write(cloud, &mark.simple().to_string()).await {
        Ok(()) => Ok(end_mark(ctx, claim, cloud, mark, bearers).await?),
        Err(error) => {
            tracing::warn!(error, "the cloud's mark in Redis could not be written; the next comparison writes it");
            Ok(())
        }
    }
}

/// A machine that was deleted meanwhile needs no tags.
async fn set_tags(provider: &dyn CloudProvider, reference: &str, tags: &[String]) -> Result<(), JobError> {
    match provider.set_tags(reference, tags).await {
        Err(error) if error.code != code::NOT_FOUND => Err(error.into()),
        _ => Ok(()),
    }
}
