use tend_core::mails::{Check, Checks, Sender, Verdict};

/// Puts the checks together. DMARC decides where the domain publishes it, and only a `strict`
/// policy speaks against a mail; without it, a signature or an envelope of the same domain is
/// as good.
pub fn weigh(
    from_domain: &str,
    spf: Check,
    dkims: &[Check],
    dmarc: Check,
    strict: bool,
    arc: Check,
) -> Checks {
    let vouches = |it: &Check| it.verdict == Verdict::Pass && same(&it.domain, from_domain);
    let sender = match dmarc.verdict {
        Verdict::Pass => Sender::Proven,
        Verdict::Fail if strict => Sender::Contradicted,
        _ if dkims.iter().any(vouches) || vouches(&spf) => Sender::Proven,
        _ => Sender::Unproven,
    };
    let rank = |it: &&Check| (vouches(it), it.verdict == Verdict::Pass);
    let dkim = dkims.iter().rev().max_by_key(rank).cloned().unwrap_or_default();
    Checks { sender, from_domain: from_domain.to_owned(), spf, dkim, dmarc, arc }
}

/// The same domain, or one below the other.
fn same(one: &str, other: &str) -> bool {
    let below = |it: &str, above: &str| {
        it.strip_suffix(above).is_some_and(|rest| rest.ends_with('.')) && above.contains('.')
    };
    !one.is_empty() && (one == other || below(one, other) || below(other, one))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(verdict: Verdict, domain: &str) -> Check {
        Check { verdict, domain: domain.to_owned() }
    }

    #[test]
    fn who_vouches() {
        use Verdict::{Fail, None, Pass, SoftFail, TempError};
        for (spf, dkim, dmarc, strict, sender) in [
            (None, check(None, ""), Pass, true, Sender::Proven),
            (Pass, check(Pass, "shop.test"), Fail, true, Sender::Contradicted),
            (None, check(Pass, "shop.test"), None, false, Sender::Proven),
            (None, check(Pass, "mail.shop.test"), None, false, Sender::Proven),
            (None, check(Pass, "test"), None, false, Sender::Unproven),
            (None, check(Pass, "otershop.test"), None, false, Sender::Unproven),
            (None, check(Fail, "shop.test"), None, false, Sender::Unproven),
            (Pass, check(None, ""), None, false, Sender::Proven),
            (SoftFail, check(None, ""), TempError, false, Sender::Unproven),
            (None, check(None, ""), Fail, false, Sender::Unproven),
            (None, check(None, ""), Fail, true, Sender::Contradicted),
        ] {
            let weighed = weigh(
                "shop.test",
                check(spf, "shop.test"),
                &[check(Fail, "x.test"), dkim.clone()],
                check(dmarc, "shop.test"),
                strict,
                Check::default(),
            );
            assert_eq!(weighed.sender, sender, "{spf:?} {dkim:?} {dmarc:?}");
        }
    }
}
