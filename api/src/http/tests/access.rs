//! Who gets in, from where, how often.

use domain::access::{Limits, VERIFIED_FOR};
use domain::chance::Chance;
use domain::identity::{Grant, Impersonation};
use domain::key::{KeyText, LiveKey};
use domain::{ApiKeyId, ImpersonationId, OrgRole, Perm, Perms, Role, SessionId, UserId};
use poem::http::{Method, StatusCode};
use secrecy::{ExposeSecret, SecretString};
use uuid::Uuid;

use super::{ORIGIN, granted, operations, org, problem, send, signed, state, state_with, token};
use crate::auth::gates::{ADMIN, ADMIN_VERIFIED, KNOWN, OWN, OWN_VERIFIED, SIGNED_IN};
use crate::state::State;

#[tokio::test]
async fn nobody_gets_in_without_a_session() {
    let state = state();
    for (method, path, operation) in
        operations().into_iter().filter(|(_, _, operation)| operation["security"].is_array())
    {
        let name = &operation["operationId"];
        for bearer in [None, Some("Bearer nonsense"), Some("Basic YTpi"), Some("Bearer "), Some("Bearer")] {
            let headers: Vec<_> = bearer.map(|value| ("authorization", value)).into_iter().collect();
            let response = send(&state, method.clone(), &path, &headers, "").await;
            assert_eq!(response.status(), StatusCode::UNAUTHORIZED, "{name} {bearer:?}");
            assert!(response.header("www-authenticate").is_some());
            assert_eq!(problem(response).await["code"], "unauthenticated");
        }
    }
}

/// Everybody whom a token can name, with what they may there. The organisation is always the first of [`org`].
fn identities(state: &State) -> Vec<(String, Grant, Option<OrgRole>, Limits)> {
    let of = |role: OrgRole| granted(state, &[role]);
    let mut all: Vec<_> =
        OrgRole::ALL.iter().map(|role| (role.to_string(), of(*role), Some(*role), Limits::default())).collect();
    let reads_only = Limits { reads_only: true, ..Limits::default() };
    let reader = Grant { role: Role::Readonly, ..of(OrgRole::Owner) };
    all.push(("an owner whom the platform lets only read".into(), reader, Some(OrgRole::Owner), reads_only));
    for writes in [false, true] {
        let stay = Impersonation {
            id: ImpersonationId(Uuid::from_u128(8)),
            by: UserId(Uuid::from_u128(9)),
            writes,
            epoch: 0,
            parent: SessionId(Uuid::from_u128(10)),
            parent_until: state.ctx.clock.estimate(),
        };
        let guest = Grant { impersonation: Some(stay), ..of(OrgRole::Owner) };
        let limits = Limits { guest_writes: Some(writes), ..Limits::default() };
        all.push((
            format!("an administrator in an owner's place, writes {writes}"),
            guest,
            Some(OrgRole::Owner),
            limits,
        ));
    }
    let admin = Grant { role: Role::Admin, ..of(OrgRole::Readonly) };
    all.push(("an administrator".into(), admin, Some(OrgRole::Readonly), Limits::default()));
    all.push(("a user without an organisation".into(), granted(state, &[]), None, Limits::default()));
    all
}

/// What the table says of one identity and one operation: the status and code of the refusal, or none.
fn refusal(access: &str, grant: &Grant, role: Option<OrgRole>, limits: Limits) -> Option<(StatusCode, &'static str)> {
    let forbidden = Some((StatusCode::FORBIDDEN, "forbidden"));
    let guest = grant.impersonation.is_some();
    match access {
        KNOWN | SIGNED_IN => None,
        OWN | OWN_VERIFIED => forbidden.filter(|_| guest),
        ADMIN | ADMIN_VERIFIED => forbidden.filter(|_| guest || grant.role != Role::Admin),
        perm => {
            let perm: Perm = perm.parse().unwrap();
            match role {
                None => Some((StatusCode::NOT_FOUND, "not_found")),
                Some(role) => forbidden.filter(|_| !limits.apply(role).has(perm)),
            }
        }
    }
}

#[tokio::test]
async fn access_is_judged_as_the_table_says_before_anything_is_read() {
    let state = state();
    let mut tried = 0;
    for (method, path, operation) in
        operations().into_iter().filter(|(_, _, operation)| operation["security"].is_array())
    {
        let access = operation["x-access"].as_str().unwrap();
        for (who, grant, role, limits) in identities(&state) {
            let Some((status, code)) = refusal(access, &grant, role, limits) else { continue };
            let bearer = format!("Bearer {}", signed(&state, &grant));
            let org = org(0).to_string();
            let headers = [("authorization", bearer.as_str()), ("content-type", "application/json"), ("x-org", &org)];
            let response = send(&state, method.clone(), &path, &headers, "{").await;
            assert_eq!(response.status(), status, "{who}: {}", operation["operationId"]);
            assert_eq!(problem(response).await["code"], code, "{who}: {}", operation["operationId"]);
            tried += 1;
        }
    }
    assert!(tried > 200, "{tried}");
}

/// A key that this process knows, with these scopes of an owner's rights, and the header that shows it.
fn keyed(state: &State, scopes: &[Perm]) -> String {
    let text = KeyText::new(&state.ctx.chance);
    let limits = Limits { scopes: Some(Perms::of(scopes)), ..Limits::default() };
    state.keys.keep(LiveKey {
        id: ApiKeyId(Uuid::from_u128(7)),
        ident: text.ident().to_owned(),
        hash: text.hash(),
        org: org(0),
        user: UserId(Uuid::from_u128(1)),
        name: "ci".to_owned(),
        rights: limits.apply(OrgRole::Owner),
        ip_allow: Vec::new(),
        expires_at: state.ctx.clock.estimate() + chrono::TimeDelta::hours(1),
        second_factor: false,
    });
    format!("Bearer {}", text.secret().expose_secret())
}

#[tokio::test]
async fn a_key_does_what_its_scope_says_and_nothing_of_its_makers_own() {
    let state = state();
    let (mut refused, mut passed) = (0, 0);
    let scopes: Vec<Vec<Perm>> =
        Perm::ALL.iter().map(|perm| vec![*perm]).chain([Perm::ALL.to_vec(), Vec::new()]).collect();
    for (method, path, operation) in
        operations().into_iter().filter(|(_, _, operation)| operation["security"].is_array())
    {
        let (access, id) = (operation["x-access"].as_str().unwrap(), operation["operationId"].as_str().unwrap());
        for scopes in &scopes {
            let may = match access.parse::<Perm>() {
                Ok(perm) => perm.scope() && scopes.contains(&perm),
                Err(_) => access == KNOWN,
            };
            let bearer = keyed(&state, scopes);
            for (asked, stranger) in [(Some(org(0)), false), (Some(org(7)), true), (None, false)] {
                if asked.is_some() && scopes.len() == 1 {
                    continue;
                }
                let asked = asked.map(|org| org.to_string());
                let mut headers = vec![("authorization", bearer.as_str()), ("content-type", "application/json")];
                headers.extend(asked.as_deref().map(|org| ("x-org", org)));
                let wants = match access.parse::<Perm>() {
                    Ok(_) if stranger => Some((StatusCode::NOT_FOUND, "not_found")),
                    _ if !may => Some((StatusCode::FORBIDDEN, "forbidden")),
                    _ => None,
                };
                let Some((status, code)) = wants else {
                    passed += 1;
                    continue;
                };
                let response = send(&state, method.clone(), &path, &headers, "{").await;
                assert_eq!(response.status(), status, "{id} by {scopes:?} for {asked:?}");
                assert_eq!(problem(response).await["code"], code, "{id} by {scopes:?}");
                refused += 1;
            }
        }
    }
    assert!(refused > 1_000 && passed > 50, "{refused} refused, {passed} passed");
}

#[tokio::test]
async fn a_key_is_read_as_the_sessions_of_its_scope_are() {
    let state = state();
    let order = async |bearer: &str, org: &str| {
        let headers = [("authorization", bearer), ("content-type", "application/json"), ("x-org", org)];
        let response = send(&state, Method::POST, "/api/vps", &headers, "{").await;
        (response.status(), problem(response).await["code"].as_str().unwrap().to_owned())
    };
    let read = (StatusCode::BAD_REQUEST, "invalid_request".to_owned());
    let good = keyed(&state, &[Perm::VpsCreate]);
    assert_eq!(order(&good, &org(0).to_string()).await, read);
    // No page's origin is asked of a program, and a server may be deleted without a fresh proof.
    let headers = [("authorization", keyed(&state, &[Perm::VpsDelete])), ("origin", "https://evil.example".to_owned())];
    let headers: Vec<_> = headers.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let delete = send(&state, Method::DELETE, "/api/vps/vps_00000000000000000000000001", &headers, "").await;
    assert_eq!(delete.status(), StatusCode::UNSUPPORTED_MEDIA_TYPE, "it is read");
    for nonsense in ["", "user_00000000000000000000000001"] {
        assert_eq!(order(&good, nonsense).await, (StatusCode::NOT_FOUND, "not_found".to_owned()));
    }
    // One character less, one more, another: refused by the checksum alone, as there is no database here to ask.
    for bad in
        [&good[..good.len() - 1], &format!("{good}0"), &good.replace("sp_", "sp_0"), "Bearer sp_", "Bearer sp_a_b_c"]
    {
        let (status, code) = order(bad, &org(0).to_string()).await;
        assert_eq!((status, code.as_str()), (StatusCode::UNAUTHORIZED, "unauthenticated"), "{bad}");
    }
    // A well-formed one that nobody knows has to be looked up, which takes a database.
    let unknown = format!("Bearer {}", KeyText::new(&Chance::seeded(99)).secret().expose_secret());
    assert_eq!(order(&unknown, &org(0).to_string()).await.0, StatusCode::SERVICE_UNAVAILABLE);
}

#[tokio::test]
async fn made_up_keys_are_looked_up_as_often_as_their_address_may_ask() {
    let state = state_with(3, ORIGIN);
    let mut statuses = Vec::new();
    for n in 0..5 {
        let bearer = format!("Bearer {}", KeyText::new(&Chance::seeded(n)).secret().expose_secret());
        statuses.push(send(&state, Method::GET, "/api/vps", &[("authorization", &bearer)], "").await.status());
    }
    assert_eq!(statuses.last(), Some(&StatusCode::TOO_MANY_REQUESTS), "{statuses:?}");
}

/// What nobody may do in a customer's place, whatever they asked for: credentials, e-mail, keys, means of payment,
/// members, deleting an organisation or an account, the console, and running the panel.
#[tokio::test]
async fn the_forbidden_list_holds_in_anothers_place() {
    const FORBIDDEN: &[Perm] = &[
        Perm::Console,
        Perm::WalletTopUp,
        Perm::BillingWrite,
        Perm::WalletRefund,
        Perm::MembersWrite,
        Perm::OrgWrite,
        Perm::KeysOwn,
        Perm::KeysMake,
        Perm::KeysAll,
        Perm::OwnersWrite,
        Perm::OrgSecurity,
        Perm::OrgDelete,
    ];
    let state = state();
    let guests: Vec<_> =
        identities(&state).into_iter().filter(|(_, grant, ..)| grant.impersonation.is_some()).collect();
    assert_eq!(guests.len(), 2, "with and without writes");
    let mut refused = 0;
    for (method, path, operation) in
        operations().into_iter().filter(|(_, _, operation)| operation["security"].is_array())
    {
        let access = operation["x-access"].as_str().unwrap();
        let perm = access.parse::<Perm>().ok();
        let anybodys = access == SIGNED_IN || access == KNOWN;
        let reads = anybodys || perm.is_some_and(Perm::reads);
        for (who, grant, ..) in &guests {
            let writes = grant.impersonation.is_some_and(|stay| stay.writes);
            let forbidden = perm.map_or(!anybodys, |perm| FORBIDDEN.contains(&perm));
            if !forbidden && (writes || reads) {
                continue;
            }
            let bearer = format!("Bearer {}", signed(&state, grant));
            let headers = [("authorization", bearer.as_str()), ("content-type", "application/json")];
            let response = send(&state, method.clone(), &path, &headers, "{").await;
            assert_eq!(response.status(), StatusCode::FORBIDDEN, "{who}: {}", operation["operationId"]);
            assert_eq!(problem(response).await["code"], "forbidden", "{who}: {}", operation["operationId"]);
            refused += 1;
        }
    }
    assert!(refused > 60, "{refused}");
}

#[tokio::test]
async fn every_operation_says_who_may_call_it() {
    for (_, _, operation) in operations() {
        let id = operation["operationId"].as_str().unwrap();
        let public = crate::spec::PUBLIC.contains(&id);
        assert_eq!(operation["x-access"].is_null(), public, "{id}");
        assert_eq!(operation["security"].is_array(), !public, "{id}");
    }
}

#[tokio::test]
async fn an_old_proof_is_not_enough_where_a_fresh_one_is_wanted() {
    let state = state();
    let now = state.ctx.clock.estimate();
    let steps: Vec<_> = operations().into_iter().filter(|(_, _, operation)| operation["x-step-up"] == true).collect();
    assert!(!steps.is_empty());
    for (method, path, operation) in steps {
        for verified_at in [None, Some(now - VERIFIED_FOR - chrono::TimeDelta::seconds(1))] {
            let grant = Grant { role: Role::Admin, verified_at, ..granted(&state, &[OrgRole::Owner]) };
            let bearer = format!("Bearer {}", signed(&state, &grant));
            let headers = [("authorization", bearer.as_str()), ("content-type", "application/json")];
            let response = send(&state, method.clone(), &path, &headers, "{").await;
            assert_eq!(response.status(), StatusCode::FORBIDDEN, "{}", operation["operationId"]);
            assert_eq!(problem(response).await["code"], "step_up_required", "{}", operation["operationId"]);
        }
    }
}

#[tokio::test]
async fn a_request_for_an_organisation_names_one_that_its_sender_belongs_to() {
    let state = state();
    let ask = async |roles: &[OrgRole], named: &[&str]| {
        let bearer = format!("Bearer {}", signed(&state, &granted(&state, roles)));
        let mut headers = vec![("authorization", bearer.as_str()), ("content-type", "application/json")];
        headers.extend(named.iter().map(|org| ("x-org", *org)));
        let response = send(&state, Method::POST, "/api/vps", &headers, "{").await;
        let status = response.status();
        (status, problem(response).await["code"].as_str().unwrap().to_owned())
    };
    let (first, second, other) = (org(0).to_string(), org(1).to_string(), org(7).to_string());
    let (one, two) = ([OrgRole::Owner], [OrgRole::Owner, OrgRole::Readonly]);
    let read = (StatusCode::BAD_REQUEST, "invalid_request".to_owned());
    let stranger = (StatusCode::NOT_FOUND, "not_found".to_owned());
    let which = (StatusCode::BAD_REQUEST, "org_required".to_owned());
    assert_eq!(ask(&one, &[]).await, read, "the only one need not be named");
    assert_eq!(ask(&one, &[&first]).await, read);
    assert_eq!(ask(&two, &[&first]).await, read);
    assert_eq!(ask(&two, &[&second]).await.0, StatusCode::FORBIDDEN, "each organisation has its own role");
    assert_eq!(ask(&two, &[]).await, which);
    assert_eq!(ask(&[], &[]).await, which);
    for named in [vec![other.as_str()], vec![""], vec!["user_00000000000000000000000001"], vec![&first, &first]] {
        assert_eq!(ask(&one, &named).await, stranger, "{named:?}");
    }
}

#[tokio::test]
async fn revoked_and_late_tokens_are_no_tokens() {
    let state = state();
    let good = token(&state, Role::Admin);
    let answer = async |token: &str| {
        send(&state, Method::POST, "/api/admin/plans", &[("authorization", &format!("Bearer {token}"))], "")
            .await
            .status()
    };
    assert_eq!(answer(&good).await, StatusCode::UNSUPPORTED_MEDIA_TYPE);
    let elsewhere = state_with(0, ORIGIN);
    let other = crate::auth::token::Tokens::new(&SecretString::from("another secret of at least 32 bytes"));
    let grant = Grant { role: Role::Admin, ..granted(&elsewhere, &[OrgRole::Owner]) };
    assert_eq!(answer(&other.issue(&grant, elsewhere.ctx.clock.estimate()).unwrap()).await, StatusCode::UNAUTHORIZED);
    let late = state.tokens.issue(&grant, state.ctx.clock.estimate() - chrono::TimeDelta::minutes(11)).unwrap();
    assert_eq!(answer(&late).await, StatusCode::UNAUTHORIZED);
}
