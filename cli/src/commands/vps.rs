//! `skypanel vps` and `skypanel wallet`: a customer's commands, by the public API and a key of theirs.

use anyhow::Context as _;
use client::Client;
use secrecy::SecretString;
use serde_json::{Value as Json, json};

use super::{output, quote};
use crate::args::customer::{Order, Panel, Servers};

/// Lists, orders, switches and deletes servers.
pub async fn vps(panel: Panel, what: Servers) -> anyhow::Result<()> {
    let client = connect(&panel)?;
    match what {
        Servers::List { q } => {
            let found = all(&client, q.as_deref()).await?;
            if panel.json {
                output::json(&json!({ "items": found }));
            } else {
                table(&found);
            }
        }
        Servers::Show { server } => {
            let found = one(&client, &server).await?;
            show(&panel, &found, std::slice::from_ref(&found));
        }
        Servers::Create(order) if order.dry_run => {
            let (_, body) = body_of(&client, order).await?;
            quote::show(panel.json, &client.send("POST", "/api/vps?dry_run=true", &body, None).await?);
        }
        Servers::Create(order) => {
            let made = create(&client, order).await?;
            show(&panel, &made, std::slice::from_ref(&made["vps"]));
        }
        Servers::Boot { server } => act(&client, &panel, &server, "boot").await?,
        Servers::Shutdown { server } => act(&client, &panel, &server, "shutdown").await?,
        Servers::Reboot { server } => act(&client, &panel, &server, "reboot").await?,
        Servers::Delete { server, yes } => {
            let found = one(&client, &server).await?;
            let label = text(&found["label"]);
            anyhow::ensure!(
                yes == label,
                "this deletes {label} with everything on it, for good. Repeat its name to do it: --yes {label}"
            );
            let path = format!("/api/vps/{}", text(&found["id"]));
            let gone = client.send("DELETE", &path, &json!({ "label": label }), None).await?;
            show(&panel, &gone, std::slice::from_ref(&gone["vps"]));
        }
    }
    Ok(())
}

/// Shows the balance and what an hour costs.
pub async fn wallet(panel: Panel) -> anyhow::Result<()> {
    let wallet = connect(&panel)?.get("/api/wallet", &[]).await?;
    if panel.json {
        output::json(&wallet);
    } else {
        let money = |value: &Json| format!("{} {}", text(&value["amount"]), text(&value["currency"]));
        for (name, member) in
            [("balance", "balance"), ("set aside", "held"), ("an hour costs", "hourly_rate"), ("owed", "owed")]
        {
            say!("{:15}{}", name, money(&wallet[member]));
        }
        let runway = wallet["runway_s"].as_f64().map_or_else(output::dash, output::span);
        say!("{:15}{}", "lasts for", runway);
    }
    Ok(())
}

fn connect(panel: &Panel) -> anyhow::Result<Client> {
    let url = panel.url.as_deref().context("set SKYPANEL_URL to the panel's address, or use --url")?;
    let key = std::env::var("SKYPANEL_API_KEY").ok().filter(|key| !key.is_empty());
    let key = key.context("set SKYPANEL_API_KEY to an API key; make one in the panel under Account, API keys")?;
    Ok(Client::new(url, &SecretString::from(key))?)
}

/// Pages of servers that are asked for at most, of 100 each.
const MAX_PAGES: usize = 100;

async fn all(client: &Client, q: Option<&str>) -> anyhow::Result<Vec<Json>> {
    let (mut found, mut cursor) = (Vec::new(), None::<String>);
    for _ in 0..MAX_PAGES {
        let mut query = vec![("limit", "100")];
        query.extend(q.map(|q| ("q", q)));
        query.extend(cursor.as_deref().map(|cursor| ("cursor", cursor)));
        let page = client.get("/api/vps", &query).await?;
        found.extend(page["items"].as_array().cloned().unwrap_or_default());
        cursor = page["next"].as_str().map(str::to_owned);
        if cursor.is_none() {
            break;
        }
    }
    Ok(found)
}

/// A server by its id or its name.
async fn one(client: &Client, server: &str) -> anyhow::Result<Json> {
    if server.starts_with("vps_") {
        return Ok(client.get(&format!("/api/vps/{server}"), &[]).await?);
    }
    let found = all(client, Some(server)).await?;
    let named = found.into_iter().find(|vps| vps["label"] == server);
    named.with_context(|| format!("no server is called {server}; `skypanel vps list` shows yours"))
}

/// The word that makes an order one, and its body.
async fn body_of(client: &Client, order: Order) -> anyhow::Result<(Option<String>, Json)> {
    let Order { name, plan, region, image, ssh_key, price, once, .. } = order;
    let ssh_key = std::fs::read_to_string(&ssh_key).with_context(|| format!("reading {}", ssh_key.display()))?;
    let plans = client.get("/api/plans", &[]).await?;
    let plan = if plan.starts_with("plan_") {
        plan
    } else {
        let items = plans["items"].as_array().into_iter().flatten();
        let named = items.filter(|known| known["name"] == plan.as_str()).map(|known| text(&known["id"])).next();
        named.with_context(|| format!("no plan is called {plan}"))?
    };
    // The price that was read, or that the person says was seen: at another one nothing is ordered.
    let price = match price {
        Some(amount) => json!({ "amount": amount, "currency": "USD" }),
        None => hourly(client, &plan, &region).await?,
    };
    let body = json!({
        "plan_id": plan, "region": region, "image": image, "label": name, "ssh_public_key": ssh_key.trim(),
        "price_hourly": price,
    });
    Ok((once, body))
}

async fn create(client: &Client, order: Order) -> anyhow::Result<Json> {
    let (once, body) = body_of(client, order).await?;
    // An order that is repeated with the same key is one order.
    let once = once.unwrap_or_else(fresh);
    client.send("POST", "/api/vps", &body, Some(&once)).await.with_context(|| {
        format!("if no answer came, repeat the command with --once {once}: it orders once however often it runs")
    })
}

/// What an hour of a plan costs in a region.
async fn hourly(client: &Client, plan: &str, region: &str) -> anyhow::Result<Json> {
    let regions = client.get(&format!("/api/plans/{plan}/regions"), &[]).await?;
    let mut offered = regions["items"].as_array().into_iter().flatten();
    let found = offered.find(|known| known["id"] == region);
    let found = found.with_context(|| format!("the plan is not offered in {region}; its regions are in the panel"))?;
    Ok(found["price"]["hourly"].clone())
}

fn fresh() -> String {
    let bytes = domain::chance::Chance::from_os().bytes::<16>();
    bytes.iter().fold(String::new(), |text, byte| text + &format!("{byte:02x}"))
}

async fn act(client: &Client, panel: &Panel, server: &str, action: &str) -> anyhow::Result<()> {
    let found = one(client, server).await?;
    let path = format!("/api/vps/{}/action", text(&found["id"]));
    let begun = client.send("POST", &path, &json!({ "action": action }), None).await?;
    show(panel, &begun, std::slice::from_ref(&begun["vps"]));
    Ok(())
}

fn show(panel: &Panel, answer: &Json, servers: &[Json]) {
    if panel.json {
        output::json(answer);
    } else {
        table(servers);
    }
}

fn table(servers: &[Json]) {
    let row = |vps: &Json| {
        ["id", "label", "status", "ipv4", "ipv6", "created_at"].map(|member| match vps[member].as_str() {
            Some(text) => text.to_owned(),
            None => output::dash(),
        })
    };
    output::rows(["server", "name", "status", "IPv4", "IPv6", "ordered"], servers.iter().map(row));
}

fn text(value: &Json) -> String {
    value.as_str().unwrap_or_default().to_owned()
}
