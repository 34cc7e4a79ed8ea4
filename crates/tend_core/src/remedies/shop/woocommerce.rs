//! WooCommerce: refunds of an order, found again by the mark in their reason, and coupons, found
//! again by their code.

use serde_json::{Value, json};

use super::{Carried, Errand, Kind, Looked, Question, Said, encoded};
use crate::orders::json::{amount, list, text};

pub(super) fn look(it: &Errand, code: &str) -> Question {
    let at = format!("{}/wp-json/wc/v3", it.address);
    let url = match it.kind {
        Kind::Discount => format!("{at}/coupons?code={}", encoded(&code.to_lowercase())),
        // The order holds its refunds, each with its reason.
        _ => format!("{at}/orders/{}", encoded(&it.order_key)),
    };
    Question { url, body: None, idempotency_key: None }
}

pub(super) fn looked(it: &Errand, code: &str, json: &Value) -> Result<Looked, String> {
    if it.kind == Kind::Discount {
        let Some(all) = json.as_array() else { return Err("The answer is no list.".to_owned()) };
        let ours = all.iter().find(|it| text(&it["code"]).eq_ignore_ascii_case(code));
        let found = ours.map(|it| carried(it, code));
        return Ok(Looked { found, ..Looked::default() });
    }
    let Some(total) = amount(it.currency, &json["total"]) else {
        return Err("The answer is no order.".to_owned());
    };
    let refunds = || list(&json["refunds"]);
    let back: i64 =
        refunds().filter_map(|one| amount(it.currency, &one["total"])).map(i64::abs).sum();
    let ours = refunds().find(|one| text(&one["reason"]).contains(&it.mark()));
    Ok(Looked {
        found: ours.map(|it| carried(it, "")),
        refundable: Some((total - back).max(0)),
        ..Looked::default()
    })
}

fn carried(it: &Value, code: &str) -> Carried {
    Carried { reference: text(&it["id"]), code: code.to_owned() }
}

/// A coupon is for one use, for who has the address, and for 365 days. The gateway gives the money
/// back (`api_refund`), and nothing goes back to the stock.
pub(super) fn tell(it: &Errand, code: &str) -> Question {
    let sum = it.currency.plain(it.amount);
    let (url, body) = match it.kind {
        Kind::Discount => {
            let until = it.now.checked_add(jiff::SignedDuration::from_hours(24 * 365));
            let mut coupon = json!({
                "code": code.to_lowercase(), "amount": sum, "discount_type": "fixed_cart",
                "usage_limit": 1, "individual_use": true, "description": it.note(),
                "date_expires_gmt": until.map(|it| format!("{it:.0}")).unwrap_or_default().trim_end_matches('Z'),
            });
            if !it.email.is_empty() {
                coupon["email_restrictions"] = json!([it.email]);
            }
            ("coupons".to_owned(), coupon)
        }
        _ => (
            format!("orders/{}/refunds", encoded(&it.order_key)),
            json!({ "amount": sum, "reason": it.note(), "api_refund": true }),
        ),
    };
    Question {
        url: format!("{}/wp-json/wc/v3/{url}", it.address),
        body: Some(("application/json", body.to_string())),
        idempotency_key: None,
    }
}

pub(super) fn told(code: &str, json: &Value) -> Said {
    let code = if text(&json["code"]).is_empty() { "" } else { code };
    match text(&json["id"]).is_empty() {
        false => Said::Done(carried(json, code)),
        true => Said::Unclear("What the shop made has no id.".to_owned()),
    }
}
