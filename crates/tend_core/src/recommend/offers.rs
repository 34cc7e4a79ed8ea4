//! What is said of a product beside its name: where it is bought, how it looks, whether it may be
//! recommended, and what it is like.

use jiff::Timestamp;
use tend_store::{Tx, Value, placeholders, row};

use crate::{
    Result,
    actor::Actor,
    agents::{Me, Permission},
    error::{invalid, not_found},
    fold,
    journal::{self, Change, Subject},
    money::ProductId,
};

row! {
    /// A product as it is recommended.
    #[derive(PartialEq)]
    pub struct Offer {
        pub id: ProductId,
        pub name: String,
        /// Where it is bought; empty if that is not told.
        pub url: String,
        /// Empty if there is none.
        pub picture_url: String,
        /// Whether it may be recommended.
        pub is_offered: bool,
        /// Whether who has it needs no other one.
        pub is_durable: bool,
        /// Pieces; none if it is not known.
        pub stock: Option<i64>,
        /// Of the price; none if it is not told.
        pub margin_percent: Option<i64>,
        /// Since when it is not sold any more.
        pub archived_at: Option<Timestamp>,
    }
}

impl Offer {
    /// Whether it may be recommended to anybody, and why not.
    pub fn why_not(&self) -> Option<&'static str> {
        match self {
            it if it.archived_at.is_some() => Some("It is not sold any more."),
            it if !it.is_offered => Some("It is not to be recommended."),
            it if it.stock == Some(0) => Some("It is out of stock."),
            _ => None,
        }
    }
}

const SELECT: &str = "SELECT id, name, url, picture_url, is_offered, is_durable, stock, \
     margin_percent, archived_at FROM products";

/// One of them.
pub fn find(tx: &mut Tx, me: &Me, id: ProductId) -> Result<Offer> {
    me.require(Permission::RevenueRead)?;
    tx.maybe(&format!("{SELECT} WHERE id = $1"), &[id.into()])?.ok_or(not_found("product"))
}

/// The address of its picture, for whoever may see what customers buy.
pub fn picture_of(tx: &mut Tx, me: &Me, id: ProductId) -> Result<String> {
    me.require(Permission::OrdersRead)?;
    Ok(some(tx, &[id])?.pop().ok_or(not_found("product"))?.picture_url)
}

/// All that are sold, by name.
pub(crate) fn all(tx: &mut Tx) -> Result<Vec<Offer>> {
    let sql = format!("{SELECT} WHERE archived_at IS NULL ORDER BY name_folded, id");
    Ok(tx.rows(&sql, &[])?)
}

/// Some of them, in no order.
pub(crate) fn some(tx: &mut Tx, ids: &[ProductId]) -> Result<Vec<Offer>> {
    let sql = format!("{SELECT} WHERE id IN ({})", placeholders(1, ids.len()));
    let args: Vec<Value> = ids.iter().map(|it| (*it).into()).collect();
    Ok(tx.rows(&sql, &args)?)
}

/// What shall be said of a product.
#[derive(Clone, Debug)]
pub struct NewOffer {
    pub url: String,
    pub picture_url: String,
    pub is_offered: bool,
    pub is_durable: bool,
    pub stock: Option<i64>,
    pub margin_percent: Option<i64>,
}

/// Says it. Saying what is said changes nothing.
pub fn save(tx: &mut Tx, me: &Me, id: ProductId, new: &NewOffer) -> Result<()> {
    me.require(Permission::RevenueEdit)?;
    let was = find(tx, me, id)?;
    let url = address("url", &new.url)?;
    let picture = address("picture_url", &new.picture_url)?;
    if new.stock.is_some_and(|it| !(0..=1_000_000_000).contains(&it)) {
        return Err(invalid("stock", "Write how many pieces there are, or nothing."));
    }
    if new.margin_percent.is_some_and(|it| !(0..=100).contains(&it)) {
        return Err(invalid("margin_percent", "Write a share of the price from 0 to 100."));
    }
    let now = Offer {
        url: url.clone(),
        picture_url: picture.clone(),
        is_offered: new.is_offered,
        is_durable: new.is_durable,
        stock: new.stock,
        margin_percent: new.margin_percent,
        ..was.clone()
    };
    if now == was {
        return Ok(());
    }
    tx.execute(
        "UPDATE products SET url = $2, picture_url = $3, is_offered = $4, is_durable = $5,
             stock = $6, margin_percent = $7 WHERE id = $1",
        &[
            id.into(),
            url.into(),
            picture.into(),
            new.is_offered.into(),
            new.is_durable.into(),
            new.stock.into(),
            new.margin_percent.into(),
        ],
    )?;
    record(tx, me, id, was.name)
}

fn record(tx: &mut Tx, me: &Me, id: ProductId, name: String) -> Result<()> {
    let change = Change::ProductSaved { name };
    journal::record(tx, Actor::Agent(me.id), Subject::plain("product", id.raw()), &change)
}

/// An address on the web, or nothing.
pub(crate) fn address(field: &'static str, text: &str) -> Result<String> {
    let text = text.trim();
    let plain = text.len() <= 2000 && !text.contains(|c: char| c.is_whitespace() || c.is_control());
    let host = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"));
    match host {
        _ if text.is_empty() => Ok(String::new()),
        Some(rest) if plain && rest.starts_with(|c: char| c.is_alphanumeric()) => {
            Ok(text.to_owned())
        }
        _ => Err(invalid(field, "Write a whole address that begins with https://.")),
    }
}

row! {
    /// Something that is known of a product: `colour`, `blue`. A product may have several of one
    /// name.
    #[derive(PartialEq)]
    pub struct Trait {
        pub product_id: ProductId,
        pub name: String,
        pub value: String,
    }
}

/// A product has at most so many.
const MOST: usize = 50;

/// What is known of a product, by name.
pub fn traits(tx: &mut Tx, me: &Me, id: ProductId) -> Result<Vec<Trait>> {
    find(tx, me, id)?;
    Ok(tx.rows(
        "SELECT product_id, name, value FROM product_attributes WHERE product_id = $1
         ORDER BY name_folded, value_folded",
        &[id.into()],
    )?)
}

/// What is known of all products.
pub(crate) fn all_traits(tx: &mut Tx) -> Result<Vec<Trait>> {
    Ok(tx.rows(
        "SELECT product_id, name, value FROM product_attributes
         ORDER BY name_folded, value_folded, product_id",
        &[],
    )?)
}

/// Says what a product is like, instead of what was said before: one `name: value` on a line.
pub fn set_traits(tx: &mut Tx, me: &Me, id: ProductId, text: &str) -> Result<()> {
    me.require(Permission::RevenueEdit)?;
    let name = find(tx, me, id)?.name;
    let wrong = || invalid("traits", "Write a name, a colon and a value on each line.");
    let mut all: Vec<(String, String)> = Vec::new();
    for line in text.lines().filter(|it| !it.trim().is_empty()) {
        let (name, value) = line.split_once(':').ok_or_else(wrong)?;
        let (name, value) = (fold::one_line(name, 100), fold::one_line(value, 200));
        if name.is_empty() || value.is_empty() {
            return Err(wrong());
        }
        let same = |it: &(String, String)| {
            fold::fold(&it.0) == fold::fold(&name) && fold::fold(&it.1) == fold::fold(&value)
        };
        if !all.iter().any(same) {
            all.push((name, value));
        }
    }
    if all.len() > MOST {
        return Err(invalid("traits", "A product has at most 50 attributes."));
    }
    tx.execute("DELETE FROM product_attributes WHERE product_id = $1", &[id.into()])?;
    for (name, value) in all {
        tx.execute(
            "INSERT INTO product_attributes (product_id, name, name_folded, value, value_folded)
             VALUES ($1, $2, $3, $4, $5)",
            &[
                id.into(),
                name.as_str().into(),
                fold::fold(&name).into(),
                value.as_str().into(),
                fold::fold(&value).into(),
            ],
        )?;
    }
    record(tx, me, id, name)
}
