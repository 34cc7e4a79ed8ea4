//! Words of mail servers, in lower case, by what they mean.

pub(super) const SENDER: &[&str] = &[
    "sender address rejected", "domain of sender address", "sender address", "unroutable sender",
    "sender verify", "sender domain", "invalid sender", "sender rejected", "bad sender", "unauthorized sender",
    "sender is not", "sender denied", "sender not allowed", "bogus sender", "mail from command", "5.1.7",
    "5.1.8", "not authorized to send", "email address is not verified", "after mail from:",
    "connections not accepted from", "backscatter", "sender was not authenticated",
    "from address is not allowed", "access denied, sending domain",
];

pub(super) const FULL: &[&str] = &[
    "mailbox full", "mailbox is full", "mailbox for user is full", "over quota", "overquota", "quota exceeded",
    "exceeded quota", "exceeded storage", "exceeded its quota", "exceeds allowed size", "quota violation",
    "disk quota", "out of storage", "storage quota", "mailbox size limit", "exceeded the local limit",
    "exceeded local limit", "mailbox has exceeded", "mailbox exceeded", "over the maximum allowed",
    "insufficient mailbox", "inbox is full", "full mailbox", "is over the quota", "mailfolder is full",
    "mail box full", "account is full", "box is full", "user has too many messages", "has exceeded his/her",
    "boite pleine", "boîte pleine", "quota depasse", "buzón lleno", "buzon lleno", "postfach voll",
    "postfach ist voll", "mailbox quota", "exceed mailbox", "resolver.rst.recipientquota", "too much mail data",
    "would exceed the quota", "no space left in mailbox", "over disk space", "recipient's mailbox exceeded",
];

pub(super) const LARGE: &[&str] = &[
    "message too large", "message is too large", "message size exceeds", "message too big",
    "size limit exceeded", "maximum message size", "message exceeds", "too large", "line limit exceeded",
    "message length exceeds", "message file too big", "recipsizelimit", "exceeded maximum inbound message size",
    "message size limit", "file size limit", "exceeds the maximum",
    "larger than the current system storage limit", "mail size limit",
];

pub(super) const MOVED: &[&str] = &[
    "no longer on server", "has moved", "has been replaced by", "address has changed", "5.1.6",
    "not our customer", "user has moved", "recipient has moved", "left the company", "new address is",
];

pub(super) const MANY: &[&str] = &[
    "too many recipients", "at a rate that prevents", "too many connections", "too many concurrent",
    "frequency limited", "rate limit", "throttl", "too many messages", "too many mails", "sent too many",
    "exceeded the rate", "connection limit", "too frequent", "message rate", "slow down", "sending limit",
    "daily limit", "hourly limit", "too many emails", "too many sessions", "recipients this hour",
];

/// Lists and groups that take no mail from this sender.
pub(super) const GROUP: &[&str] = &[
    "group you tried to contact", "not have permission to post", "not allowed to post", "you may not post",
    "posting to this list", "not a member", "members only", "unable to be posted", "groups.google.com",
    "sender not in allowed", "restricted to authenticated", "resolver.rst.authrequired",
    "authentication required to deliver", "resolver.rst.notauthorized", "not authorized to post",
    "message delivery restrictions",
];

pub(super) const RELAY: &[&str] = &[
    "relay access denied", "no relaying", "relaying denied", "relay denied", "unable to relay", "relay not permitted",
    "relaying not allowed", "not a gateway", "that domain isn't in my list", "mail relay denied",
    "relaying is prohibited", "no relaying allowed", "we do not relay", "insecure mail relay",
    "not permitted to relay",
];

pub(super) const AUTH: &[&str] = &[
    "dmarc", "5.7.26", "spf ", "spf:", "dkim ", "sender policy framework", "unauthenticated email",
    "authentication checks", "multiple authentication", "failed authentication", "openspf.org",
    "message does not pass authentication", "arc validation",
];

pub(super) const NO_MAIL: &[&str] = &[
    "does not accept mail", "does not accept email", "indicated no smtp service", "doesn't receive email",
    "does not receive email", "null mx", "domain not accepting", "does not accept any mail",
    "host does not receive mail", "name server: .: host not found", "does not handle mail",
    "domain does not accept", "recipient address has null mx",
];

pub(super) const SUSPENDED: &[&str] = &[
    "account is disabled", "account disabled", "account has been disabled", "mailbox disabled",
    "mailbox is disabled", "account suspended", "account has been suspended", "mailbox suspended",
    "account is suspended", "mailbox is frozen", "is frozen", "temporary locked", "temporarily locked",
    "account is locked", "account locked", "mailbox locked", "disabled recipient", "recipient is disabled",
    "discontinued", "account inactive", "account is inactive", "inactive account", "user is inactive",
    "mailbox is inactive", "mailbox inactive", "account expired", "account has expired", "is deactivated",
    "deactivated mailbox", "deactivated", "temporarily disabled", "currently suspended",
    "compte du destinataire est bloque", "recipient account is blocked", "account is blocked",
    "account blocked", "mailbox blocked", "user suspended", "recipient suspend", "email has been suspended",
    "boîte du destinataire archivée", "mailbox currently suspended", "mailbox temporarily disabled",
    "is inactive", "disabled mailbox", "disabled user", "user disabled", "mailbox not available for this time",
    "user account is disabled", "account closed", "archived recipient", "not activated",
    "mailbox has been blocked due to inactivity", "account that you tried to reach is disabled",
];

pub(super) const UNKNOWN: &[&str] = &[
    "user unknown", "unknown user", "no such user", "no such recipient", "no such mailbox", "no such address",
    "no such person", "unknown recipient", "recipient unknown", "user not found", "user is unknown",
    "recipient not found", "recipnotfound", "recipientnotfound", "recipient address rejected: access denied",
    "mailbox not found", "mailbox does not exist", "mailbox unavailable", "mailbox not exist",
    "address not found", "address does not exist", "address doesn't exist", "address couldn't be found",
    "address unknown", "unknown address", "unknown local", "unknown mailbox", "user does not exist",
    "user doesn't exist", "user not exist", "account does not exist",
    "account that you tried to reach does not exist", "does not exist", "doesn't exist", "no mailbox here",
    "not a valid mailbox", "not a valid user", "invalid recipient", "invalid mailbox", "invalid user",
    "invalid address", "bad destination mailbox", "bad destination email", "doesn't have a",
    "does not have an account", "no account by that name", "not listed in", "not recognized",
    "unrouteable address", "unroutable address", "unknown account", "unknown email", "recipient rejected",
    "is not a known user", "no user by that name", "address rejected", "inactive email address",
    "not known here", "not known at this", "unknown in local recipient", "unknown in virtual",
    "undeliverable address", "delivery to this address", "destinataire invalide", "destinatario",
    "empfänger unbekannt", "adresse inconnue", "usuario desconocido", "unbekannter empfänger", "n'existe pas",
    "no existe", "non esiste", "ユーザー", "見つかりません", "ディレクトリ", "宛先", "5.1.351", "check if address is correct",
    "recipient could not be found", "no valid recipients", "not our user", "isn't in a list of",
    "no recipients found", "person could not be found", "recipient name is not recognized",
    "not found in directory", "no matches to nameserver", "there is no one here", "this address no longer",
    "no longer valid", "no longer available", "not a local user", "wasn't found at", "can't accept mail for",
    "ambiguous address", "recipient is not exist", "adresse d au moins un destinataire",
    "refused to accept recipient", "not match any recipient", "couldn't find any user", "nonexistent",
    "non-existent", "mailbox is unavailable", "verification failed", "user invalid", "said: 550 5.1.1",
];

pub(super) const HOST: &[&str] = &[
    "host unknown", "unknown host", "host not found", "no such domain", "domain not found",
    "domain does not exist", "domain must resolve", "couldn't find any host", "couldn't find a mail exchanger",
    "name or service not known", "unrouteable mail domain", "unroutable mail domain", "bad destination host",
    "domain is not valid", "host or domain name not found", "unable to resolve", "nxdomain", "invalid domain",
    "unknown domain", "nodename nor servname", "no dns information", "domain name not found", "dns hard error",
    "recipient address rejected: domain not found", "no mx record",
    "all relevant mx records point to non-existent", "mail server not found", "name server error",
    "not a valid domain",
];

pub(super) const SPAM: &[&str] = &[
    "spam", "ube,", "junk mail", "unsolicited", "scored as", "bulk mail", "mail rejete", "spamassassin",
    "considered unsolicited", "content rejected", "looks like", "message refused by antispam", "uce ",
];

pub(super) const VIRUS: &[&str] = &[
    "virus", "malware", "infected", "trojan", "phishing", "malicious",
];

pub(super) const BLOCKED: &[&str] = &[
    "blocked using", "blacklist", "blocklist", "block list", "spamhaus", "spamcop", "barracudacentral", "rbl",
    "dnsbl", "client host rejected", "client host", "poor reputation", "bad reputation", "ip address",
    "blocked by", "is blocked", "was blocked", "blocked for", "access denied", "connection refused by policy",
    "ip has been", "ptr record", "reverse dns", "rdns", "helo", "banned", "refused to talk to me", "dynamic ip",
    "not allowed to connect", "denied by", "temporarily deferred", "greylist", "graylist", "reputation",
    "your ip", "sending ip", "cloudmark", "blocked", "not accepted from", "service refuse",
];

pub(super) const POLICY: &[&str] = &[
    "policy", "not permitted", "prohibited", "security issue", "not allowed", "administratively",
    "multiple addresses in from", "encryption", "tls", "not accepted for", "compliance", "content restriction",
    "attachment", "starttls", "certificate",
];

pub(super) const EXPIRED: &[&str] = &[
    "expired", "retry timeout", "timed out", "time out", "timeout", "too long", "for a long time",
    "delivery time", "delayed", "could not be delivered for", "giving up", "not able to deliver",
    "will be retried", "queue too long", "will continue to try", "4.4.7", "4.4.2", "deferred",
    "message still undelivered", "retry time not reached", "not reachable",
];

pub(super) const NETWORK: &[&str] = &[
    "no route to host", "connection refused", "connection reset", "network is unreachable",
    "network unreachable", "network error", "lost connection", "mail loop", "loops back", "too many hops",
    "routing loop", "malformed or unexpected name server", "dns error", "establish an smtp connection",
    "connect to", "temporary failure in name resolution", "hop count", "forwarding loop", "loop detected",
    "no relevant answers", "name service error", "unreachable", "not connect",
];

pub(super) const FILTERED: &[&str] = &[
    "message filtered", "filtered", "recipient preferences", "refused by recipient", "recipient refused",
    "rejected by a remote mail server", "rejected by the recipient", "not accepting mail from", "header error",
    "due to user preferences", "rejected by user", "receiver refused",
];

pub(super) const CONTENT: &[&str] = &[
    "8-bit data", "content", "mime", "header", "malformed", "syntax", "bare lf", "bare newline",
    "line too long", "rfc 5322", "rfc2822",
];

pub(super) const SYSTEM: &[&str] = &[
    "system error", "local error", "internal error", "service unavailable", "service currently unavailable",
    "temporary failure", "insufficient disk", "insufficient system", "no space left", "mailer error",
    "unknown mailer", "pipe to", "operating system error", "configuration error", "transaction failed",
    "try again later", "resources", "please try later", "upstream error", "lock failure",
    "duplicated message-id", "command not", "not implemented", "temporarily unavailable", "queue file write",
    "process",
];
