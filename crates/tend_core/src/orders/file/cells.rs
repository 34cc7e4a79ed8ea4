//! The cells of a table of orders.

use std::collections::HashMap;

use jiff::{Timestamp, civil, fmt::strtime, tz::TimeZone};

use super::{Read, Row};
use crate::{
    Result,
    customers::sheet::Line,
    error::refused,
    fold,
    money::Currency,
    orders::{
        Fulfilment, Payment, Way,
        parts::{Buyer, Item, Money, Parcel, State},
    },
};

/// Something in a file that can't be taken in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wrong {
    /// As a spreadsheet counts: the header is 1.
    pub row: i64,
    /// The name of the column; empty for the whole row.
    pub column: String,
    /// A sentence.
    pub why: String,
}

impl Wrong {
    pub(super) fn of_row(row: i64, why: &str) -> Self {
        Self { row, column: String::new(), why: why.to_owned() }
    }
}

/// What a column may be called, whatever its place: shops' own exports are among them.
const NUMBER: &[&str] = &["order", "ordernumber", "orderno", "number", "name", "orderid"];
const EMAIL: &[&str] = &["email", "customeremail", "billingemail"];
const CUSTOMER: &[&str] = &["customer", "customername", "billingname", "buyer"];
const PHONE: &[&str] = &["phone", "customerphone", "billingphone"];
const STATUS: &[&str] = &["status", "orderstatus"];
const PAYMENT: &[&str] = &["payment", "financialstatus", "paymentstatus"];
const FULFILMENT: &[&str] = &["fulfilment", "fulfillmentstatus", "fulfilmentstatus"];
const PLACED: &[&str] = &["placed", "placedat", "orderdate", "date", "createdat", "created"];
const PAID: &[&str] = &["paid", "paidat"];
const SHIPPED: &[&str] = &["shipped", "shippedat", "fulfilledat"];
const DELIVERED: &[&str] = &["delivered", "deliveredat"];
const CANCELLED: &[&str] = &["cancelled", "cancelledat", "canceledat"];
const PRODUCT: &[&str] = &["product", "productname", "lineitemname", "item", "title"];
const SKU: &[&str] = &["sku", "lineitemsku"];
const QUANTITY: &[&str] = &["quantity", "qty", "lineitemquantity"];
const PRICE: &[&str] = &["price", "unitprice", "lineitemprice"];
const CURRENCY: &[&str] = &["currency"];
const TOTAL: &[&str] = &["total", "ordertotal"];
const TAX: &[&str] = &["tax", "taxes", "totaltax"];
const SHIPPING: &[&str] = &["shipping", "shippingtotal"];
const DISCOUNT: &[&str] = &["discount", "discountamount", "discounttotal"];
const REFUNDED: &[&str] = &["refunded", "refundedamount"];
const TRACKING: &[&str] = &["tracking", "trackingnumber"];
const CARRIER: &[&str] = &["carrier", "shippingcompany", "trackingcompany"];
const TRACKING_URL: &[&str] = &["trackingurl", "trackinglink"];

/// Where the columns are, whatever their order.
#[derive(Clone, Debug)]
pub struct Columns {
    /// As they stand in the file, and as they are compared.
    names: Vec<(String, String)>,
}

impl Columns {
    /// # Errors
    /// Refused, with the names that are missing.
    pub fn of(header: &[String]) -> Result<Self> {
        let bare =
            |it: &String| it.to_lowercase().replace(|c: char| !c.is_ascii_alphanumeric(), "");
        let it = Self { names: header.iter().map(|it| (it.clone(), bare(it))).collect() };
        let needed =
            [("Order", NUMBER), ("Placed", PLACED), ("Product", PRODUCT), ("Price", PRICE)];
        let missing: Vec<&str> =
            needed.iter().filter(|(_, names)| it.at(names).is_none()).map(|it| it.0).collect();
        match missing.is_empty() {
            true => Ok(it),
            false => Err(refused(format!(
                "This is no table of orders: it has no column {}.",
                missing.join(", and none ")
            ))),
        }
    }

    fn at(&self, names: &[&str]) -> Option<usize> {
        names.iter().find_map(|name| self.names.iter().position(|it| it.1 == *name))
    }

    /// What somebody called the column of the file.
    fn called(&self, names: &[&str]) -> String {
        self.at(names).map_or(String::new(), |at| self.names[at].0.clone())
    }
}

struct Reader<'a> {
    columns: &'a Columns,
    zone: &'a TimeZone,
    home: Currency,
    wrong: Vec<Wrong>,
}

/// Puts the rows of each order together, in the order in which orders stand first.
pub(super) fn read(columns: &Columns, lines: &[Line], zone: &TimeZone, home: Currency) -> Read {
    let mut it = Reader { columns, zone, home, wrong: Vec::new() };
    let mut places: HashMap<String, usize> = HashMap::new();
    let mut groups: Vec<(String, Vec<&Line>)> = Vec::new();
    for line in lines {
        let number = fold::one_line(it.cell(line, NUMBER), 200);
        if number.is_empty() {
            it.say(line, NUMBER, "There is no order number.");
            continue;
        }
        let place = *places.entry(number.clone()).or_insert_with(|| {
            groups.push((number, Vec::new()));
            groups.len() - 1
        });
        groups[place].1.push(line);
    }
    let mut orders = Vec::new();
    for (number, lines) in groups {
        let before = it.wrong.len();
        let state = it.order(&number, &lines);
        if let Some(state) = state.filter(|_| it.wrong.len() == before) {
            orders.push(Row { key: number, row: lines[0].number, state });
        }
    }
    it.wrong.sort_by_key(|it| it.row);
    Read { orders, wrong: it.wrong }
}

impl<'a> Reader<'a> {
    fn cell(&self, line: &'a Line, names: &[&str]) -> &'a str {
        let at = self.columns.at(names);
        at.and_then(|at| line.cells.get(at))
            .map_or("", |it| crate::customers::sheet::bare(it).trim())
    }

    fn say(&mut self, line: &Line, names: &[&str], why: impl Into<String>) {
        let column = self.columns.called(names);
        self.wrong.push(Wrong { row: line.number, column, why: why.into() });
    }

    /// What the rows of an order say of all of it: the first that says anything; another one must
    /// say the same.
    fn of_order(&mut self, lines: &[&'a Line], names: &[&str]) -> (&'a Line, &'a str) {
        let said: Vec<(&Line, &str)> = lines
            .iter()
            .map(|line| (*line, self.cell(line, names)))
            .filter(|it| !it.1.is_empty())
            .collect();
        let Some((first, text)) = said.first().copied() else { return (lines[0], "") };
        if let Some((line, _)) = said.iter().find(|it| it.1 != text) {
            self.say(line, names, format!("Row {} says {text} of this order.", first.number));
        }
        (first, text)
    }

    fn time(&mut self, lines: &[&'a Line], names: &[&str]) -> Option<Timestamp> {
        let (line, text) = self.of_order(lines, names);
        if text.is_empty() {
            return None;
        }
        let found = moment(text, self.zone);
        if found.is_none() {
            self.say(line, names, format!("{text} is no time, such as 2026-11-20 09:14."));
        }
        found
    }

    fn money(&mut self, line: &'a Line, names: &[&str], text: &str, of: Currency) -> Option<i64> {
        match of.read(text) {
            Some(it) => Some(it),
            None => {
                self.say(line, names, format!("{text} is no amount of {of}."));
                None
            }
        }
    }

    fn sum(&mut self, lines: &[&'a Line], names: &[&str], of: Currency) -> Option<i64> {
        let (line, text) = self.of_order(lines, names);
        if text.is_empty() { None } else { self.money(line, names, text, of) }
    }

    fn currency(&mut self, lines: &[&'a Line]) -> Currency {
        let (line, text) = self.of_order(lines, CURRENCY);
        match text.parse() {
            Ok(it) => it,
            Err(_) => {
                if !text.is_empty() {
                    self.say(line, CURRENCY, format!("{text} is no currency, such as EUR."));
                }
                self.home
            }
        }
    }

    fn item(&mut self, line: &'a Line, at: usize, of: Currency) -> Option<Item> {
        let title = fold::one_line(self.cell(line, PRODUCT), 300);
        if title.is_empty() {
            self.say(line, PRODUCT, "There is no product.");
            return None;
        }
        let quantity = match self.cell(line, QUANTITY) {
            "" => 1,
            text => match text.parse::<i64>() {
                Ok(it) if (1..=1_000_000).contains(&it) => it,
                _ => {
                    self.say(line, QUANTITY, format!("{text} is no quantity from 1 up."));
                    return None;
                }
            },
        };
        let text = self.cell(line, PRICE);
        let price = self.money(line, PRICE, text, of)?;
        let sku = fold::one_line(self.cell(line, SKU), 100);
        Some(Item { id: (at + 1).to_string(), title, sku, quantity, price })
    }

    fn order(&mut self, number: &str, lines: &[&'a Line]) -> Option<State> {
        let currency = self.currency(lines);
        let items: Vec<Item> = lines
            .iter()
            .enumerate()
            .filter_map(|(at, line)| self.item(line, at, currency))
            .collect();
        let placed = self.time(lines, PLACED);
        if placed.is_none() && self.columns.at(PLACED).is_some() && self.wrong.is_empty() {
            self.say(lines[0], PLACED, "There is no time at which it was placed.");
        }
        let (payment, fulfilment, far) = self.standing(lines)?;
        let shipping = self.sum(lines, SHIPPING, currency).unwrap_or(0);
        let discount = self.sum(lines, DISCOUNT, currency).unwrap_or(0);
        let of_items = items.iter().map(|it| it.price.saturating_mul(it.quantity)).sum::<i64>();
        let total = self.sum(lines, TOTAL, currency);
        let total = total.unwrap_or(of_items + shipping - discount);
        let paid_at = self.time(lines, PAID);
        let refunded = self.sum(lines, REFUNDED, currency);
        let refunded = refunded.unwrap_or(if payment == Payment::Refunded { total } else { 0 });
        let cancelled = self.time(lines, CANCELLED);
        let money = payment.is_paid().then(|| Money {
            id: "paid".to_owned(),
            method: String::new(),
            amount: total,
            state: Payment::Paid,
            paid_at: paid_at.or(placed),
        });
        Some(State {
            number: number.to_owned(),
            placed_at: placed?,
            cancelled_at: cancelled.or(placed.filter(|_| far == Far::Cancelled)),
            currency,
            total,
            tax: self.sum(lines, TAX, currency).unwrap_or(0),
            shipping,
            discount,
            payment,
            fulfilment,
            url: String::new(),
            buyer: self.buyer(lines),
            items,
            parcels: self.parcels(lines, fulfilment, far),
            payments: money.into_iter().collect(),
            refunds: Vec::new(),
            refunded,
        })
    }

    fn buyer(&mut self, lines: &[&'a Line]) -> Buyer {
        let (line, email) = self.of_order(lines, EMAIL);
        if !email.is_empty() && fold::email(email).is_none() {
            self.say(line, EMAIL, format!("{email} is no address."));
        }
        let phone = self.of_order(lines, PHONE).1.to_owned();
        let name = fold::one_line(self.of_order(lines, CUSTOMER).1, 200);
        Buyer { id: String::new(), email: email.to_owned(), phone, name }
    }

    fn standing(&mut self, lines: &[&'a Line]) -> Option<(Payment, Fulfilment, Far)> {
        let (line, word) = self.of_order(lines, STATUS);
        let Some(mut it) = status(word) else {
            self.say(
                line,
                STATUS,
                format!(
                    "{word} is no status: write pending, paid, shipped, delivered, cancelled, \
                     refunded, partially_refunded, returned or failed."
                ),
            );
            return None;
        };
        // A file that has a place for when they were paid says of the others that they are not.
        if word.is_empty() && self.columns.at(PAID).is_some() && self.time(lines, PAID).is_none() {
            it.0 = Payment::Pending;
        }
        let (line, word) = self.of_order(lines, PAYMENT);
        match bare(word).parse() {
            _ if word.is_empty() => {}
            Ok(payment) => it.0 = payment,
            Err(why) => self.say(line, PAYMENT, why),
        }
        let (line, word) = self.of_order(lines, FULFILMENT);
        match bare(word).parse() {
            _ if word.is_empty() => {}
            Ok(fulfilment) => it.1 = fulfilment,
            Err(why) => self.say(line, FULFILMENT, why),
        }
        Some(it)
    }

    /// A parcel for each tracking number; one without, if it is only said that it left.
    fn parcels(&mut self, lines: &[&'a Line], how: Fulfilment, far: Far) -> Vec<Parcel> {
        let (shipped, delivered) = (self.time(lines, SHIPPED), self.time(lines, DELIVERED));
        if delivered.zip(shipped).is_some_and(|(delivered, shipped)| delivered < shipped) {
            let (line, _) = self.of_order(lines, DELIVERED);
            self.say(line, DELIVERED, "It came before it left.");
        }
        let came = delivered.is_some() || far == Far::Delivered;
        let parcel = |id: String, carrier: &str, url: &str| Parcel {
            carrier: fold::one_line(carrier, 100),
            tracking: id.clone(),
            url: url.to_owned(),
            state: if came { Way::Delivered } else { Way::InTransit },
            shipped_at: shipped,
            delivered_at: delivered,
            changed_at: delivered.or(shipped),
            id,
        };
        let mut all: Vec<Parcel> = Vec::new();
        for line in lines {
            let tracking = fold::one_line(self.cell(line, TRACKING), 200);
            if !tracking.is_empty() && !all.iter().any(|it| it.id == tracking) {
                let (carrier, url) = (self.cell(line, CARRIER), self.cell(line, TRACKING_URL));
                all.push(parcel(tracking, carrier, url));
            }
        }
        let left = how == Fulfilment::Fulfilled && (came || shipped.is_some());
        if all.is_empty() && left {
            all.push(Parcel { tracking: String::new(), ..parcel("1".to_owned(), "", "") });
        }
        all
    }
}

/// How far an order is beside its payment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Far {
    Open,
    Delivered,
    Cancelled,
}

fn bare(word: &str) -> String {
    word.trim().to_lowercase().replace([' ', '-'], "_")
}

fn status(word: &str) -> Option<(Payment, Fulfilment, Far)> {
    use Fulfilment::{Fulfilled, Partial, Returned, Unfulfilled};
    Some(match bare(word).as_str() {
        "pending" | "unpaid" | "on_hold" | "pending_payment" => {
            (Payment::Pending, Unfulfilled, Far::Open)
        }
        "authorized" => (Payment::Authorized, Unfulfilled, Far::Open),
        "" | "paid" | "processing" | "open" => (Payment::Paid, Unfulfilled, Far::Open),
        "partially_shipped" | "partial" => (Payment::Paid, Partial, Far::Open),
        "shipped" | "fulfilled" | "completed" | "complete" => (Payment::Paid, Fulfilled, Far::Open),
        "delivered" => (Payment::Paid, Fulfilled, Far::Delivered),
        "cancelled" | "canceled" => (Payment::Voided, Unfulfilled, Far::Cancelled),
        "refunded" => (Payment::Refunded, Fulfilled, Far::Open),
        "partially_refunded" => (Payment::PartiallyRefunded, Fulfilled, Far::Open),
        "returned" => (Payment::Refunded, Returned, Far::Open),
        "failed" => (Payment::Failed, Unfulfilled, Far::Open),
        _ => return None,
    })
}

/// A time as files write it; one without a zone is where the company is.
fn moment(text: &str, zone: &TimeZone) -> Option<Timestamp> {
    if let Ok(it) = text.parse() {
        return Some(it);
    }
    if let Ok(it) = strtime::parse("%Y-%m-%d %H:%M:%S %z", text) {
        return it.to_timestamp().ok();
    }
    let here = |it: civil::DateTime| Some(it.to_zoned(zone.clone()).ok()?.timestamp());
    for form in ["%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M", "%d.%m.%Y %H:%M"] {
        if let Ok(it) = strtime::parse(form, text) {
            return here(it.to_datetime().ok()?);
        }
    }
    for form in ["%Y-%m-%d", "%d.%m.%Y"] {
        if let Ok(it) = strtime::parse(form, text) {
            return here(it.to_date().ok()?.at(12, 0, 0, 0));
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(rows: &[&str]) -> Read {
        let text = rows.join("\n");
        let table = crate::customers::sheet::read(text.as_bytes()).expect("a table");
        let columns = Columns::of(&table.header).expect("columns");
        read(&columns, &table.rows, &TimeZone::UTC, "EUR".parse().expect("a currency"))
    }

    #[test]
    fn rows_of_one_number_are_one_order_wherever_they_stand() {
        let it = file(&[
            "Order,Email,Status,Placed,Product,Quantity,Price,Currency,Tracking,Shipping",
            "#7,anna@example.com,shipped,2026-11-01 10:00,Probe,2,89.00,EUR,T1,5.90",
            "#8,,pending,2026-11-02,Mount,1,19.90,EUR,,",
            "#7,,,,Gateway,1,139.00,,T2,",
        ]);
        assert_eq!(it.wrong, []);
        let [first, second] = it.orders.as_slice() else { panic!("{:?}", it.orders) };
        assert_eq!((first.state.items.len(), first.state.parcels.len()), (2, 2));
        assert_eq!((first.state.total, first.state.shipping), (2 * 8_900 + 13_900 + 590, 590));
        assert_eq!(first.state.placed_at.to_string(), "2026-11-01T10:00:00Z");
        assert_eq!((second.state.payment, second.state.total), (Payment::Pending, 1_990));
    }

    #[test]
    fn an_empty_status_is_paid_only_where_nothing_else_says_when() {
        let payments = |head: &str, rows: &[&str]| -> Vec<Payment> {
            let all: Vec<&str> = [head].into_iter().chain(rows.iter().copied()).collect();
            file(&all).orders.into_iter().map(|it| it.state.payment).collect()
        };
        let rows = ["1,a@example.com,,2026-11-01,Probe,1,1.00"];
        assert_eq!(
            payments("Order,Email,Status,Placed,Product,Quantity,Price", &rows),
            [Payment::Paid]
        );
        let head = "Order,Email,Status,Placed,Paid,Product,Quantity,Price";
        let rows = [
            "1,a@example.com,,2026-11-01,,Probe,1,1.00",
            "2,a@example.com,,2026-11-01,2026-11-02,Probe,1,1.00",
            "3,a@example.com,shipped,2026-11-01,,Probe,1,1.00",
        ];
        assert_eq!(payments(head, &rows), [Payment::Pending, Payment::Paid, Payment::Paid]);
        let late = file(&[
            "Order,Email,Placed,Shipped,Delivered,Product,Quantity,Price",
            "1,a@example.com,2026-11-01,2026-11-04,2026-11-03,Probe,1,1.00",
        ]);
        assert_eq!((late.orders.len(), late.wrong[0].column.as_str()), (0, "Delivered"));
    }

    #[test]
    fn what_is_wrong_is_said_by_row_and_column_and_leaves_its_order_out() {
        let it = file(&[
            "Order,Email,Status,Placed,Product,Quantity,Price",
            "1,anna,paid,2026-11-01,Probe,2,89.00",
            "2,b@example.com,lost,2026-11-01,Probe,1,89.00",
            "3,c@example.com,paid,yesterday,Probe,0,dear",
            ",d@example.com,paid,2026-11-01,Probe,1,1.00",
            "4,e@example.com,paid,2026-11-01,Probe,1,1.00",
            "4,f@example.com,paid,2026-11-01,Mount,1,1.00",
            "5,g@example.com,paid,2026-11-01,,1,1.00",
            "6,h@example.com,paid,2026-11-01,Probe,1,1.00",
        ]);
        let places: Vec<_> = it.wrong.iter().map(|it| (it.row, it.column.as_str())).collect();
        assert_eq!(
            places,
            [
                (2, "Email"),
                (3, "Status"),
                (4, "Quantity"),
                (4, "Placed"),
                (5, "Order"),
                (7, "Email"),
                (8, "Product")
            ]
        );
        assert_eq!(it.orders.iter().map(|it| it.key.as_str()).collect::<Vec<_>>(), ["6"]);
    }
}
