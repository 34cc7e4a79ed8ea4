//! `tend serve`: everything that runs, from the first listener to the last answer.

mod figures;
mod greeting;
mod health;
mod http;
mod measure;
pub mod parts;
mod signals;

use std::{
    net::SocketAddr,
    sync::{Arc, OnceLock},
    time::Duration,
};

use anyhow::{Context, Result, bail};
use clap::Args;
use tend_store::{Db, SystemClock};
use tend_web::App;
use tend_work::{Works, supervise};
use tokio::{net::TcpListener, runtime::Runtime};
use tokio_util::sync::CancellationToken;

use crate::{
    cli::Common,
    config::Config,
    demo,
    folder::Folder,
    key, log,
    open::{self, Role},
};

#[derive(Args)]
pub struct Serve {
    /// Where to listen for HTTP, as ADDRESS:PORT (or TEND_LISTEN). [default: 127.0.0.1:8080]
    #[arg(long, value_name = "ADDR")]
    listen: Option<SocketAddr>,

    /// Where to take mail in, as ADDRESS:PORT (or TEND_SMTP_LISTEN). [default: nowhere]
    #[arg(long, value_name = "ADDR")]
    smtp_listen: Option<SocketAddr>,

    /// Fill an empty data folder with a company that we made up, and three months of its work.
    #[arg(long)]
    demo: bool,

    /// The key file is lost: make a new key, and give up the passwords that the old one sealed.
    #[arg(long)]
    new_key: bool,
}

impl Serve {
    fn settings(&self) -> Vec<(String, String)> {
        let flag = |name: &str, it: Option<SocketAddr>| Some((name.to_owned(), it?.to_string()));
        let listen = flag("listen", self.listen);
        let smtp_listen = flag("smtp_listen", self.smtp_listen);
        listen.into_iter().chain(smtp_listen).collect()
    }
}

pub fn run(common: &Common, args: Serve) -> Result<()> {
    let (config, sources) = open::settings(common, args.settings())?;
    log::start(&config.log)?;
    for name in sources.unknown_variables() {
        tracing::warn!(name, "this variable is no setting of Tend");
    }
    let folder = Folder::open(&common.data)?;
    if args.demo {
        demo::tell(&config, &folder)?;
    }
    let runtime = Runtime::new().context("The system has no more threads")?;
    let stop = CancellationToken::new();
    let (listener, smtp) = runtime.block_on(async {
        signals::listen(stop.clone())?;
        let smtp = match config.smtp_listen() {
            Some(address) => Some(listen(address, "--smtp-listen").await?),
            None => None,
        };
        anyhow::Ok((listen(config.listen, "--listen").await?, smtp))
    })?;
    let prepared = Prepared::new(config, folder, listener, args.new_key)?;
    // The database opens and closes outside of the runtime: its drivers wait by themselves.
    let db = prepared.db.clone();
    let broken = stop_when_broken(&db, &stop);
    let outcome = runtime.block_on(serve(prepared, smtp, stop));
    // What still runs had its time.
    runtime.shutdown_timeout(Duration::from_millis(200));
    drop(db);
    tracing::info!("stopped");
    match broken.get() {
        // Whoever minds us shall start us anew.
        Some(why) => bail!("The database broke: {why}"),
        None => outcome,
    }
}

/// A database whose disk failed is known only to a new process.
fn stop_when_broken(db: &Db, stop: &CancellationToken) -> Arc<OnceLock<String>> {
    let broken = Arc::new(OnceLock::new());
    let (noted, stop) = (broken.clone(), stop.clone());
    db.on_broken(move |why| {
        tracing::error!(why, "the database broke: stopping");
        let _ = noted.set(why.to_owned());
        stop.cancel();
    });
    broken
}

/// All that is there before the first request is answered.
struct Prepared {
    config: Config,
    folder: Folder,
    listener: TcpListener,
    db: Arc<Db>,
    works: Works,
    /// What the first-run page asks for, where strangers could reach it first.
    start_code: Option<String>,
}

impl Prepared {
    /// The listener is open already: who comes meanwhile waits and is not refused.
    fn new(
        mut config: Config,
        folder: Folder,
        listener: TcpListener,
        new_key: bool,
    ) -> Result<Self> {
        // Port 0 means any that is free.
        config.listen = listener.local_addr()?;
        let is_new = folder.is_empty();
        let db = Arc::new(open::database(&config, &folder, Role::Server)?);
        let keys = key::of(&db, &folder, new_key)?;
        parts::keep_push_key(&keys, &db)?;
        let files = open::files(&config, &folder)?;
        let outside = parts::outside(&config)?;
        let works = Works::new(db.clone(), files, outside, keys, parts::setup(&config));
        parts::keep_public_url(&config, &db)?;
        let start_code = parts::start_code(&config, &db)?;
        greeting::say(&config, &folder, &db, is_new, start_code.as_deref())?;
        Ok(Self { config, folder, listener, db, works, start_code })
    }
}

async fn serve(it: Prepared, smtp: Option<TcpListener>, stop: CancellationToken) -> Result<()> {
    let Prepared { config, folder, listener, db, works, start_code } = it;
    let metrics = measure::start()?;
    let web = config.web(&folder, start_code)?;
    let Works { files, outside, keys, .. } = works.clone();
    let app = App::new(db.clone(), files, outside, keys, web, Arc::new(SystemClock))
        .with_mail_servers(Arc::new(parts::Servers(works.clone())));
    let health = health::Health::new(db, &config, &folder, metrics, stop.clone());
    let router = tend_web::router(app.clone()).merge(health::router(health));
    let router = measure::each_request(router);
    let time = Duration::from_secs(config.http.stop_seconds);
    let smtp = match smtp {
        Some(listener) => {
            let options = parts::receiving(&config, &folder, &works.setup.host)?;
            Some((listener, options))
        }
        None => None,
    };
    let work = within(time, stop.clone(), supervise(works, smtp, stop.clone()));
    // Open pages would hold the stop up: they are sent away, and come back by themselves.
    let goodbye = async {
        stop.cancelled().await;
        app.say_goodbye();
    };
    tokio::join!(http::serve(listener, router, &config.http, stop.clone()), work, goodbye);
    Ok(())
}

/// Lets something finish for so long after `stop`, and no longer.
async fn within(time: Duration, stop: CancellationToken, work: impl Future<Output = ()>) {
    let over = async {
        stop.cancelled().await;
        tokio::time::sleep(time).await;
    };
    tokio::select! {
        () = work => {}
        () = over => tracing::warn!("work was cut at the end of the time: it is done again later"),
    }
}

async fn listen(address: SocketAddr, flag: &str) -> Result<TcpListener> {
    TcpListener::bind(address).await.with_context(|| {
        format!(
            "{address} is not free to listen at. Stop what listens there, or choose another with \
             {flag}"
        )
    })
}
