//! A59 to A61: each route as everybody, by its own row in the list of routes. A
//! route cannot be without a row, because the router is made from the list.

use axum::{
    body::Body,
    http::{Method, StatusCode},
};
use tend_core::{
    Error,
    agents::{AgentId, Me, Permission, Permissions, Reach, change_role, roles, teams},
    conversations::{self, ConversationId},
    inboxes,
};
use tend_testkit::{Seen, Tend};
use tend_web::{Access, Route, routes};

/// The kind of id that stands behind the beginning of a path; the first that fits.
const KINDS: &[(&str, &str)] = &[
    ("/conversations/", "cnv"),
    ("/messages/", "msg"),
    ("/settings/health/", "hpf"),
    ("/health/profiles/", "hpf"),
    ("/undo/", "und"),
    ("/settings/quizzes/", "quz"),
    ("/bulks/", "blk"),
    ("/settings/mail/", "mai"),
    ("/settings/jobs/", "job"),
    ("/settings/statuses/", "sta"),
    ("/api/v1/statuses/", "sta"),
    ("/portfolio/views/", "pvw"),
    ("/views/", "viw"),
    ("/canned/", "cnd"),
    ("/api/v1/tokens/", "tok"),
    ("/settings/tokens/", "tok"),
    ("/settings/sessions/", "ses"),
    ("/notifications/devices/", "dev"),
    ("/attributes/", "atr"),
    ("/api/v1/attachments/", "att"),
    ("/api/v1/uploads/", "att"),
    ("/api/v1/canned-responses/", "cnd"),
    ("/api/v1/drafts/", "drf"),
    ("/api/v1/quarantine/", "mai"),
    ("/api/v1/jobs/", "job"),
    ("/customer-notes/", "nte"),
    ("/imports/", "imp"),
    ("/order-sources/", "shp"),
    ("/sources/", "src"),
    ("/surveys/requests/", "srr"),
    ("/surveys/follow-ups/", "srr"),
    ("/survey-requests/", "srr"),
    ("/surveys/", "srv"),
    ("/settings/shops/messages/", "sev"),
    ("/settings/shops/requests/", "srq"),
    ("/shops/", "shp"),
    ("/orders/import/", "orf"),
    ("/orders/", "ord"),
    ("/remedies/reasons/", "rrs"),
    ("/remedy-reasons/", "rrs"),
    ("/remedy-plans/", "rpl"),
    ("/survey-loops/", "slp"),
    ("/api/v1/quizzes/", "quz"),
    ("/remedies/plans/", "rpl"),
    ("/remedies/", "rem"),
    ("/campaigns/", "cmp"),
    ("/onboardings/", "onb"),
    ("/onboarding-plans/", "onp"),
    ("/onboarding/", "onp"),
    ("/api/v1/subscriptions/", "sub"),
    ("/api/v1/invoices/", "inv"),
    ("/renewals/", "sub"),
    ("/api/v1/opportunities/", "opp"),
    ("/api/v1/referrals/", "ref"),
    ("/api/v1/advocates/", "adv"),
    ("/api/v1/products/", "prd"),
    ("/api/v1/churn-reasons/", "rsn"),
    ("/revenue/opportunities/", "opp"),
    ("/revenue/acquisition/accounts/", "acc"),
    ("/revenue/referrals/", "ref"),
    ("/revenue/advocates/", "adv"),
    ("/revenue/import/", "mim"),
    ("/revenue/products/", "prd"),
    ("/revenue/churn-reasons/", "rsn"),
    ("/revenue/subscriptions/", "sub"),
    ("/inboxes/", "inb"),
    ("/agents/", "agt"),
    ("/roles/", "rol"),
    ("/teams/", "tea"),
    ("/tags/", "tag"),
    ("/contacts/", "con"),
    ("/segments/", "seg"),
    ("/health/alerts/", "hal"),
    ("/tasks/", "tsk"),
    ("/portfolio/views/", "pvw"),
    ("/stages/", "stg"),
    ("/accounts/", "acc"),
];

/// An id of the kind that stands at this place of a path.
fn id_in(path: &str) -> String {
    let kind = KINDS.iter().find(|it| path.contains(it.0));
    kind.map_or("7777777".to_owned(), |it| format!("{}_7zzzzzzzzzz", it.1))
}

/// The path with its holes filled; `conversation` stands where one is asked for.
fn filled(route: &Route, conversation: Option<ConversationId>) -> String {
    let of_conversation = route.path.contains("/conversations/{id}");
    let id = match conversation.filter(|_| of_conversation) {
        Some(it) => it.to_string(),
        None => id_in(&route.path).to_owned(),
    };
    let pieces = route.path.split('/').map(|piece| match piece {
        "{id}" => id.clone(),
        "{kind}" => "imap".to_owned(),
        "{key}" => "dkm_7zzzzzzzzzz".to_owned(),
        "{tag}" => "tag_7zzzzzzzzzz".to_owned(),
        "{identity}" => "idt_7zzzzzzzzzz".to_owned(),
        "{merge}" => "mrg_7zzzzzzzzzz".to_owned(),
        "{contact}" => "con_7zzzzzzzzzz".to_owned(),
        "{override}" => "hjd_7zzzzzzzzzz".to_owned(),
        "{goal}" => "gol_7zzzzzzzzzz".to_owned(),
        "{product}" => "prd_7zzzzzzzzzz".to_owned(),
        "{step}" => "ons_7zzzzzzzzzz".to_owned(),
        "{act}" => "pause".to_owned(),
        "{message}" => "sev_7zzzzzzzzzz".to_owned(),
        "{request}" => "srq_7zzzzzzzzzz".to_owned(),
        "{role}" => "champion".to_owned(),
        "{attachment}" => "att_7zzzzzzzzzz".to_owned(),
        "{group}" => "contacts".to_owned(),
        "{domain}" => "kestrel.example".to_owned(),
        it if it.starts_with('{') => "7777777".to_owned(),
        it => it.to_owned(),
    });
    pieces.collect::<Vec<_>>().join("/")
}

fn ask(t: &Tend, who: Option<AgentId>, route: &Route, path: &str) -> Seen {
    let browser = who.map_or_else(|| t.guest(), |it| t.browser(it));
    let request = browser.request(route.method.clone(), path).header("x-csrf", browser.csrf());
    let form = "application/x-www-form-urlencoded";
    browser.send(request.header("content-type", form), Body::empty())
}

fn ask_with(t: &Tend, token: Option<&str>, route: &Route, path: &str) -> StatusCode {
    let browser = t.guest();
    let mut request = browser.request(route.method.clone(), path);
    if let Some(token) = token {
        request = request.header("authorization", format!("Bearer {token}"));
    }
    browser.send(request.header("content-type", "application/json"), Body::from("{}")).status
}

/// An agent who may exactly this.
fn one_who_may(t: &Tend, admin: &Me, name: &str, permissions: Permissions) -> Me {
    let spec = roles::RoleSpec { name: name.to_owned(), permissions, reach: Reach::All };
    let (admin, agent) = (admin.clone(), t.agent(name));
    t.db.write(move |tx| {
        let role = roles::make(tx, &admin, &spec)?;
        change_role(tx, &admin, agent, role)
    })
    .expect("is allowed");
    t.me(agent)
}

/// It streams, so it has no end to wait for; `live` tests it.
fn is_stream(route: &Route) -> bool {
    route.path == "/live" || route.path.starts_with("/live?")
}

#[test]
fn each_route_answers_each_role_as_its_row_says() {
    Tend::on_both(|t| {
        let admin = t.agent_as("Maren", "admin");
        let built_in = ["lead", "agent", "viewer"].map(|role| t.agent_as(role, role));
        let nothing = one_who_may(&t, &admin, "Nobody", Permissions::default());
        let everyone = built_in.iter().chain([&admin, &nothing]);
        for me in everyone {
            for route in routes().iter().filter(|it| !is_stream(it)) {
                // Signing out would end the session that asks on.
                let path = filled(route, None);
                let seen = ask(&t, Some(me.id), route, &path);
                let line = format!("{} {} {path}: {}", me.role, route.method, seen.line());
                match route.access {
                    Access::May(it) if !me.may(it) => {
                        assert_eq!(seen.status, StatusCode::FORBIDDEN, "{line}");
                    }
                    Access::May(_) | Access::Session => {
                        assert_ne!(seen.status, StatusCode::UNAUTHORIZED, "{line}");
                        assert!(!seen.status.is_server_error(), "{line} {}", seen.body);
                    }
                    Access::Token(_) | Access::AnyToken => {
                        assert_eq!(seen.status, StatusCode::UNAUTHORIZED, "cookies: {line}");
                    }
                    Access::Public => assert!(!seen.status.is_server_error(), "{line}"),
                }
            }
        }
    });
}

#[test]
fn who_is_not_signed_in_reaches_what_is_public_and_nothing_else() {
    Tend::on_both(|t| {
        t.agent("Anna");
        for route in routes() {
            let path = filled(&route, None);
            let seen = ask(&t, None, &route, &path);
            let line = format!("{} {path}: {}", route.method, seen.line());
            let is_refused = seen.status == StatusCode::UNAUTHORIZED
                || seen.header("location").starts_with("/sign-in");
            match route.access {
                Access::Public => {
                    assert_ne!(seen.status, StatusCode::UNAUTHORIZED, "{line}");
                }
                _ => assert!(is_refused, "{line}"),
            }
        }
    });
}

#[test]
fn a_token_reaches_what_its_scopes_allow() {
    Tend::on_both(|t| {
        let admin = t.agent_as("Maren", "admin");
        for route in routes().iter().filter(|it| it.path.starts_with("/api/")) {
            let path = filled(route, None);
            let line = format!("{} {path}", route.method);
            let wrong = format!("tend_{}", "A".repeat(43));
            match route.access {
                Access::Token(needed) => {
                    let without = Permissions::all().without(needed).to_string();
                    let (with, without) =
                        (t.token(admin.id, needed.word()), t.token(admin.id, &without));
                    assert_eq!(ask_with(&t, None, route, &path), 401, "{line}");
                    assert_eq!(ask_with(&t, Some(&wrong), route, &path), 401, "{line}");
                    assert_eq!(ask_with(&t, Some(&without), route, &path), 403, "{line}");
                    let reached = ask_with(&t, Some(&with), route, &path);
                    assert!(!reached.is_server_error() && reached != 401, "{line}: {reached}");
                }
                Access::AnyToken => {
                    let any = t.token(admin.id, Permission::JournalRead.word());
                    assert_eq!(ask_with(&t, Some(&wrong), route, &path), 401, "{line}");
                    let reached = ask_with(&t, Some(&any), route, &path);
                    assert!(reached != 401 && reached != 403, "{line}: {reached}");
                }
                Access::Public => assert_ne!(ask_with(&t, None, route, &path), 401, "{line}"),
                it => panic!("{line} is of the API and wants {it:?}"),
            }
            let unused = t.token(admin.id, "");
            t.db.write(move |tx| {
                tx.execute("UPDATE api_tokens SET revoked_at = 1", &[])
                    .map_err(tend_core::Error::from)
            })
            .expect("revokes");
            if !matches!(route.access, Access::Public) {
                assert_eq!(ask_with(&t, Some(&unused), route, &path), 401, "{line}");
            }
        }
    });
}

/// What is in an inbox that one does not see is not there, on every path to it.
#[test]
fn a_foreign_conversation_is_not_found_by_any_route() {
    Tend::on_both(|t| {
        let admin = t.agent_as("Maren", "admin");
        let inbox = t.inbox("legal@tend.test");
        let (by, id) = (t.me(admin.id), inbox.id);
        t.db.write(move |tx| {
            let team = teams::make(tx, &by, "Legal")?;
            inboxes::set_teams(tx, &by, id, &[team])
        })
        .expect("is allowed");
        let hidden = t.writes(&inbox, "carol@example.com", "A secret matter", "Hello");
        let lead = t.agent_as("Lead", "lead");
        let token = t.token(lead.id, "");
        for route in routes().iter().filter(|it| it.path.contains("/conversations/{id}")) {
            let path = filled(route, Some(hidden));
            let line = format!("{} {path}", route.method);
            let (status, body) = match route.access {
                Access::Token(_) => (ask_with(&t, Some(&token), route, &path), String::new()),
                _ => {
                    let seen = ask(&t, Some(lead.id), route, &path);
                    (seen.status, seen.body)
                }
            };
            assert!(status.is_client_error(), "{line}: {status}");
            if route.method == Method::GET {
                assert_eq!(status, StatusCode::NOT_FOUND, "{line}");
            }
            assert!(!body.contains("secret matter"), "{line}");
        }
        let story = t.story(hidden);
        assert!(
            !story.lines().any(|it| it.starts_with("agent")),
            "nothing was done to it: {story}"
        );
    });
}

/// A52
#[test]
fn no_get_changes_anything() {
    Tend::on_both(|t| {
        let admin = t.agent_as("Maren", "admin");
        let inbox = t.inbox("support@tend.test");
        let case = t.writes(&inbox, "carol@example.com", "Where is it?", "Hello");
        let entries = |t: &Tend| {
            t.db.read(|tx| {
                tx.scalar::<i64>("SELECT count(*) FROM journal", &[])
                    .map_err(tend_core::Error::from)
            })
            .expect("reads")
        };
        let browser = t.browser(admin.id);
        let before = entries(&t);
        let gets = routes().into_iter().filter(|it| it.method == Method::GET && !is_stream(it));
        for route in gets {
            browser.get(&filled(&route, Some(case)));
        }
        assert_eq!(entries(&t), before);
    });
}

/// Whoever opens an address by itself sees a page, gets to one, or gets a file.
#[test]
fn no_get_shows_a_bare_part_of_a_page() {
    Tend::on_both(|t| {
        let admin = t.agent_as("Maren", "admin");
        let inbox = t.inbox("support@tend.test");
        let case = t.writes(&inbox, "carol@example.com", "Where is it?", "Hello");
        let (contact, account, message) =
            t.db.read(|tx| {
                let it = conversations::find(tx, case)?;
                Ok::<_, Error>((
                    it.contact_id,
                    it.account_id,
                    conversations::messages_of(tx, case)?[0],
                ))
            })
            .expect("is there");
        let known = [
            ("/contacts/{id}", contact.to_string()),
            ("/accounts/{id}", account.to_string()),
            ("/messages/{id}", message.to_string()),
            ("/settings/inboxes/{id}", inbox.id.to_string()),
            ("/settings/agents/{id}", admin.id.to_string()),
        ];
        let browser = t.browser(admin.id);
        let (mut pages, mut led) = (0, 0);
        for route in routes().iter().filter(|it| it.method == Method::GET && !is_stream(it)) {
            let id = known.iter().find(|it| route.path.starts_with(it.0)).map(|it| it.1.as_str());
            let path = match id {
                Some(id) => route.path.replace("{id}", id),
                None => filled(route, Some(case)),
            };
            let seen = browser.get(&path);
            let line = format!("{path}: {} {}", seen.line(), seen.body);
            if seen.status.is_redirection() {
                led += 1;
            } else if seen.header("content-type").starts_with("text/html") {
                assert!(seen.body.to_lowercase().starts_with("<!doctype html"), "{line}");
                pages += usize::from(seen.status == StatusCode::OK);
            }
        }
        assert!(pages > 40, "{pages} pages were looked at");
        assert!(led > 12, "{led} led to a page");
        for part in ["composer", "record", "head", "messages", "presence"] {
            let seen = browser.get(&format!("/conversations/{case}/{part}?kind=note"));
            assert_eq!(seen.line(), format!("303 /conversations/{case}?kind=note"));
        }
    });
}

#[test]
fn notifications_have_a_page_and_lists_for_the_bell() {
    Tend::on_both(|t| {
        let inbox = t.inbox("support@tend.test");
        let (anna, lead) = (t.agent_as("Anna", "agent"), t.agent_as("Lena", "lead"));
        let browser = t.browser(anna.id);
        assert!(browser.get("/notifications").body.contains("Nothing yet"));
        for n in 0..60 {
            let case = t.writes(&inbox, "carol@example.com", &format!("Matter {n}!"), "Hello");
            let (by, to) = (lead.clone(), anna.id);
            t.db.write(move |tx| conversations::assign(tx, &by, case, Some(to))).expect("is given");
        }
        let page = browser.get("/notifications").body;
        assert!(page.contains("<title>Notifications"), "{page}");
        assert!(page.contains("Matter 59!") && page.contains("Matter 10!"), "the newest fifty");
        assert!(!page.contains("Matter 9!"));
        let from = page.find("/notifications?cursor=").expect("there are more");
        let next = page[from..].split('"').next().unwrap_or_default().to_owned();
        let rows = t.browser(anna.id).htmx().get(&next).body;
        assert!(rows.starts_with("<li") && rows.contains("Matter 9!"), "{rows}");
        assert!(!rows.contains("Matter 10!") && !rows.contains("cursor="), "the last ones");
        let anew = t.browser(anna.id).htmx().get("/notifications?shown=60").body;
        assert!(anew.starts_with("<div id=\"told\"") && anew.contains("Matter 0!"), "{anew}");
        let bell = t.browser(anna.id).htmx().with("hx-target", "span#bell");
        assert!(bell.get("/notifications").body.starts_with("<span class=\"shell-bell\""));
        let read = browser.post("/notifications", &[]);
        assert_eq!(read.line(), "303 /notifications");
        assert!(!browser.get("/notifications").body.contains("is-unread"));
    });
}
