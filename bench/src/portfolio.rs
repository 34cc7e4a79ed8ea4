//! The portfolio page over a large book of business, in each of its orders.

use anyhow::{Result, bail};
use tokio::runtime::Runtime;

use crate::{
    bars::Bar,
    client::{Client, get},
    figures::Times,
    program::Program,
};

/// In the book.
pub const ACCOUNTS: usize = 100_000;
const LOOKS: usize = 400;
/// Pages of each list whose places are kept.
const DEEP: usize = 8;

const ORDERS: [&str; 9] =
    ["arr", "name", "renewal", "owner", "stage", "touch", "open", "trend", "-arr"];

/// p99 of the page as one opens it, and of the next rows far down.
pub fn measure(runtime: &Runtime, program: &Program) -> Result<Vec<Bar>> {
    runtime.block_on(async {
        let mut desk = Desk {
            address: program.address.clone(),
            cookie: program.sign_in().await?,
            client: Client::connect(&program.address).await?,
        };
        let mut deep = Vec::new();
        for order in ORDERS {
            deep.extend(desk.walk(order).await?);
        }
        let page = |n: usize| {
            let whose = ["all", "mine", "team"][n % 3];
            format!("/portfolio?view={whose}&sort={}", ORDERS[n / 3 % ORDERS.len()])
        };
        let first = desk.look(page).await?;
        let further = desk.look(|n| deep[n % deep.len()].clone()).await?;
        let sums = desk.look(|_| "/portfolio?view=all&q=a".to_owned()).await?;
        let beside = |it: &Times| format!("median {:.1}", it.at(0.5));
        Ok(vec![
            Bar::at_most("portfolio page, p99 at 100 k accounts", first.at(0.99), "ms", 10.0)
                .beside(beside(&first)),
            Bar::at_most("portfolio, further down, p99", further.at(0.99), "ms", 10.0)
                .beside(beside(&further)),
            Bar::shown("portfolio, while one types, p99", sums.at(0.99), "ms")
                .beside(beside(&sums)),
        ])
    })
}

struct Desk {
    address: String,
    cookie: String,
    client: Client,
}

impl Desk {
    /// Addresses of whole pages, each further down.
    async fn walk(&mut self, order: &str) -> Result<Vec<String>> {
        let (mut all, mut path) = (Vec::new(), format!("/portfolio?view=all&sort={order}"));
        for _ in 0..DEEP {
            let answer = self.client.send(&get(&self.address, &path, &self.cookie)).await?;
            let rows = answer.body.matches("data-item=").count();
            if answer.status != 200 || rows < 50 {
                bail!("{path} was answered with {} and {rows} rows", answer.status);
            }
            let next = answer.body.split("cursor=").nth(1);
            let Some(cursor) = next.and_then(|it| it.split(['"', '&']).next()) else { break };
            path = format!("/portfolio?view=all&sort={order}&cursor={cursor}");
            all.push(path.clone());
        }
        Ok(all)
    }

    async fn look(&mut self, path: impl Fn(usize) -> String) -> Result<Times> {
        let (mut times, mut warm) = (Times::default(), Times::default());
        for n in 0..LOOKS + 20 {
            let path = path(n);
            let answer = self.client.send(&get(&self.address, &path, &self.cookie)).await?;
            if answer.status != 200 {
                bail!("{path} was answered with {}", answer.status);
            }
            let it = if n < 20 { &mut warm } else { &mut times };
            it.add(answer.took);
        }
        Ok(times)
    }
}
