//! Of which shop a message is: an app of Shopify's signs with one secret for all shops that have it,
//! so a signature says whose app it is and not whose order.

use tend_store::Tx;

use super::{ShopId, shops};
use crate::Result;

/// In which every shop of Shopify's has its name, whatever address its customers see.
const SHOPIFY: &str = ".myshopify.com";

/// The host in the address of a shop; empty if none is known.
pub(super) fn own(tx: &mut Tx, shop: ShopId) -> Result<String> {
    let address = shops::fetch(tx, shop)?.address.to_lowercase();
    let place = address.split_once("://").map_or(address.as_str(), |it| it.1);
    Ok(place.split(['/', ':']).next().unwrap_or_default().to_owned())
}

/// Whether a host is a shop's name in Shopify's domain.
pub(super) fn is_shopifys(host: &str) -> bool {
    host.ends_with(SHOPIFY)
}

/// Why a message is not taken in that says to be of `domain`: it is of another shop than this one.
///
/// Only an address in Shopify's own domain is compared: that is what messages name, always. A shop
/// that was entered by the address which its customers see, or by none, takes what is signed, as
/// nothing tells whether the two are one. Which one it is, is not learned from what comes first:
/// that may be the other shop's.
pub(super) fn of_another(tx: &mut Tx, shop: ShopId, domain: &str) -> Result<Option<String>> {
    let own = own(tx, shop)?;
    let is_other = is_shopifys(domain) && is_shopifys(&own) && own != domain;
    Ok(is_other.then(|| format!("It is of another shop, {domain}.")))
}
