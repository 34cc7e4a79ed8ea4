//! The document around every page.

use maud::{DOCTYPE, Markup, Render, html};

use crate::{
    parts::{Icon, Now, icon_button, mark},
    shell::{self, NavGroup, Side},
    urls,
};

/// What every page needs to know, whoever looks at it.
#[derive(Clone, Debug)]
pub struct Frame {
    /// Where the assets are, with their fingerprint and without a slash at the end: `/assets/3f9a27c1`.
    pub assets: String,
    /// The session's token against forged requests.
    pub csrf: String,
    /// The company's name.
    pub company: String,
    pub now: Now,
    pub me: Me,
    pub side: Side,
    /// The address of the sidebar's entry that this page belongs to.
    pub at: String,
    /// How far the journal had come when this page was read; the live stream goes on from there.
    pub position: i64,
}

/// The agent who looks.
#[derive(Clone, Debug)]
pub struct Me {
    pub id: String,
    pub name: String,
    pub picture: Option<String>,
    /// A few words below the name: `On until 18:00`, `Away`.
    pub state: String,
    pub is_here: bool,
    /// Whether they may take in what customers pay.
    pub may_import_money: bool,
    /// Notifications that were not read.
    pub unread: i64,
}

/// A page for an agent; see [`page`].
#[derive(Clone, Debug)]
pub struct Page<'a> {
    frame: &'a Frame,
    title: String,
    bar: Option<Markup>,
    fixed: bool,
}

/// A page for an agent: sidebar and work. The title stands in the window and, if nothing else is said, in the bar.
pub fn page<'a>(frame: &'a Frame, title: impl Into<String>) -> Page<'a> {
    Page { frame, title: title.into(), bar: None, fixed: false }
}

impl Page<'_> {
    /// What stands at the end of the bar: buttons, tabs.
    pub fn bar(mut self, bar: impl Render) -> Self {
        self.bar = Some(bar.render());
        self
    }
    /// As high as the window; its regions scroll by themselves and bring their own heads.
    pub fn fixed(mut self) -> Self {
        self.fixed = true;
        self
    }
    /// The whole document around this work.
    pub fn shows(self, work: impl Render) -> Markup {
        let frame = self.frame;
        let body = html! {
            a.shell-skip href="#work" { "Skip to the work" }
            div.shell.shell-fixed[self.fixed] {
                (shell::side(frame))
                main.shell-main id="work" {
                    @if !self.fixed { (self.head()) }
                    (shell::offline())
                    (work)
                }
                (shell::dock(frame))
            }
            (shell::floats(frame))
        };
        document(&frame.assets, &format!("{} · Tend", self.title), Some(frame), body)
    }

    fn head(&self) -> Markup {
        html! {
            header.shell-bar {
                (side_button())
                h1.u-truncate { (self.title) }
                @if let Some(it) = &self.bar { div.shell-acts { (it) } }
            }
        }
    }
}

/// A page of the settings: their sections at the side, the work in a column that can be read.
/// `lead` says in a sentence what the section is for; `acts` are the buttons in its head.
pub fn settings_page(
    frame: &Frame,
    nav: &[NavGroup],
    here: &str,
    title: &str,
    lead: &str,
    acts: impl Render,
    work: impl Render,
) -> Markup {
    page(frame, title).fixed().shows(html! {
        div.settings {
            nav.settings-nav aria-label="Settings" {
                h2 { "Settings" }
                @for group in nav { (shell::nav_group(group, here)) }
            }
            div.settings-work {
                header.settings-head {
                    (side_button())
                    a.settings-back href=(urls::settings()) { "Settings" }
                    h1 { (title) }
                    div.shell-acts { (acts) }
                    @if !lead.is_empty() { p { (lead) } }
                }
                (work)
            }
        }
    })
}

/// On a narrow screen: opens the sidebar.
pub fn side_button() -> Markup {
    use crate::parts::Element;
    html! { (icon_button(Icon::Menu, "Menu").class("shell-menu").attr("popovertarget", "side")) }
}

/// A page for someone who is not signed in.
pub fn bare_page(assets: &str, title: &str, work: impl Render) -> Markup {
    document(assets, &format!("{title} · Tend"), None, work)
}

/// A page for customers, in the company's name: no sidebar, and nothing of ours.
pub fn customer_page(assets: &str, company: &str, title: &str, work: impl Render) -> Markup {
    let title = if company.is_empty() { title.to_owned() } else { format!("{title} · {company}") };
    document(assets, &title, None, work)
}

/// Brand and name, at the top of bare pages.
pub fn brand() -> Markup {
    html! { div.start-brand { (mark(26)) "Tend" } }
}

fn document(assets: &str, title: &str, frame: Option<&Frame>, body: impl Render) -> Markup {
    html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1, interactive-widget=resizes-content";
                meta name="referrer" content="same-origin";
                meta name="color-scheme" content="light dark";
                title { (title) }
                script src={ (assets) "/js/theme.js" } {}
                link rel="preload" href={ (assets) "/fonts/inter-latin.woff2" } as="font" type="font/woff2" crossorigin;
                link rel="stylesheet" href={ (assets) "/css/tend.css" };
                link rel="icon" href={ (assets) "/icons/mark.svg" } type="image/svg+xml";
                @match frame {
                    Some(it) => { (head_for_agents(it)) }
                    None => { script src={ (assets) "/js/start.js" } type="module" {} }
                }
            }
            body { (body) }
        }
    }
}

/// What only signed-in pages load.
fn head_for_agents(frame: &Frame) -> Markup {
    html! {
        meta name="csrf" content=(frame.csrf);
        meta name="htmx-config" content=r#"{"includeIndicatorCSS": false, "history": "reload", "morphSkip": "[data-keep]", "defaultSettleDelay": 0, "morphIgnore": ["data-htmx-powered", "open", "style"], "noSwap": [204, 304, "5xx"]}"#;
        meta name="live" content=(urls::live(frame.position));
        meta name="push" content=(frame.me.id);
        meta name="zone" content=(frame.now.zone.iana_name().unwrap_or("UTC"));
        script src={ (frame.assets) "/vendor/htmx.js" } defer {}
        script src={ (frame.assets) "/js/app.js" } type="module" {}
    }
}
