//! Stripe's exported files: `subscriptions.csv` and `invoices.csv`, by the names of their columns.

use super::{
    Billed, Customer, Item, Kind, Paid, Places, Subscribed, Told,
    discount::{self, Discount, Off, Whole},
};
use crate::{
    Result,
    customers::sheet::Line,
    error::refused,
    fold,
    money::{Currency, days, invoices::Status},
};

/// Where the columns are, whatever their order.
#[derive(Clone, Debug)]
pub struct Columns {
    kind: Kind,
    names: Vec<String>,
}

/// A name as it is compared: `Current Period End (UTC)` is `currentperiodend`.
fn bare(name: &str) -> String {
    let name = name.to_lowercase().replace("(utc)", "");
    name.chars().filter(char::is_ascii_alphanumeric).collect()
}

impl Columns {
    /// # Errors
    /// Refused, with the names that are missing.
    pub fn of(kind: Kind, header: &[String]) -> Result<Self> {
        let it = Self { kind, names: header.iter().map(|it| bare(it)).collect() };
        let needed: &[(&str, &[&str])] = match kind {
            Kind::Subscriptions => &[
                ("id", ID),
                ("Customer ID or Customer Email", WHO),
                ("Amount", AMOUNT),
                ("Interval", &["interval", "billinginterval"]),
                ("Start (UTC) or Created (UTC)", START),
            ],
            Kind::Invoices => &[
                ("id", ID),
                ("Customer or Customer Email", WHO),
                ("Total or Amount Due", TOTAL),
                ("Date (UTC) or Created (UTC)", ISSUED),
            ],
        };
        let missing: Vec<&str> = needed
            .iter()
            .filter(|(_, names)| !it.names.iter().any(|name| names.contains(&name.as_str())))
            .map(|it| it.0)
            .collect();
        match missing.is_empty() {
            true => Ok(it),
            false => Err(refused(format!(
                "This is not Stripe’s file of {}: it has no column {}.",
                kind.word(),
                missing.join(", and none ")
            ))),
        }
    }

    /// The rows, each read or with what is wrong.
    pub fn read(&self, lines: &[Line], home: Currency) -> Places {
        let read = |line: &Line| {
            let row = Row { columns: self, line, home };
            let told = match self.kind {
                Kind::Subscriptions => row.subscription().map(Told::Subscribed),
                Kind::Invoices => row.invoice().map(Told::Billed),
            };
            (format!("Row {}", line.number), told)
        };
        lines.iter().map(read).collect()
    }
}

const ID: &[&str] = &["id", "subscriptionid", "invoiceid"];
const WHO: &[&str] = &["customerid", "customer", "customeremail", "email"];
const AMOUNT: &[&str] = &["amount", "planamount", "priceamount"];
const START: &[&str] = &["start", "startdate", "created"];
const TOTAL: &[&str] = &["total", "amountdue", "amount"];
const ISSUED: &[&str] = &["date", "finalizedat", "created", "invoicedate"];

struct Row<'a> {
    columns: &'a Columns,
    line: &'a Line,
    home: Currency,
}

type Read<T> = std::result::Result<T, String>;

impl Row<'_> {
    /// The first of these columns that says something.
    fn cell(&self, names: &[&str]) -> &str {
        let found = names.iter().find_map(|name| {
            let at = self.columns.names.iter().position(|it| it == name)?;
            self.line.cells.get(at).map(|it| it.trim()).filter(|it| !it.is_empty())
        });
        found.unwrap_or_default()
    }

    fn day(&self, names: &[&str]) -> Read<Option<i64>> {
        match self.cell(names) {
            "" => Ok(None),
            text => days::parse(text)
                .map(Some)
                .ok_or_else(|| format!("{text} is no day, such as 2026-11-20 09:14.")),
        }
    }

    fn currency(&self) -> Read<Currency> {
        match self.cell(&["currency"]) {
            "" => Ok(self.home),
            text => text.parse().map_err(|_| format!("{text} is no currency.")),
        }
    }

    fn money(&self, names: &[&str], currency: Currency) -> Read<Option<i64>> {
        match self.cell(names) {
            "" => Ok(None),
            text => currency
                .read(text)
                .map(Some)
                .ok_or_else(|| format!("{text} is no amount in {currency}.")),
        }
    }

    fn id(&self) -> Read<String> {
        match self.cell(ID) {
            "" => Err("It has no id.".to_owned()),
            id => Ok(fold::one_line(id, 200)),
        }
    }

    fn customer(&self) -> Customer {
        let id = self.cell(&["customerid", "customer"]);
        Customer {
            id: if id.contains('@') { String::new() } else { id.to_owned() },
            email: self.cell(&["customeremail", "email"]).to_owned(),
            name: self.cell(&["customername", "customerdescription"]).to_owned(),
        }
    }

    fn subscription(&self) -> Read<Subscribed> {
        let currency = self.currency()?;
        let quantity: i64 = match self.cell(&["quantity"]) {
            "" => 1,
            text => text.parse().map_err(|_| format!("{text} is no number of things."))?,
        };
        let price = self.money(AMOUNT, currency)?.ok_or("It has no amount.")?;
        let count = self.cell(&["intervalcount"]).parse().unwrap_or(1);
        let (start, trial) = (self.day(START)?, self.day(&["trialend"])?);
        let status = self.cell(&["status"]).to_lowercase();
        let start = start.ok_or("It does not say when it began.")?;
        let first = trial.filter(|it| *it > start).unwrap_or(start);
        let (months, paid) = self.paid(first, quantity, (price, count), currency)?;
        let ended = self.day(&["endedat", "ended"])?;
        let period_end = self.day(&["currentperiodend"])?;
        let cancelled = self.day(&["canceledat", "cancelledat"])?;
        let at_end = self.cell(&["cancelatperiodend"]).eq_ignore_ascii_case("true");
        Ok(Subscribed {
            id: self.id()?,
            customer: self.customer(),
            currency,
            items: vec![Item {
                key: String::new(),
                product: fold::one_line(self.cell(&["product", "productname"]), 200),
                plan: fold::one_line(self.cell(&["plan", "planname", "price"]), 200),
                months,
                paid,
            }],
            start: first,
            end: match status.as_str() {
                "canceled" | "cancelled" => ended.or(cancelled).or(period_end),
                _ if at_end => period_end,
                _ => ended,
            }
            .map(|end| end.max(first)),
            status,
            period_end,
        })
    }

    /// What is paid of an interval from which day on, and how many months that has.
    fn paid(
        &self,
        first: i64,
        quantity: i64,
        (price, count): (i64, i64),
        currency: Currency,
    ) -> Read<(i64, Vec<Paid>)> {
        let amount = price.checked_mul(quantity).ok_or("This amount is too large.")?;
        let whole = Whole { product: String::new(), amount, own: Vec::new() };
        let off = self.discount(currency, first)?;
        let (mut months, mut paid) = (1, Vec::new());
        for (day, left) in discount::schedule(&[whole], off.as_slice(), first) {
            let word = self.cell(&["interval", "billinginterval"]);
            let (every, amount) = interval(word, count, left[0])?;
            months = every;
            paid.push(Paid::whole(day, quantity, amount));
        }
        Ok((months, paid))
    }

    /// What a coupon takes off. The file that Stripe writes names it, and no more: what it takes
    /// off stands in columns of one's own, or the row cannot be taken in.
    fn discount(&self, currency: Currency, first: i64) -> Read<Vec<Discount>> {
        let coupon = self.cell(&["coupon", "couponid", "discount", "discounts"]);
        let percent = self.cell(&["percentoff", "couponpercentoff", "discountpercentoff"]);
        let amount =
            self.money(&["amountoff", "couponamountoff", "discountamountoff"], currency)?;
        let off = match (percent.trim_end_matches('%').trim(), amount) {
            ("", None) if coupon.is_empty() => return Ok(Vec::new()),
            ("", None) => {
                return Err(format!(
                    "It has the coupon {coupon}, and the file does not say what that takes off. Add the columns Percent Off or Amount Off, Duration, and Discount End, or send the subscription by the API."
                ));
            }
            ("", Some(amount)) => Off::Amount(amount),
            (text, _) => {
                let percent = text.replace(',', ".").parse();
                discount::share(percent.map_err(|_| format!("{text} is no per cent."))?)?
            }
        };
        let duration = self.cell(&["duration", "couponduration", "discountduration"]);
        let until = self.day(&["discountend", "couponend"])?;
        let from = self.day(&["discountstart", "couponstart"])?.unwrap_or(first);
        let months = self.cell(&["durationinmonths", "coupondurationinmonths"]).parse().ok();
        let lasts = discount::lasts(&duration.to_lowercase(), Some(from), until, months)?;
        let discount =
            lasts.map(|until| Discount { off, from: Some(from), until, products: Vec::new() });
        Ok(discount.into_iter().collect())
    }

    fn invoice(&self) -> Read<Billed> {
        let currency = self.currency()?;
        let amount = self.money(TOTAL, currency)?.ok_or("It has no amount.")?;
        let issued = self.day(ISSUED)?.ok_or("It does not say when it was issued.")?;
        let yes = |names: &[&str]| self.cell(names).eq_ignore_ascii_case("true");
        let status = match self.cell(&["status"]).to_lowercase().as_str() {
            "" if yes(&["paid"]) => Status::Paid,
            "" if yes(&["closed"]) || yes(&["forgiven"]) => Status::Uncollectible,
            "" => Status::Open,
            word => word.parse().map_err(|_| format!("{word} is no state of an invoice."))?,
        };
        let paid = self.money(&["amountpaid"], currency)?;
        Ok(Billed {
            id: self.id()?,
            customer: self.customer(),
            number: fold::one_line(self.cell(&["number", "invoicenumber"]), 100),
            currency,
            amount,
            paid: if status == Status::Paid { amount } else { paid.unwrap_or(0) },
            issued,
            due: self.day(&["duedate", "due"])?.unwrap_or(issued).max(issued),
            paid_day: self.day(&["paidat", "statustransitionspaidat"])?,
            status,
            subscription: self.cell(&["subscription", "subscriptionid"]).to_owned(),
        })
    }
}

/// How many months an interval has. Weeks and days are brought to a year.
pub(super) fn interval(word: &str, count: i64, price: i64) -> Read<(i64, i64)> {
    let count = count.max(1);
    let yearly = |times: i64| {
        let year = i128::from(price) * i128::from(times);
        let each = (year + i128::from(count / 2)) / i128::from(count);
        i64::try_from(each).map(|it| (12, it)).map_err(|_| "This amount is too large.".to_owned())
    };
    match word.trim().to_lowercase().as_str() {
        "month" | "monthly" => Ok((count, price)),
        "quarter" | "quarterly" => Ok((3 * count, price)),
        "year" | "yearly" | "annual" => Ok((12 * count, price)),
        "week" | "weekly" => yearly(52),
        "day" | "daily" => yearly(365),
        "" => Err("It does not say how often it is paid.".to_owned()),
        other => match other.strip_suffix(" months").and_then(|it| it.parse().ok()) {
            Some(months) => Ok((months, price)),
            None => Err(format!("{other} is no interval, such as month or year.")),
        },
    }
}
