use tend_store::{Tx, Value, row};

use super::{Invoice, InvoiceId, Status};
use crate::{
    Result,
    accounts::AccountId,
    agents::{Me, Permission},
    conversations::list::Where,
    error::not_found,
    money::days,
    page::{Cursor, Page},
};

const SELECT: &str = "SELECT invoices.id, invoices.account_id, accounts.name AS account,
        subscription_id, number, currency, amount, paid, home, issued_day, due_day, paid_day,
        status, external_id
    FROM invoices JOIN accounts ON accounts.id = invoices.account_id";

/// Which invoices; all conditions hold together.
#[derive(Clone, Copy, Debug, Default)]
pub struct Filter {
    pub account: Option<AccountId>,
    pub status: Option<Status>,
    /// Only those that are due and not paid.
    pub late: bool,
}

pub(crate) fn fetch(tx: &mut Tx, id: InvoiceId) -> Result<Invoice> {
    tx.maybe(&format!("{SELECT} WHERE invoices.id = $1"), &[id.into()])?.ok_or(not_found("invoice"))
}

/// One of them.
pub fn find(tx: &mut Tx, me: &Me, id: InvoiceId) -> Result<Invoice> {
    match me.may(Permission::RevenueRead) {
        true => fetch(tx, id),
        false => Err(not_found("invoice")),
    }
}

/// A page of them, the last issued first.
pub fn list(
    tx: &mut Tx,
    me: &Me,
    which: &Filter,
    from: Option<Cursor>,
    limit: usize,
) -> Result<Page<Invoice>> {
    me.require(Permission::RevenueRead)?;
    let today = days::today(tx)?;
    let mut all = Where { sql: String::from("TRUE"), args: Vec::new() };
    if let Some(it) = which.account {
        all.and("invoices.account_id = ?", [it.into()]);
    }
    if let Some(it) = which.status {
        all.and("status = ?", [it.into()]);
    }
    if which.late {
        all.and("status = 'open' AND due_day < ?", [today.into()]);
    }
    if let Some(at) = from {
        all.and("(issued_day, invoices.id) < (?, ?)", [at.key.into(), at.id.into()]);
    }
    all.args.push(Value::from(limit + 1));
    let sql = format!(
        "{SELECT} WHERE {} ORDER BY issued_day DESC, invoices.id DESC LIMIT ${}",
        all.sql,
        all.args.len()
    );
    let found: Vec<Invoice> = tx.rows(&sql, &all.args)?;
    Ok(Page::of(found, limit, |it| Cursor { key: it.issued_day, id: it.id.raw() }))
}

row! {
    /// What an account has paid and owes, in the home currency.
    #[derive(Copy, PartialEq, Eq, Default)]
    pub struct Sums {
        /// Invoices that were paid, and their amounts.
        pub paid: i64,
        pub paid_amount: i64,
        /// Of these, those that were paid after they were due.
        pub paid_late: i64,
        /// Those that are due and not paid.
        pub late: i64,
        pub late_amount: i64,
        /// Those that wait and are not due yet.
        pub open: i64,
        pub open_amount: i64,
    }
}

/// What an account has paid and owes.
pub fn sums(tx: &mut Tx, me: &Me, account: AccountId) -> Result<Sums> {
    me.require(Permission::RevenueRead)?;
    let today = days::today(tx)?;
    let of = |when: &str, what: &str| {
        format!("CAST(COALESCE(SUM(CASE WHEN {when} THEN {what} ELSE 0 END), 0) AS BIGINT)")
    };
    let (late, open) = ("status = 'open' AND due_day < $2", "status = 'open' AND due_day >= $2");
    let sql = format!(
        "SELECT {} AS paid, {} AS paid_amount, {} AS paid_late, {} AS late, {} AS late_amount,
             {} AS open, {} AS open_amount
         FROM invoices WHERE account_id = $1",
        of("status = 'paid'", "1"),
        of("status = 'paid'", "home"),
        of("status = 'paid' AND paid_day > due_day", "1"),
        of(late, "1"),
        of(late, "home"),
        of(open, "1"),
        of(open, "home"),
    );
    Ok(tx.one(&sql, &[account.into(), today.into()])?)
}
