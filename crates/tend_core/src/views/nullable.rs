//! Lists over columns that may be NULL, without SQL's third truth.

use tend_store::Value;

use super::condition::Is;
use crate::conversations::list::Cond;

/// `column` is, or is not, one of `values`, or nothing at all if `nothing` is among the choices.
/// A column that is never NULL may be asked so too.
pub(crate) fn among(column: &str, is: Is, values: Vec<Value>, nothing: bool) -> Cond {
    let marks = vec!["?"; values.len()].join(", ");
    let any = values.is_empty();
    let text = match (is, any, nothing) {
        (Is::AnyOf, true, true) => format!("{column} IS NULL"),
        (Is::AnyOf, true, false) => "FALSE".to_owned(),
        (Is::AnyOf, false, true) => format!("({column} IS NULL OR {column} IN ({marks}))"),
        (Is::AnyOf, false, false) => format!("({column} IS NOT NULL AND {column} IN ({marks}))"),
        (Is::NoneOf, true, true) => format!("{column} IS NOT NULL"),
        (Is::NoneOf, true, false) => "TRUE".to_owned(),
        (Is::NoneOf, false, true) => {
            format!("({column} IS NOT NULL AND {column} NOT IN ({marks}))")
        }
        (Is::NoneOf, false, false) => format!("({column} IS NULL OR {column} NOT IN ({marks}))"),
    };
    Cond::new(text, values)
}
