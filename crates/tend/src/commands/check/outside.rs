//! What has to be asked of others: mail servers, name servers, and the way in from outside.

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use anyhow::{Context, Result};
use tend_core::{
    dkim_keys,
    dns::Question,
    inboxes::{self, Channel},
    mail_accounts::{self, Kind},
};
use tend_outside::{Outside, http::Ask};
use tend_store::{Db, Tx};
use tend_work::{
    Works,
    doctor::{self, Finding, SystemNames},
};
use tokio::runtime::Builder;

use super::{Findings, Mark};
use crate::{config::Config, folder::Folder, key, open, serve::parts};

const TIME: Duration = Duration::from_secs(10);

pub fn look(config: &Config, folder: &Folder, db: Arc<Db>, all: &mut Findings) -> Result<()> {
    let Some(keys) = key::find(folder)? else { return Ok(()) };
    let outside = parts::outside(config)?;
    let files = open::files(config, folder)?;
    let works = Works::alone(db, files, outside.clone(), keys, parts::setup(config));
    let runtime = Builder::new_multi_thread().worker_threads(1).enable_all().build();
    let runtime = runtime.context("The system has no more threads")?;
    runtime.block_on(async {
        add(all, "mail", doctor::mail_servers(&works).await?);
        let (names, domains) = (SystemNames::new(), works.read(domains).await?);
        for it in &domains {
            add(all, "dns", doctor::domain(&names, it).await);
        }
        if config.has_public_url() {
            way_in(&outside, &config.public_url(), all).await;
        }
        Ok(())
    })
}

fn add(all: &mut Findings, about: &'static str, found: Vec<Finding>) {
    for it in found {
        let mark = match it.mark {
            doctor::Mark::Well => Mark::Well,
            doctor::Mark::Think => Mark::Think,
            doctor::Mark::Wrong => Mark::Wrong,
        };
        all.add(about, mark, it.text);
    }
}

/// Those of inboxes that send.
fn domains(tx: &mut Tx) -> tend_core::Result<Vec<Question>> {
    let mut names = BTreeMap::new();
    for inbox in inboxes::all(tx)?.into_iter().filter(|it| it.channel == Channel::Email) {
        let domain = inbox.address.rsplit('@').next().map(str::to_owned);
        if let Some(server) = mail_accounts::of_inbox(tx, inbox.id, Kind::Smtp)? {
            names.extend(domain.map(|it| (it, server.host)));
        }
    }
    let mut all = Vec::new();
    for (domain, host) in names {
        let key = dkim_keys::that_signs(tx, &domain)?;
        let keys = key.map(|it| (it.selector, it.record)).into_iter().collect();
        all.push(Question { domain, keys, sends_through: Some(host) });
    }
    Ok(all)
}

/// From here that may not be as from elsewhere, so it is nothing but a hint.
async fn way_in(outside: &Outside, url: &str, all: &mut Findings) {
    let asked = match Ask::get(&format!("{url}/health/live")) {
        Ok(ask) => outside.http().send(ask.within(TIME).cut_at(1000)).await,
        Err(error) => Err(error),
    };
    let problem = match asked {
        Ok(answer) if answer.body.starts_with(b"alive") => None,
        Ok(answer) => Some(format!("{url} does not lead to Tend: it answers {}.", answer.status)),
        Err(error) => Some(format!("{url} could not be reached from here: {error}")),
    };
    let problem = problem.map(|text| (Mark::Think, text));
    all.tell("proxy", problem, "public_url leads to Tend.");
}
