//! Tables of rows that can be opened.

use maud::{Markup, Render, html};

use super::sample::{Sample, sample};

#[derive(Clone, Debug)]
struct Column {
    label: String,
    at_end: bool,
    hidden: bool,
}

/// A table; see [`table`].
#[derive(Clone, Debug)]
pub struct Table {
    caption: String,
    columns: Vec<Column>,
    stick: bool,
    tight: bool,
    wide: bool,
}

/// A table. The caption is read out and not shown: the page has its title. Where it is narrow, each
/// row becomes a small block: its head and its last cell above, the others below; a cell whose
/// value says nothing alone carries `data-label`.
///
/// ```text
/// use maud::html;
/// use tend_views::parts::table;
/// let shown = table("Teams").col("Name").col_end("Agents").rows(html! {
///     tr { th scope="row" { a href="/settings/teams/tem_1" { "Support" } } td.is-end { "7" } }
/// });
/// ```
pub fn table(caption: impl Into<String>) -> Table {
    Table { caption: caption.into(), columns: Vec::new(), stick: false, tight: false, wide: false }
}

impl Table {
    /// A column of words.
    pub fn col(mut self, label: impl Into<String>) -> Self {
        self.columns.push(Column { label: label.into(), at_end: false, hidden: false });
        self
    }
    /// A column of figures; its cells carry `.is-end`.
    pub fn col_end(mut self, label: impl Into<String>) -> Self {
        self.columns.push(Column { label: label.into(), at_end: true, hidden: false });
        self
    }
    /// A column whose heading is only read out: boxes, buttons.
    pub fn col_quiet(mut self, label: impl Into<String>) -> Self {
        self.columns.push(Column { label: label.into(), at_end: false, hidden: true });
        self
    }
    /// The heading stays while the rows move.
    pub fn stick(mut self) -> Self {
        self.stick = true;
        self
    }
    /// Rows of 28 px.
    pub fn tight(mut self) -> Self {
        self.tight = true;
        self
    }
    /// Figures that are compared by column: it moves sideways where it is narrow.
    pub fn wide(mut self) -> Self {
        self.wide = true;
        self
    }
    /// The table with these `tr` in its body; the first cell of each is `th scope="row"`.
    pub fn rows(&self, rows: impl Render) -> Markup {
        // What moves sideways has to be reached by the keyboard, and has a name.
        let moves = |it: &'static str| self.wide.then_some(it);
        html! {
            div.table-wrap tabindex=[moves("0")] role=[moves("region")] aria-label=[self.wide.then_some(&self.caption)] {
                table.table.table-folds[!self.wide].table-wide[self.wide].table-stick[self.stick].table-tight[self.tight] {
                    caption.u-hidden-visually { (self.caption) }
                    thead { tr {
                        @for it in &self.columns {
                            th.is-end[it.at_end] scope="col" {
                                span.u-hidden-visually[it.hidden] { (it.label) }
                            }
                        }
                    } }
                    tbody { (rows) }
                }
            }
        }
    }
}

/// Names and values, one under the other.
pub fn pairs(them: &[(&str, Markup)]) -> Markup {
    html! { dl.panel-pairs { @for (name, value) in them { dt { (name) } dd { (value) } } } }
}

pub fn samples() -> Vec<Sample> {
    let rows = html! {
        tr { th scope="row" { a.u-cover href="#" { "Support" } } td { "support@kestrelclimate.example" } td.is-end data-label="Open" { "86" } }
        tr.is-selected { th scope="row" { a.u-cover href="#" { "Orders, chosen" } } td { "orders@kestrelclimate.example" } td.is-end data-label="Open" { "4" } }
        tr.is-focus { th scope="row" { a.u-cover href="#" { "Shop, focus" } } td { "shop" } td.is-end data-label="Open" { "0" } }
    };
    let shown = table("Inboxes").col("Name").col("Address").col_end("Open").rows(rows);
    vec![
        sample("rows", shown),
        sample(
            "pairs",
            pairs(&[
                ("Server", html! { "imap.kestrelclimate.example" }),
                ("Port", html! { "993" }),
            ]),
        ),
    ]
}
