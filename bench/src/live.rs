//! From a message's coming in to every open screen.

use std::time::Instant;

use anyhow::{Context, Result, bail};
use tokio::{runtime::Runtime, task::LocalSet};

use crate::{
    bars::{Bar, Side},
    client::{Client, api, get},
    figures::Times,
    program::Program,
};

/// Open screens, and messages that come in.
const SCREENS: usize = 50;
/// One agent holds no more of them than this.
const EACH: usize = 25;
const MESSAGES: usize = 200;

pub fn measure(runtime: &Runtime, program: &Program, side: Side) -> Result<Vec<Bar>> {
    let times = LocalSet::new().block_on(runtime, messages(program))?;
    let beside = format!("{SCREENS} screens, median {:.1}", times.at(0.5));
    let bar = Bar::at_most("a new message on every open screen, p99", times.at(0.99), "ms", 100.0);
    Ok(vec![bar.beside(beside).on(side)])
}

async fn messages(program: &Program) -> Result<Times> {
    let (address, token) = (program.address.clone(), program.token()?);
    let cookies = agents(program).await?;
    let mut client = Client::connect(&address).await?;
    let list = client.send(&api(&address, "GET", "/conversations?limit=1", &token, "", "")).await?;
    let list: serde_json::Value = serde_json::from_str(&list.body)?;
    let to = list["items"][0]["id"].as_str().context("there is a conversation")?.to_owned();
    let mut screens = Vec::new();
    for n in 0..SCREENS {
        let cookie = &cookies[n / EACH];
        let mut screen = Client::connect(&address).await?;
        screen.write(&get(&address, "/live?since=-1", cookie)).await?;
        let (head, _) = screen.head().await?;
        if !head.starts_with("HTTP/1.1 200") {
            bail!("a stream was answered with {head}");
        }
        screen.hears(b"event: ready").await?;
        screens.push(screen);
    }
    let mut times = Times::default();
    for n in 0..MESSAGES {
        screens.iter_mut().for_each(Client::forget);
        let body = format!(r#"{{"direction":"inbound","text":"Number {n}"}}"#);
        let path = format!("/conversations/{to}/messages");
        let request = api(&address, "POST", &path, &token, "", &body);
        let began = Instant::now();
        let heard: Vec<_> = screens
            .drain(..)
            .map(|mut it| {
                tokio::task::spawn_local(async move {
                    let at = it.hears(b"message_added").await?;
                    anyhow::Ok((it, at))
                })
            })
            .collect();
        let answer = client.send(&request).await?;
        if answer.status != 201 {
            bail!("a message was answered with {}", answer.status);
        }
        for it in heard {
            let (screen, at) = it.await??;
            times.add(at - began);
            screens.push(screen);
        }
    }
    Ok(times)
}

/// As many agents as it takes, signed in.
async fn agents(program: &Program) -> Result<Vec<String>> {
    let mut cookies = Vec::new();
    for n in 0..SCREENS.div_ceil(EACH) {
        let email = format!("bench{n}@example.com");
        program
            .command(&["agent", "add", "--email", &email, "--name", "Bench", "--role", "agent"])?;
        cookies.push(program.sign_in_as(&email).await?);
    }
    Ok(cookies)
}
