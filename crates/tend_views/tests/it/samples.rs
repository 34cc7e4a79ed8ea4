use std::collections::{BTreeMap, BTreeSet};

use tend_views::{gallery, parts};

use crate::html::{Node, read};

/// Every sample: its name and its HTML.
fn all() -> Vec<(String, String)> {
    let parts = parts::all_samples().into_iter().flat_map(|(part, them)| {
        them.into_iter().map(move |it| (format!("{part}, {}", it.state), it.html.into_string()))
    });
    let pages = gallery::pages().into_iter().map(|it| (it.state.to_owned(), it.html.into_string()));
    let gallery = [("gallery".to_owned(), gallery::gallery("/assets/sample").into_string())];
    parts.chain(pages).chain(gallery).collect()
}

/// Looks at every element of every sample and collects what is wrong.
fn look(check: impl Fn(&Node, &[&Node]) -> Option<String>) {
    let mut wrong = Vec::new();
    for (name, html) in all() {
        let root = read(&html).unwrap_or_else(|why| panic!("{name}: {why}"));
        root.walk(&mut Vec::new(), &mut |it, above| {
            if let Some(why) = check(it, above) {
                wrong.push(format!("{name}: {why}: <{} {:?}>", it.tag, it.attrs));
            }
        });
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn nothing_inline_runs_or_styles() {
    look(|it, _| {
        let runs = it
            .attrs
            .keys()
            .find(|name| name.starts_with("on") || *name == "style" || name.starts_with("hx-on"));
        let script = it.tag == "script" && (it.attr("src").is_none() || !it.text.trim().is_empty());
        let style = it.tag == "style";
        let filter = it.attr("hx-trigger").is_some_and(|it| it.contains('['));
        let js = it
            .attrs
            .values()
            .any(|it| it.trim_start().starts_with("javascript:") || it.starts_with("js:"));
        (runs.is_some() || script || style || filter || js)
            .then(|| "the policy of our pages forbids this".to_owned())
    });
}

/// What is inside `template` is no part of the page, and mail is shown as its sender wrote it.
fn is_ours(above: &[&Node]) -> bool {
    !above.iter().any(|it| {
        it.tag == "template" || it.attr("class").is_some_and(|it| it.contains("message-body"))
    })
}

#[test]
fn every_control_has_a_name_to_be_read_out() {
    for (name, html) in all() {
        let root = read(&html).expect("well-formed");
        let mut labelled = BTreeSet::new();
        root.walk(&mut Vec::new(), &mut |it, _| {
            if it.tag == "label" {
                labelled.extend(it.attr("for"));
            }
        });
        root.walk(&mut Vec::new(), &mut |it, above| {
            let is_control = ["input", "select", "textarea"].contains(&it.tag.as_str())
                && it.attr("type") != Some("hidden");
            let in_label = above.iter().any(|it| it.tag == "label" && !it.text.trim().is_empty());
            let has_name = it.attr("aria-label").is_some_and(|it| !it.is_empty())
                || it.attr("id").is_some_and(|id| labelled.contains(id))
                || in_label;
            assert!(!is_control || has_name, "{name}: a control without a name: {:?}", it.attrs);
            let is_pressed = ["button", "a"].contains(&it.tag.as_str()) && is_ours(above);
            let says = !it.text.trim().is_empty()
                || it.attr("aria-label").is_some_and(|it| !it.is_empty());
            assert!(!is_pressed || says, "{name}: a button without a name: {:?}", it.attrs);
        });
    }
}

#[test]
fn ids_are_given_once_and_references_lead_somewhere() {
    for (name, html) in all() {
        let root = read(&html).expect("well-formed");
        let mut ids: BTreeMap<&str, usize> = BTreeMap::new();
        root.walk(&mut Vec::new(), &mut |it, above| {
            if let Some(id) = it.attr("id").filter(|_| is_ours(above)) {
                *ids.entry(id).or_default() += 1;
            }
        });
        let twice: Vec<_> = ids.iter().filter(|it| *it.1 > 1).collect();
        assert!(twice.is_empty(), "{name}: {twice:?}");
        // A part alone may refer to what its page has.
        if name.contains(", ") {
            continue;
        }
        root.walk(&mut Vec::new(), &mut |it, above| {
            for attr in [
                "for",
                "aria-describedby",
                "aria-labelledby",
                "aria-controls",
                "popovertarget",
                "commandfor",
                "form",
            ] {
                let all = it.attr(attr).unwrap_or_default().split(' ').filter(|it| !it.is_empty());
                for id in all {
                    let inside = id == "composer" && name == "crossed";
                    assert!(
                        ids.contains_key(id) || inside || !is_ours(above),
                        "{name}: {attr} refers to {id}, which is not there"
                    );
                }
            }
        });
    }
}

/// Pages of customers who are not signed in have no cookie that a form could be made to abuse: the
/// link is the proof.
fn is_of_customers(it: &Node) -> bool {
    let theirs = ["/s/", "/u/", "/o/", "/w/"];
    it.attr("action").is_some_and(|it| theirs.iter().any(|own| it.starts_with(own)))
}

#[test]
fn forms_that_change_something_carry_the_token() {
    look(|it, _| {
        let posts = it.tag == "form" && it.attr("method") == Some("post");
        let mut has = false;
        it.walk(&mut Vec::new(), &mut |it, _| has |= it.attr("name") == Some("csrf"));
        // Who answers a quiz is nobody in particular, and in a frame there is no cookie to prove.
        let anybody = it.attr("class") == Some("quiz-form");
        let excused = anybody || is_of_customers(it);
        (posts && !has && !excused).then(|| "a form without csrf".to_owned())
    });
}

#[test]
fn nothing_is_nested_that_browsers_take_apart() {
    look(|it, above| {
        let within = |tags: &[&str]| above.iter().any(|it| tags.contains(&it.tag.as_str()));
        let wrong = match it.tag.as_str() {
            "a" | "button" | "select" | "textarea" => within(&["a", "button"]),
            "form" => within(&["form", "p"]),
            "div" | "ul" | "p" | "section" | "h1" | "h2" => within(&["p"]),
            "main" => within(&["main"]),
            _ => false,
        };
        (wrong && is_ours(above)).then(|| "this cannot be here".to_owned())
    });
}

#[test]
fn every_page_has_one_main_and_a_heading() {
    for it in gallery::pages() {
        let html = it.html.into_string();
        let root = read(&html).expect("well-formed");
        let mut count: BTreeMap<&str, usize> = BTreeMap::new();
        root.walk(&mut Vec::new(), &mut |it, _| *count.entry(it.tag.as_str()).or_default() += 1);
        assert_eq!(count.get("main"), Some(&1), "{}: main", it.state);
        assert!(count.contains_key("h1") || count.contains_key("h2"), "{}: no heading", it.state);
        assert!(html.starts_with("<!DOCTYPE html><html lang=\"en\">"), "{}", it.state);
    }
}
