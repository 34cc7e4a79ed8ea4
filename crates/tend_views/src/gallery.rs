//! Every part in every state, light and dark beside each other, and every page with its samples.

use maud::{Markup, html};

use crate::{
    layout::{Frame, Me, bare_page},
    parts::{self, Icon, Sample, time::sample_now},
    shell::{NavGroup, Side, nav, nav_below},
    urls,
};

/// The page of parts. `assets` as in [`Frame`].
pub fn gallery(assets: &str) -> Markup {
    bare_page(
        assets,
        "Gallery",
        html! {
            main.gallery {
                nav.gallery-pages aria-label="Pages" {
                    h1 { "Gallery" }
                    ul { @for it in pages() { li { a.link href=(urls::gallery_page(it.state)) { (it.state) } } } }
                }
                div.gallery-sides {
                    (side("light", "Light"))
                    (side("dark", "Dark"))
                }
            }
        },
    )
}

/// A page by its name in the gallery.
pub fn gallery_page(name: &str) -> Option<Markup> {
    pages().into_iter().find(|it| it.state == name).map(|it| it.html)
}

fn side(theme: &'static str, title: &str) -> Markup {
    html! {
        section.gallery-side data-theme=(theme) aria-label=(title) {
            h2 { (title) }
            @for (part, samples) in parts::all_samples() {
                section.gallery-part {
                    h3 { (part) }
                    @for it in samples { figure.gallery-state { figcaption { (it.state) } (apart(theme, &it)) } }
                }
            }
        }
    }
}

/// The same part stands on the page twice; what refers to an id must find its own.
fn apart(theme: &str, it: &Sample) -> Markup {
    let mut html = it.html.0.clone();
    for attr in [
        "id",
        "for",
        "aria-describedby",
        "aria-labelledby",
        "aria-controls",
        "popovertarget",
        "commandfor",
        "name",
    ] {
        html = html.replace(&format!(" {attr}=\""), &format!(" {attr}=\"{theme}-"));
    }
    maud::PreEscaped(html)
}

/// Every page, made with sample data. The name is the last part of its address in the gallery.
pub fn pages() -> Vec<Sample> {
    let frame = sample_frame();
    [
        crate::inbox::samples(),
        crate::customers::samples(),
        crate::orders::samples(),
        crate::remedies::samples(),
        crate::quizzes::samples(),
        crate::recommend::samples(),
        crate::campaigns::samples(),
        crate::onboarding::samples(),
        crate::revenue::samples(),
        crate::book::samples(),
        crate::health::samples(),
        crate::proof::samples(),
        crate::search::samples(),
        crate::notifications::samples(),
        crate::saved::samples(),
        crate::canned::samples(),
        crate::survey::samples(),
        crate::start::samples(),
        crate::reference::samples(),
        crate::errors::samples(&frame),
    ]
    .concat()
}

/// A frame as the samples use it.
pub fn sample_frame() -> Frame {
    let view = |name: &str| urls::view_list(name);
    let support = vec![
        nav(Icon::Inbox, "Inbox", urls::conversations()).keys("g i"),
        nav_below("Mine", view("mine")).count(10).keys("g m"),
        nav_below("Unassigned", view("unassigned")).count(4).keys("g u"),
        nav_below("Mentions", view("mentions")).count(1).keys("g n"),
        nav_below("Snoozed", view("snoozed")).count(9),
        nav_below("All open", view("all")).count(1086).keys("g a"),
    ];
    let groups = vec![
        NavGroup { title: "Support".into(), entries: support },
        NavGroup {
            title: "Views".into(),
            entries: vec![
                nav_below("Cold chain, urgent", view("vew_1")).count(3),
                nav_below("岡田製薬", view("vew_2")),
            ],
        },
        NavGroup {
            title: "Customers".into(),
            entries: vec![
                nav(Icon::UsersRound, "Contacts", urls::contacts()).keys("g c"),
                nav(Icon::Building2, "Accounts", urls::accounts()),
            ],
        },
        NavGroup {
            title: "Ours".into(),
            entries: vec![nav(Icon::Settings2, "Settings", urls::settings()).keys("g s")],
        },
    ];
    Frame {
        assets: "/assets/sample".into(),
        csrf: "sample".into(),
        company: "Kestrel Climate".into(),
        now: sample_now(),
        me: Me {
            id: "agt_1".into(),
            name: "Maren Solberg".into(),
            picture: None,
            state: "On until 18:00".into(),
            is_here: true,
            may_import_money: true,
            unread: 2,
        },
        side: Side { groups, may_write: true, is_counted: true },
        at: view("mine"),
        position: 4_182,
    }
}
