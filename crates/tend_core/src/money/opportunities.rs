//! What more could be sold to those who buy already: opportunities, and the white space where they
//! are looked for.

use std::collections::{HashMap, HashSet};

use tend_store::{Tx, Value, id, placeholders, row};

use super::{Currency, Product, ProductId, days, products, rates};
use crate::{
    Result,
    accounts::{self, AccountId},
    actor::Actor,
    agents::{Me, Permission},
    contacts::fields,
    error::{invalid, not_found},
    journal::{self, Change, Subject},
    words::words,
};
id!(OpportunityId, "opp");

words! {
    /// What is sold more of.
    Kind, "An opportunity is upsell, expansion or cross_sell." {
        /// A larger plan of what they have.
        Upsell = "upsell" "Upsell",
        /// More seats, sites or amounts of what they have.
        Expansion = "expansion" "Expansion",
        /// What they do not have.
        CrossSell = "cross_sell" "Cross-sell",
    }
}

words! {
    /// How far an opportunity has come.
    Stage, "The stage is found, proposed, negotiating, won or lost." {
        Found = "found" "Found",
        Proposed = "proposed" "Proposed",
        Negotiating = "negotiating" "Negotiating",
        Won = "won" "Won",
        Lost = "lost" "Lost",
    }
}

row! {
    /// An opportunity.
    #[derive(PartialEq)]
    pub struct Opportunity {
        pub id: OpportunityId,
        pub account_id: AccountId,
        pub account: String,
        pub kind: Kind,
        pub product_id: Option<ProductId>,
        pub product: Option<String>,
        pub name: String,
        /// Home currency, a year.
        pub amount: i64,
        pub stage: Stage,
        pub close_day: Option<i64>,
    }
}

const SELECT: &str = "SELECT opportunities.id, opportunities.account_id,
        accounts.name AS account, opportunities.kind, product_id, products.name AS product,
        opportunities.name, amount, stage, close_day
    FROM opportunities
    JOIN accounts ON accounts.id = opportunities.account_id
    LEFT JOIN products ON products.id = opportunities.product_id";

/// What is said of an opportunity.
#[derive(Clone, Debug)]
pub struct NewOpportunity {
    pub account: AccountId,
    pub kind: Kind,
    pub product: Option<ProductId>,
    pub name: String,
    pub amount: i64,
    pub close_day: Option<i64>,
}

/// Those that are open, then those that were won or lost, the largest first.
pub fn all(tx: &mut Tx, me: &Me, account: Option<AccountId>) -> Result<Vec<Opportunity>> {
    me.require(Permission::RevenueRead)?;
    let sql = format!(
        "{SELECT} WHERE (CAST($1 AS BIGINT) IS NULL OR opportunities.account_id = $1)
         ORDER BY CASE stage WHEN 'negotiating' THEN 0 WHEN 'proposed' THEN 1 WHEN 'found' THEN 2
             WHEN 'won' THEN 3 ELSE 4 END, amount DESC, opportunities.id LIMIT 1000"
    );
    Ok(tx.rows(&sql, &[account.into()])?)
}

/// One of them.
pub fn find(tx: &mut Tx, me: &Me, id: OpportunityId) -> Result<Opportunity> {
    me.require(Permission::RevenueRead)?;
    let sql = format!("{SELECT} WHERE opportunities.id = $1");
    tx.maybe(&sql, &[id.into()])?.ok_or(not_found("opportunity"))
}

/// Records one.
pub fn add(tx: &mut Tx, me: &Me, new: &NewOpportunity) -> Result<OpportunityId> {
    me.require(Permission::RenewalsEdit)?;
    let account = accounts::find(tx, new.account)?.id;
    let name = fields::name(&new.name)?;
    if let Some(it) = new.product {
        products::find(tx, me, it)?;
    }
    if !(0..=1_000_000_000_000_000).contains(&new.amount) {
        return Err(invalid("amount", "Write an amount of 0 or more."));
    }
    let (id, now) = (OpportunityId::new(tx), tx.now());
    tx.execute(
        "INSERT INTO opportunities (id, account_id, kind, product_id, name, amount, stage,
             close_day, created_at, changed_at)
         VALUES ($1, $2, $3, $4, $5, $6, 'found', $7, $8, $8)",
        &[
            id.into(),
            account.into(),
            new.kind.into(),
            new.product.into(),
            name.as_str().into(),
            new.amount.into(),
            new.close_day.into(),
            now.into(),
        ],
    )?;
    record(tx, me, account, id, name, Stage::Found)?;
    Ok(id)
}

/// It has come so far. Doing it twice is doing it once.
pub fn set_stage(tx: &mut Tx, me: &Me, id: OpportunityId, stage: Stage) -> Result<()> {
    me.require(Permission::RenewalsEdit)?;
    let it = find(tx, me, id)?;
    if it.stage == stage {
        return Ok(());
    }
    let now = tx.now();
    tx.execute(
        "UPDATE opportunities SET stage = $2, changed_at = $3 WHERE id = $1",
        &[id.into(), stage.into(), now.into()],
    )?;
    record(tx, me, it.account_id, id, it.name, stage)
}

fn record(
    tx: &mut Tx,
    me: &Me,
    account: AccountId,
    id: OpportunityId,
    name: String,
    stage: Stage,
) -> Result<()> {
    let change = Change::OpportunitySaved {
        opportunity: id.to_string(),
        name,
        stage: stage.word().to_owned(),
    };
    journal::record(tx, Actor::Agent(me.id), Subject::account(account.raw()), &change)
}

/// Which of the products an account has.
#[derive(Clone, Debug)]
pub struct WhiteLine {
    pub account: AccountId,
    pub name: String,
    pub arr: i64,
    /// In the order of the products.
    pub owns: Vec<bool>,
    /// Products with an opportunity that is open.
    pub open: Vec<bool>,
}

/// Who has what.
#[derive(Clone, Debug)]
pub struct WhiteSpace {
    pub currency: Currency,
    pub products: Vec<Product>,
    /// Who pays, the most first.
    pub lines: Vec<WhiteLine>,
    /// How many pay at all.
    pub accounts: i64,
}

/// Which customers have which products, those who pay most first.
pub fn white_space(tx: &mut Tx, me: &Me, most: i64) -> Result<WhiteSpace> {
    row! {
        struct Pays {
            account_id: AccountId,
            name: String,
            arr: i64,
        }
    }
    row! {
        struct Has {
            account_id: AccountId,
            product_id: ProductId,
        }
    }
    let sold = products::all(tx, me)?.into_iter().filter(|it| it.archived_at.is_none()).collect();
    let sold: Vec<Product> = sold;
    let today = days::today(tx)?;
    let pays: Vec<Pays> = tx.rows(
        "SELECT account_id, accounts.name, arr FROM account_money
         JOIN accounts ON accounts.id = account_money.account_id
         WHERE arr > 0 ORDER BY arr DESC, account_id LIMIT $1",
        &[most.into()],
    )?;
    let mut has: Vec<Has> = tx.rows(
        "SELECT DISTINCT account_id, product_id FROM subscriptions
         WHERE product_id IS NOT NULL AND start_day <= $1 AND (end_day IS NULL OR end_day > $1)",
        &[today.into()],
    )?;
    let ids: Vec<Value> = pays.iter().map(|it| it.account_id.into()).collect();
    for some in ids.chunks(400) {
        // What was ordered is theirs, unless it was called off or all of it was given back.
        let sql = format!(
            "SELECT DISTINCT contacts.account_id, order_lines.product_id
             FROM contacts JOIN orders ON orders.contact_id = contacts.id
             JOIN order_lines ON order_lines.order_id = orders.id
             WHERE contacts.account_id IN ({}) AND order_lines.product_id IS NOT NULL
                 AND orders.cancelled_at IS NULL AND orders.gone_at IS NULL
                 AND orders.payment IN ('paid', 'partially_refunded')",
            placeholders(1, some.len())
        );
        has.extend(tx.rows::<Has>(&sql, some)?);
    }
    let open: Vec<Has> = tx.rows(
        "SELECT DISTINCT account_id, product_id FROM opportunities
         WHERE product_id IS NOT NULL AND stage NOT IN ('won', 'lost')",
        &[],
    )?;
    let owned = by_account(has.into_iter().map(|it| (it.account_id, it.product_id)));
    let opened = by_account(open.into_iter().map(|it| (it.account_id, it.product_id)));
    let of = |them: &HashMap<AccountId, HashSet<ProductId>>, account: AccountId| -> Vec<bool> {
        let own = them.get(&account);
        sold.iter().map(|it| own.is_some_and(|own| own.contains(&it.id))).collect()
    };
    let lines = pays.into_iter().map(|it| WhiteLine {
        owns: of(&owned, it.account_id),
        open: of(&opened, it.account_id),
        account: it.account_id,
        name: it.name,
        arr: it.arr,
    });
    let lines: Vec<WhiteLine> = lines.collect();
    Ok(WhiteSpace {
        currency: rates::home(tx)?,
        accounts: tx.scalar("SELECT count(*) FROM account_money WHERE arr > 0", &[])?,
        products: sold,
        lines,
    })
}

fn by_account(
    them: impl Iterator<Item = (AccountId, ProductId)>,
) -> HashMap<AccountId, HashSet<ProductId>> {
    let mut all: HashMap<AccountId, HashSet<ProductId>> = HashMap::new();
    for (account, product) in them {
        all.entry(account).or_default().insert(product);
    }
    all
}
