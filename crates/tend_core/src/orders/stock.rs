//! What shops have in stock: asked for after their orders, and believed more than what somebody
//! entered. A product is known by its name, as on the lines of orders; what several shops have of
//! it is added up.

use std::collections::BTreeSet;

use jiff::Timestamp;
use serde_json::Value;
use tend_store::{Tx, row};

use super::{
    ShopId, ShopKind,
    asking::{Question, VERSION, next_link, same_place},
    json::{Unreadable, list, text},
};
use crate::{
    Result, fold,
    money::products::{self, ProductId},
};

/// How many a page holds, as each shop allows at most.
const OF_SHOPIFY: usize = 250;
const OF_WOOCOMMERCE: usize = 100;

/// A product as a shop has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stocked {
    /// The shop's own id.
    pub id: String,
    pub name: String,
    /// Pieces; nothing for what the shop does not count, or sells without having it.
    pub pieces: Option<i64>,
}

/// The address of the first page; nothing for a shop that has no stock.
pub fn first(of: &Question) -> Option<String> {
    match of.kind {
        ShopKind::Shopify => Some(format!(
            "{}/admin/api/{VERSION}/products.json?limit={OF_SHOPIFY}&fields=id,title,variants",
            of.address
        )),
        ShopKind::WooCommerce => Some(page(of, 1)),
        ShopKind::Stripe | ShopKind::Webhook | ShopKind::Api => None,
    }
}

fn page(of: &Question, page: usize) -> String {
    format!(
        "{}/wp-json/wc/v3/products?per_page={OF_WOOCOMMERCE}&orderby=id&order=asc&page={page}",
        of.address
    )
}

/// Reads a page: its products, and the address of the next one.
///
/// # Errors
/// A sentence, when it is no such page.
pub fn answered(
    of: &Question,
    asked: &str,
    link: Option<&str>,
    body: &[u8],
) -> Result<(Vec<Stocked>, Option<String>), Unreadable> {
    let json: Value =
        serde_json::from_slice(body).map_err(|_| "The answer is no JSON.".to_owned())?;
    let is_shopify = of.kind == ShopKind::Shopify;
    let rows = if is_shopify { &json["products"] } else { &json };
    if !rows.is_array() {
        return Err("The answer is not the list of products that was asked for.".to_owned());
    }
    let one = |it: &Value| match is_shopify {
        true => (text(&it["title"]), of_variants(&it["variants"])),
        false => (text(&it["name"]), of_woocommerce(it)),
    };
    let one = |it: &Value| {
        let (name, pieces) = one(it);
        Stocked { id: text(&it["id"]), name, pieces }
    };
    let all: Vec<Stocked> = list(rows).map(one).collect();
    let next = match is_shopify {
        true => link.and_then(next_link).filter(|it| same_place(it, &of.address)),
        false => (all.len() >= OF_WOOCOMMERCE).then(|| {
            let number = asked.rsplit_once("&page=").and_then(|it| it.1.parse::<usize>().ok());
            page(of, number.unwrap_or(1) + 1)
        }),
    };
    Ok((all, next))
}

/// All variants together, if each is counted and none is sold on when it has run out.
fn of_variants(all: &Value) -> Option<i64> {
    let one = |it: &Value| {
        let is_counted = text(&it["inventory_management"]) == "shopify";
        let ends = text(&it["inventory_policy"]) != "continue";
        let pieces = it["inventory_quantity"].as_i64()?;
        (is_counted && ends).then_some(pieces.max(0))
    };
    let each: Option<Vec<i64>> = list(all).map(one).collect();
    each.filter(|it| !it.is_empty()).map(|it| it.into_iter().sum())
}

fn of_woocommerce(it: &Value) -> Option<i64> {
    let status = text(&it["stock_status"]);
    match it["manage_stock"] == true {
        _ if status == "onbackorder" => None,
        true => it["stock_quantity"].as_i64().map(|it| it.max(0)),
        // It is not counted, and somebody said that there is none.
        false => (status == "outofstock").then_some(0),
    }
}

/// Takes in what a shop said; products that are not known stay unknown. Says how many changed.
pub fn take_in(tx: &mut Tx, shop: ShopId, them: &[Stocked]) -> Result<usize> {
    let mut touched = BTreeSet::new();
    for it in them {
        touched.extend(of_shop(tx, shop, &it.id)?);
        if let Some(id) = products::named(tx, &fold::one_line(&it.name, 200))? {
            note(tx, shop, id, it)?;
            touched.insert(id);
        }
    }
    let mut changed = 0;
    for id in touched {
        changed += usize::from(add_up(tx, id)?);
    }
    Ok(changed)
}

/// The product that a shop called so when it last told of it.
fn of_shop(tx: &mut Tx, shop: ShopId, external: &str) -> Result<Option<ProductId>> {
    Ok(tx.maybe_scalar(
        "SELECT product_id FROM shop_stocks WHERE shop_id = $1 AND external_id = $2",
        &[shop.into(), external.into()],
    )?)
}

fn note(tx: &mut Tx, shop: ShopId, product: ProductId, it: &Stocked) -> Result<()> {
    let now = tx.now();
    tx.execute(
        "INSERT INTO shop_stocks (shop_id, external_id, product_id, pieces, seen_at)
         VALUES ($1, $2, $3, $4, $5)
         ON CONFLICT (shop_id, external_id) DO UPDATE SET product_id = excluded.product_id,
             pieces = excluded.pieces, seen_at = excluded.seen_at",
        &[shop.into(), it.id.as_str().into(), product.into(), it.pieces.into(), now.into()],
    )?;
    Ok(())
}

/// What all shops that are not switched off have of it; whether that is news. A product that none
/// of them has any more is out of stock.
fn add_up(tx: &mut Tx, id: ProductId) -> Result<bool> {
    row! {
        struct Sum {
            told: i64,
            counted: i64,
            pieces: i64,
            before: Option<i64>,
        }
    }
    let sum: Sum = tx.one(
        "SELECT count(shop_stocks.external_id) AS told, count(shop_stocks.pieces) AS counted,
                CAST(COALESCE(SUM(shop_stocks.pieces), 0) AS BIGINT) AS pieces,
                MAX(products.stock) AS before
         FROM products
         LEFT JOIN shop_stocks ON shop_stocks.product_id = products.id
             AND shop_stocks.shop_id IN (SELECT id FROM shops WHERE disabled_at IS NULL)
         WHERE products.id = $1",
        &[id.into()],
    )?;
    let stock = (sum.counted == sum.told).then_some(sum.pieces);
    if stock != sum.before {
        tx.execute("UPDATE products SET stock = $2 WHERE id = $1", &[id.into(), stock.into()])?;
    }
    Ok(stock != sum.before)
}

/// All of it was read since then, or why it could not be. What the shop did not tell of, it does
/// not have any more.
pub fn done(tx: &mut Tx, shop: ShopId, since: Timestamp, problem: &str) -> Result<()> {
    let now = tx.now();
    tx.execute(
        "UPDATE shops SET stock_problem = $2,
             stock_at = CASE WHEN $2 = '' THEN CAST($3 AS BIGINT) ELSE stock_at END
         WHERE id = $1",
        &[shop.into(), fold::one_line(problem, 300).into(), now.into()],
    )?;
    if !problem.is_empty() {
        return Ok(());
    }
    let gone: Vec<ProductId> = tx.column(
        "SELECT DISTINCT product_id FROM shop_stocks WHERE shop_id = $1 AND seen_at < $2",
        &[shop.into(), since.into()],
    )?;
    tx.execute(
        "DELETE FROM shop_stocks WHERE shop_id = $1 AND seen_at < $2",
        &[shop.into(), since.into()],
    )?;
    for id in gone {
        add_up(tx, id)?;
    }
    Ok(())
}

row! {
    /// How it stands with the stock of a shop.
    #[derive(PartialEq)]
    pub struct Standing {
        /// When all of it was last read.
        pub stock_at: Option<Timestamp>,
        /// Why it could not be since then; empty if it could.
        pub stock_problem: String,
    }
}

/// When a shop's stock was read, and what keeps it from being read.
pub(super) fn standing(tx: &mut Tx, shop: ShopId) -> Result<Standing> {
    Ok(tx.one("SELECT stock_at, stock_problem FROM shops WHERE id = $1", &[shop.into()])?)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(kind: ShopKind, body: &str) -> Vec<Option<i64>> {
        let question = Question {
            kind,
            address: "https://shop.example".to_owned(),
            access_key: String::new(),
            from: Timestamp::UNIX_EPOCH,
            asked_at: Timestamp::UNIX_EPOCH,
            is_first: false,
        };
        let asked = first(&question).expect("has a stock");
        let read = answered(&question, &asked, None, body.as_bytes()).expect("is a page");
        read.0.into_iter().map(|it| it.pieces).collect()
    }

    #[test]
    fn only_what_a_shop_counts_and_does_not_sell_on_has_a_stock() {
        let shopify = r#"{"products":[
            {"title":"A","variants":[{"inventory_management":"shopify","inventory_policy":"deny","inventory_quantity":3},
                {"inventory_management":"shopify","inventory_policy":"deny","inventory_quantity":-2}]},
            {"title":"B","variants":[{"inventory_management":null,"inventory_quantity":0}]},
            {"title":"C","variants":[{"inventory_management":"shopify","inventory_policy":"continue","inventory_quantity":0}]}]}"#;
        assert_eq!(of(ShopKind::Shopify, shopify), [Some(3), None, None]);
        let woocommerce = r#"[
            {"name":"A","manage_stock":true,"stock_quantity":4,"stock_status":"instock"},
            {"name":"B","manage_stock":false,"stock_quantity":null,"stock_status":"instock"},
            {"name":"C","manage_stock":false,"stock_quantity":null,"stock_status":"outofstock"},
            {"name":"D","manage_stock":true,"stock_quantity":0,"stock_status":"onbackorder"}]"#;
        assert_eq!(of(ShopKind::WooCommerce, woocommerce), [Some(4), None, Some(0), None]);
    }
}
