//! What the company sells.

use jiff::Timestamp;
use tend_store::{Tx, id, row};

use crate::{
    Result,
    actor::Actor,
    agents::{Me, Permission},
    contacts::fields,
    error::{invalid, not_found},
    fold,
    journal::{self, Change, Subject},
};

id!(ProductId, "prd");

row! {
    /// A product.
    #[derive(PartialEq)]
    pub struct Product {
        pub id: ProductId,
        pub name: String,
        pub created_at: Timestamp,
        /// It is not sold any more.
        pub archived_at: Option<Timestamp>,
    }
}

const SELECT: &str = "SELECT id, name, created_at, archived_at FROM products";

/// All of them, those that are sold first.
pub fn all(tx: &mut Tx, me: &Me) -> Result<Vec<Product>> {
    me.require(Permission::RevenueRead)?;
    let order = "ORDER BY CASE WHEN archived_at IS NULL THEN 0 ELSE 1 END, name_folded, id";
    Ok(tx.rows(&format!("{SELECT} {order}"), &[])?)
}

/// One of them.
pub fn find(tx: &mut Tx, me: &Me, id: ProductId) -> Result<Product> {
    me.require(Permission::RevenueRead)?;
    tx.maybe(&format!("{SELECT} WHERE id = $1"), &[id.into()])?.ok_or(not_found("product"))
}

/// Adds one, or renames it.
pub fn save(tx: &mut Tx, me: &Me, id: Option<ProductId>, name: &str) -> Result<ProductId> {
    me.require(Permission::RevenueEdit)?;
    let name = fields::name(name)?;
    let same: Option<ProductId> = named(tx, &name)?;
    if same.is_some() && same != id {
        return Err(invalid("name", "There is a product of this name already."));
    }
    let id = match id {
        Some(id) => {
            find(tx, me, id)?;
            tx.execute(
                "UPDATE products SET name = $2, name_folded = $3 WHERE id = $1",
                &[id.into(), name.as_str().into(), fold::fold(&name).into()],
            )?;
            id
        }
        None => insert(tx, &name)?,
    };
    let change = Change::ProductSaved { name };
    journal::record(tx, Actor::Agent(me.id), Subject::plain("product", id.raw()), &change)?;
    Ok(id)
}

/// Sells it no more, or again. Doing it twice is doing it once.
pub fn archive(tx: &mut Tx, me: &Me, id: ProductId, sold: Sold) -> Result<()> {
    me.require(Permission::RevenueEdit)?;
    let it = find(tx, me, id)?;
    if it.archived_at.is_some() == (sold == Sold::NoMore) {
        return Ok(());
    }
    let at = (sold == Sold::NoMore).then(|| tx.now());
    tx.execute("UPDATE products SET archived_at = $2 WHERE id = $1", &[id.into(), at.into()])?;
    let change = Change::ProductSaved { name: it.name };
    journal::record(tx, Actor::Agent(me.id), Subject::plain("product", id.raw()), &change)
}

/// Whether a product is sold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sold {
    Again,
    NoMore,
}

pub(crate) fn named(tx: &mut Tx, name: &str) -> Result<Option<ProductId>> {
    let folded = fold::fold(name);
    Ok(tx.maybe_scalar(
        "SELECT id FROM products WHERE name_folded = $1",
        &[folded.as_str().into()],
    )?)
}

/// The product of this name; it is made if it is not there.
pub(crate) fn known(tx: &mut Tx, name: &str) -> Result<Option<ProductId>> {
    let name = fold::one_line(name, 200);
    if name.is_empty() {
        return Ok(None);
    }
    match named(tx, &name)? {
        Some(it) => Ok(Some(it)),
        None => insert(tx, &name).map(Some),
    }
}

fn insert(tx: &mut Tx, name: &str) -> Result<ProductId> {
    let (id, now) = (ProductId::new(tx), tx.now());
    tx.execute(
        "INSERT INTO products (id, name, name_folded, created_at) VALUES ($1, $2, $3, $4)",
        &[id.into(), name.into(), fold::fold(name).into(), now.into()],
    )?;
    Ok(id)
}
