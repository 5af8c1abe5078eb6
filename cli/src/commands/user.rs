//! `skypanel user`.

use api::routes::admin::users::{AdminUser, AdminUserRow, UserSession};
use api::routes::auth::ErasedAccount;
use api::wire::{Paged, json_of};
use domain::page::PageRequest;
use domain::user::{self, NewUser, SignedIn, UserFilter, UserRow, UserView};
use domain::{Actor, AnyId, Ctx, UserId, data_export, erasure, factor};
use runtime::settings::Source;

use super::output::{self, dash, more, on_record, time, time_or_dash};
use crate::args::operator::{Output, Rows, Told, Users};
use crate::args::people::EraseUser;
use crate::wiring::{Purpose, ready_ctx};

/// Shows and creates users, disables and enables them, and ends their sessions.
pub async fn run(source: &Source, output: Output, what: Users) -> anyhow::Result<()> {
    let ctx = ready_ctx(source, Purpose::Work).await?;
    let actor = Actor::Operator;
    let created = matches!(what, Users::Create { .. });
    let id = match what {
        Users::List { q, role, state, rows } => {
            return list(&ctx, &actor, output, &UserFilter { q, role, state }, rows).await;
        }
        Users::Show { user } => find(&ctx, &actor, &user).await?,
        Users::Create { email, name, organisation } => {
            user::create(&ctx, &actor, NewUser { email, name, organisation }).await?.0
        }
        Users::Sessions { user, end, reason } => {
            let id = find(&ctx, &actor, &user).await?;
            if let (Some(session), Some(reason)) = (end, reason) {
                user::end_session(&ctx, &actor, id, session, &on_record(&reason)).await?;
            }
            list_sessions(user::get(&ctx, &actor, id).await?.sessions, output);
            return Ok(());
        }
        Users::Disable(Told { id, reason }) => {
            let user = find(&ctx, &actor, &id).await?;
            user::disable(&ctx, &actor, user, &on_record(&reason)).await?;
            user
        }
        Users::Enable(Told { id, reason }) => {
            let user = find(&ctx, &actor, &id).await?;
            user::enable(&ctx, &actor, user, &on_record(&reason)).await?;
            user
        }
        Users::EndSessions(Told { id, reason }) => {
            let user = find(&ctx, &actor, &id).await?;
            user::end_sessions(&ctx, &actor, user, &on_record(&reason)).await?;
            user
        }
        Users::Export { user } => return export(&ctx, &actor, &user).await,
        Users::Erase(erasure) => return erase(&ctx, &actor, output, erasure).await,
        Users::ResetFactors { user, now: true, .. } => {
            let id = find(&ctx, &actor, &user).await?;
            factor::reset_now(&ctx, &actor, id).await?;
            say!("{user} has no second factor any more, and all of their sessions have ended.");
            return Ok(());
        }
        Users::ResetFactors { user, reason, now: false } => {
            let id = find(&ctx, &actor, &user).await?;
            let pending = factor::request_reset(&ctx, &actor, id, &on_record(&reason)).await?;
            let due = pending.due_at.format("%Y-%m-%d %H:%M UTC");
            say!("{user} was told by mail. The second factors are reset at {due}, unless one is used before.");
            return Ok(());
        }
    };
    let view = user::get(&ctx, &actor, id).await?;
    if output.json {
        output::json(&json_of(&AdminUser::from(view)));
        return Ok(());
    }
    show(&view);
    if created {
        say!("They get a mail with a link, which works for a week, and choose a password there.");
    }
    Ok(())
}

async fn list(ctx: &Ctx, actor: &Actor, output: Output, filter: &UserFilter, rows: Rows) -> anyhow::Result<()> {
    let request = PageRequest { cursor: rows.cursor, limit: rows.limit };
    let page = user::list(ctx, actor, filter, Default::default(), &request).await?;
    if output.json {
        output::json(&json_of(&Paged::of(page, AdminUserRow::from)));
    } else {
        let next = page.next.clone();
        table(&page.items);
        more(next.as_deref());
    }
    Ok(())
}

async fn export(ctx: &Ctx, actor: &Actor, user: &str) -> anyhow::Result<()> {
    let id = find(ctx, actor, user).await?;
    output::json(&data_export::document(ctx, actor, id).await?);
    Ok(())
}

async fn erase(ctx: &Ctx, actor: &Actor, output: Output, what: EraseUser) -> anyhow::Result<()> {
    let EraseUser { user, reason, confirm, leave_balance } = what;
    let id = find(ctx, actor, &user).await?;
    let email = user::get(ctx, actor, id).await?.email;
    anyhow::ensure!(
        email.eq_ignore_ascii_case(confirm.trim()),
        "--confirm is not the address of {user}; nothing was changed"
    );
    let erasing = erasure::erase(ctx, actor, id, &on_record(&reason), leave_balance).await?;
    if output.json {
        output::json(&json_of(&ErasedAccount::from(erasing)));
        return Ok(());
    }
    let closed = erasing.closed.len();
    say!("{user} can do nothing any more. The job {} erases the rest, and a mail says when.", erasing.job);
    if closed > 0 {
        say!("Organisations that ended, because no other member was in them: {closed}.");
    }
    Ok(())
}

/// The user with this id, or with this whole address.
pub(super) async fn find(ctx: &Ctx, actor: &Actor, named: &str) -> anyhow::Result<UserId> {
    if let Ok(id) = named.parse::<AnyId>() {
        return Ok(UserId(id.0));
    }
    let filter = UserFilter { q: Some(named.to_owned()), ..UserFilter::default() };
    let request = PageRequest { cursor: None, limit: Some(100) };
    let found = user::list(ctx, actor, &filter, Default::default(), &request).await?;
    let found = found.items.into_iter().find(|user| user.email.eq_ignore_ascii_case(named));
    found.map(|user| user.id).ok_or_else(|| anyhow::anyhow!("no user has the id or the address {named}"))
}

fn table(users: &[UserRow]) {
    let row = |user: &UserRow| {
        [
            user.id.to_string(),
            user.email.clone(),
            user.name.clone(),
            user.role.to_string(),
            user.state.to_string(),
            user.organisations.to_string(),
            time_or_dash(user.seen_at),
        ]
    };
    output::rows(["user", "e-mail", "name", "role", "state", "organisations", "last seen"], users.iter().map(row));
}

fn show(user: &UserView) {
    let reason = user.disabled_reason.clone().unwrap_or_else(dash);
    let facts = [
        ("user", user.id.to_string()),
        ("e-mail", user.email.clone()),
        ("name", user.name.clone()),
        ("role", user.role.to_string()),
        ("state", user.state.to_string()),
        ("registered", time(user.created_at)),
        ("address confirmed", time_or_dash(user.email_verified_at)),
        ("disabled", time_or_dash(user.disabled_at)),
        ("why", reason),
        ("last seen", time_or_dash(user.seen_at)),
    ];
    output::rows(["", ""], facts.map(|(name, value)| [name.to_owned(), value]));
    let places = user.organisations.iter();
    output::rows(
        ["organisation", "name", "role"],
        places.map(|place| [place.org_id.to_string(), place.name.clone(), place.role.to_string()]),
    );
    sessions(&user.sessions);
}

fn list_sessions(shown: Vec<SignedIn>, output: Output) {
    if !output.json {
        return sessions(&shown);
    }
    let items: Vec<_> = shown.into_iter().map(|session| json_of(&UserSession::from(session))).collect();
    output::json(&serde_json::json!({ "items": items }));
}

fn sessions(sessions: &[SignedIn]) {
    output::rows(
        ["session", "signed in", "last renewed", "from", "device"],
        sessions.iter().map(|session| {
            [
                session.id.to_string(),
                time(session.created_at),
                time(session.seen_at),
                session.ip.clone().unwrap_or_else(dash),
                domain::mail::device(session.user_agent.as_deref()).to_string(),
            ]
        }),
    );
}
