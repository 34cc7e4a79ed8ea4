//! A mail by which a mail program unsubscribes somebody.

use tend_core::{
    Actor,
    campaigns::unsubscribe,
    contacts::{self, Stranger},
    outreach::consents::{self, MARKETING},
    secrets::Keys,
};

use crate::office::on_both;

fn mail(id: u32, subject: &str) -> String {
    format!(
        "From: Ann <ann@x.test>\nTo: support@tend.test\nSubject: {subject}\n\
         Message-ID: <{id}@x.test>\n\n"
    )
}

#[test]
fn a_mail_with_our_proof_unsubscribes_and_no_other_does() {
    on_both(|office, runtime| {
        let who = office.tend.write(|tx| {
            let it = contacts::meet(tx, Actor::System, &Stranger::by_email("Ann", "ann@x.test"))?;
            Ok(it.id)
        });
        let said = || office.tend.read(move |tx| consents::given(tx, who, MARKETING));
        let messages = "SELECT count(*) FROM messages";
        let forged = unsubscribe::token(&Keys::generate(), who, MARKETING);
        for (n, subject) in ["unsubscribe", "unsubscribe me", &format!("unsubscribe {forged}")]
            .into_iter()
            .enumerate()
        {
            let taken = office.takes(runtime, &office.inbox, &mail(n as u32, subject));
            assert_eq!((taken.state.as_str(), said()), ("imported", None), "{subject}");
        }
        assert_eq!(office.count(messages), 3, "a person reads what holds no proof");
        let token = unsubscribe::token(&office.works.keys, who, MARKETING);
        let ours = mail(9, &format!("Unsubscribe {token}"));
        assert_eq!(office.takes(runtime, &office.inbox, &ours).state, "imported");
        assert_eq!((said(), office.count(messages)), (Some(false), 3));
        assert_eq!(office.text("SELECT how FROM consents"), "mail");
        assert_eq!(office.takes(runtime, &office.inbox, &ours).state, "duplicate");
        assert_eq!(office.count("SELECT count(*) FROM consents"), 1);
    });
}
