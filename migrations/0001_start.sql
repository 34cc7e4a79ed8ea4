-- Portable SQL: TEXT, BIGINT, BOOLEAN, DOUBLE PRECISION, BYTEA. Times are microseconds UTC.
-- {id} is the key column for an id made by Tx; {auto_id} one that the database numbers.
-- JSON is TEXT and is never asked questions in SQL. *_folded is lower-cased, unaccented text made in Rust.

-- ── The company ────────────────────────────────────────────────────────────
CREATE TABLE settings (
    name            TEXT PRIMARY KEY,
    value           TEXT NOT NULL,
    changed_at      BIGINT NOT NULL
);

-- ── People on our side ─────────────────────────────────────────────────────
CREATE TABLE roles (
    id              {id},
    name            TEXT NOT NULL UNIQUE,
    builtin         TEXT,                       -- admin, lead, agent, viewer; NULL for a custom role
    permissions     TEXT NOT NULL,              -- words of agents::Permission, separated by spaces
    reach           TEXT NOT NULL,              -- all, team, own: which conversations it sees
    created_at      BIGINT NOT NULL
);

CREATE TABLE agents (
    id              {id},
    name            TEXT NOT NULL,
    email           TEXT NOT NULL UNIQUE,       -- lower-cased
    role_id         BIGINT NOT NULL REFERENCES roles (id),
    password_hash   TEXT,                       -- NULL until the invitation is accepted
    picture_file_id BIGINT,
    signature_html  TEXT NOT NULL DEFAULT '',
    time_zone       TEXT NOT NULL DEFAULT 'UTC',
    working_hours   TEXT NOT NULL DEFAULT '',   -- JSON: agents::WorkingHours
    notify          TEXT NOT NULL DEFAULT '',   -- JSON: agents::NotifyBy
    away            BOOLEAN NOT NULL DEFAULT FALSE,
    created_at      BIGINT NOT NULL,
    left_at         BIGINT
);

CREATE TABLE sessions (
    id              {id},
    agent_id        BIGINT NOT NULL REFERENCES agents (id),
    token_hash      TEXT NOT NULL UNIQUE,       -- SHA-256 of the cookie, hex
    csrf            TEXT NOT NULL,
    created_at      BIGINT NOT NULL,
    seen_at         BIGINT NOT NULL,
    expires_at      BIGINT NOT NULL,
    ended_at        BIGINT,
    user_agent      TEXT NOT NULL DEFAULT '',
    network         TEXT NOT NULL DEFAULT ''    -- the client's address, for the agent's own list of sessions
);
CREATE INDEX sessions_of_agent ON sessions (agent_id, ended_at);

-- Invitations and password resets: single use, hashed, expiring.
CREATE TABLE agent_links (
    id              {id},
    kind            TEXT NOT NULL,              -- invitation, reset
    agent_id        BIGINT NOT NULL REFERENCES agents (id),
    token_hash      TEXT NOT NULL UNIQUE,
    created_by      BIGINT,
    created_at      BIGINT NOT NULL,
    expires_at      BIGINT NOT NULL,
    used_at         BIGINT
);
CREATE INDEX agent_links_of_agent ON agent_links (agent_id, kind);

CREATE TABLE api_tokens (
    id              {id},
    agent_id        BIGINT NOT NULL REFERENCES agents (id),
    name            TEXT NOT NULL,
    token_hash      TEXT NOT NULL UNIQUE,
    hint            TEXT NOT NULL,              -- the last four characters
    scopes          TEXT NOT NULL,              -- words of agents::Permission; empty means all that the agent may
    created_at      BIGINT NOT NULL,
    expires_at      BIGINT,
    last_used_at    BIGINT,
    revoked_at      BIGINT
);
CREATE INDEX api_tokens_of_agent ON api_tokens (agent_id);

CREATE TABLE teams (
    id              {id},
    name            TEXT NOT NULL UNIQUE,
    created_at      BIGINT NOT NULL,
    archived_at     BIGINT
);

CREATE TABLE team_members (
    team_id         BIGINT NOT NULL REFERENCES teams (id),
    agent_id        BIGINT NOT NULL REFERENCES agents (id),
    PRIMARY KEY (team_id, agent_id)
);
CREATE INDEX team_members_of_agent ON team_members (agent_id, team_id);

CREATE TABLE notifications (
    id              {id},
    agent_id        BIGINT NOT NULL REFERENCES agents (id),
    kind            TEXT NOT NULL,              -- assigned, mentioned, replied, followed, woken, failed; of accounts: handed_over, task, left, silent
    conversation_id BIGINT,
    message_id      BIGINT,
    account_id      BIGINT,
    detail          TEXT NOT NULL DEFAULT '',   -- of an account: the person's name, the task's title
    actor           TEXT NOT NULL DEFAULT '',
    in_app          BOOLEAN NOT NULL DEFAULT TRUE,
    created_at      BIGINT NOT NULL,
    read_at         BIGINT,
    told_at         BIGINT,                     -- passed on to mail and devices, once
    mailed_at       BIGINT
);
CREATE INDEX notifications_of_agent ON notifications (agent_id, id);
CREATE INDEX notifications_unread ON notifications (agent_id, id) WHERE read_at IS NULL;

-- Browsers in which an agent wants to be told (Web Push).
CREATE TABLE devices (
    id              {id},
    agent_id        BIGINT NOT NULL REFERENCES agents (id),
    session_id      BIGINT NOT NULL,            -- when that was ended, nothing goes there any more
    endpoint        TEXT NOT NULL UNIQUE,
    p256dh          TEXT NOT NULL,
    auth            TEXT NOT NULL,
    created_at      BIGINT NOT NULL,
    sent_at         BIGINT,
    failed_at       BIGINT,                     -- since when nothing arrives
    problem         TEXT NOT NULL DEFAULT ''
);
CREATE INDEX devices_of_agent ON devices (agent_id, id);

-- Which notification goes to which device, and what became of it.
CREATE TABLE pushes (
    notification_id BIGINT NOT NULL,
    device_id       BIGINT NOT NULL,
    state           TEXT NOT NULL,              -- owed, sent, failed
    created_at      BIGINT NOT NULL,
    PRIMARY KEY (notification_id, device_id)
);

-- ── Inboxes ────────────────────────────────────────────────────────────────
CREATE TABLE inboxes (
    id              {id},
    name            TEXT NOT NULL,
    channel         TEXT NOT NULL,              -- email, api
    address         TEXT NOT NULL UNIQUE,       -- lower-cased; for api inboxes a slug
    sender_name     TEXT NOT NULL DEFAULT '',   -- template of the From name; '' = agent at company
    template_html   TEXT NOT NULL DEFAULT '',   -- what stands around each reply; '' = the standard one
    auto_reply_html TEXT NOT NULL DEFAULT '',   -- '' = none
    auto_reply_subject TEXT NOT NULL DEFAULT '',
    catch_all       BOOLEAN NOT NULL DEFAULT FALSE,
    reopen_days     BIGINT NOT NULL DEFAULT 30, -- a later message to a closed conversation opens a linked one
    created_at      BIGINT NOT NULL,
    archived_at     BIGINT
);

CREATE TABLE inbox_addresses (                  -- the address itself and its aliases
    address         TEXT PRIMARY KEY,
    inbox_id        BIGINT NOT NULL REFERENCES inboxes (id)
);
CREATE INDEX inbox_addresses_of_inbox ON inbox_addresses (inbox_id);

CREATE TABLE inbox_teams (                      -- no row = every team
    inbox_id        BIGINT NOT NULL REFERENCES inboxes (id),
    team_id         BIGINT NOT NULL REFERENCES teams (id),
    PRIMARY KEY (inbox_id, team_id)
);

-- How an email inbox fetches (IMAP) and sends (SMTP). Secrets are sealed with the key file.
CREATE TABLE mail_accounts (
    id              {id},
    inbox_id        BIGINT NOT NULL REFERENCES inboxes (id),
    kind            TEXT NOT NULL,              -- imap, smtp
    host            TEXT NOT NULL,
    port            BIGINT NOT NULL,
    security        TEXT NOT NULL,              -- tls, starttls, none
    username        TEXT NOT NULL DEFAULT '',
    secret_sealed   TEXT NOT NULL DEFAULT '',   -- password, or OAuth2 refresh token
    auth            TEXT NOT NULL DEFAULT 'password', -- password, oauth2, none
    oauth           TEXT NOT NULL DEFAULT '',   -- JSON: token endpoint, client id, sealed client secret, scope
    folder          TEXT NOT NULL DEFAULT 'INBOX',
    mark_seen       BOOLEAN NOT NULL DEFAULT FALSE,
    lmtp            BOOLEAN NOT NULL DEFAULT FALSE, -- of smtp: a mail store on our own premises
    uid_validity    BIGINT,
    uid_next        BIGINT,                     -- all UIDs below this were taken in
    checked_at      BIGINT,
    ok_at           BIGINT,
    problem         TEXT NOT NULL DEFAULT '',   -- the last failure in words; '' = none
    paused          BOOLEAN NOT NULL DEFAULT FALSE,
    since           BIGINT,                     -- of imap: only mail that came later is fetched; NULL = all
    changed_at      BIGINT NOT NULL,
    UNIQUE (inbox_id, kind)
);

CREATE TABLE dkim_keys (
    id              {id},
    domain          TEXT NOT NULL,
    selector        TEXT NOT NULL,
    key_sealed      TEXT NOT NULL,
    record          TEXT NOT NULL,              -- what stands in the DNS
    state           TEXT NOT NULL,              -- waits, signs, retired
    created_at      BIGINT NOT NULL,
    changed_at      BIGINT NOT NULL,
    UNIQUE (domain, selector)
);
CREATE UNIQUE INDEX dkim_keys_that_sign ON dkim_keys (domain) WHERE state = 'signs';

-- ── Customers ──────────────────────────────────────────────────────────────
CREATE TABLE accounts (
    id              {id},
    name            TEXT NOT NULL,
    name_folded     TEXT NOT NULL,
    kind            TEXT NOT NULL,              -- company, person
    owner_id        BIGINT REFERENCES agents (id),
    created_at      BIGINT NOT NULL,
    changed_at      BIGINT NOT NULL,
    merged_into     BIGINT,
    stage_id        BIGINT,                     -- stages.id: where it stands in its life with us
    stage_since     BIGINT,
    parent_id       BIGINT,                     -- the account that it is a part of
    said_arr        BIGINT,                     -- a year, minor units of the home currency, as somebody entered it
    said_renewal    BIGINT                      -- the day (since 1970) of the next renewal, as somebody entered it
);
CREATE INDEX accounts_of_parent ON accounts (parent_id) WHERE parent_id IS NOT NULL;
CREATE INDEX accounts_by_name ON accounts (name_folded, id);
CREATE INDEX accounts_by_kind ON accounts (kind, name_folded, id);
CREATE INDEX accounts_of_owner ON accounts (owner_id);
CREATE INDEX accounts_merged ON accounts (merged_into) WHERE merged_into IS NOT NULL;

CREATE TABLE account_domains (
    domain          TEXT PRIMARY KEY,
    account_id      BIGINT NOT NULL REFERENCES accounts (id)
);
CREATE INDEX account_domains_of_account ON account_domains (account_id);

CREATE TABLE contacts (
    id              {id},
    account_id      BIGINT NOT NULL REFERENCES accounts (id),
    name            TEXT NOT NULL,
    name_folded     TEXT NOT NULL,
    title           TEXT NOT NULL DEFAULT '',   -- what they do there
    time_zone       TEXT NOT NULL DEFAULT '',
    language        TEXT NOT NULL DEFAULT '',   -- BCP 47
    picture_file_id BIGINT,
    blocked_at      BIGINT,
    created_at      BIGINT NOT NULL,
    changed_at      BIGINT NOT NULL,
    seen_at         BIGINT,                     -- the last time they wrote
    merged_into     BIGINT
);
CREATE INDEX contacts_of_account ON contacts (account_id, seen_at, id);
CREATE INDEX contacts_by_name ON contacts (name_folded, id);
CREATE INDEX contacts_by_seen ON contacts (seen_at, id);
CREATE INDEX contacts_merged ON contacts (merged_into) WHERE merged_into IS NOT NULL;

CREATE TABLE identities (
    id              {id},
    contact_id      BIGINT NOT NULL REFERENCES contacts (id),
    kind            TEXT NOT NULL,              -- email, phone, visitor, external, handle
    value           TEXT NOT NULL,              -- as written
    value_folded    TEXT NOT NULL,              -- as compared
    is_primary      BOOLEAN NOT NULL DEFAULT FALSE,
    created_at      BIGINT NOT NULL,
    undeliverable_at BIGINT,                    -- bounced for good
    UNIQUE (kind, value_folded)
);
CREATE INDEX identities_of_contact ON identities (contact_id, kind);
CREATE INDEX identities_by_value ON identities (value_folded);

-- The words by which contacts and accounts are found as one types: folded, each looked up by its start.
CREATE TABLE customer_words (
    subject_kind    TEXT NOT NULL,              -- contact, account
    word            TEXT NOT NULL,
    subject_id      BIGINT NOT NULL,
    PRIMARY KEY (subject_kind, word, subject_id)
);
CREATE INDEX customer_words_of_subject ON customer_words (subject_id, word);

CREATE TABLE attribute_definitions (
    id              {id},
    subject_kind    TEXT NOT NULL,              -- contact, account, conversation
    name            TEXT NOT NULL,              -- a-z0-9_
    label           TEXT NOT NULL,
    kind            TEXT NOT NULL,              -- text, number, date, choice, boolean, link
    choices         TEXT NOT NULL DEFAULT '[]', -- JSON list of texts
    position        BIGINT NOT NULL DEFAULT 0,
    created_at      BIGINT NOT NULL,
    archived_at     BIGINT,
    UNIQUE (subject_kind, name)
);

CREATE TABLE attribute_values (
    definition_id   BIGINT NOT NULL REFERENCES attribute_definitions (id),
    subject_id      BIGINT NOT NULL,
    text_value      TEXT NOT NULL,              -- the one way to write it: 12.5, 2026-11-20, true
    number_value    DOUBLE PRECISION,           -- number; date as microseconds; boolean as 0 or 1
    changed_at      BIGINT NOT NULL DEFAULT 0,  -- when it was said; 0 = not known
    PRIMARY KEY (definition_id, subject_id)
);
CREATE INDEX attribute_values_of_subject ON attribute_values (subject_id);
CREATE INDEX attribute_values_by_text ON attribute_values (definition_id, text_value);

CREATE TABLE customer_notes (                   -- on contacts and accounts; notes in conversations are messages
    id              {id},
    subject_kind    TEXT NOT NULL,
    subject_id      BIGINT NOT NULL,
    author_id       BIGINT NOT NULL REFERENCES agents (id),
    html            TEXT NOT NULL,
    created_at      BIGINT NOT NULL,
    changed_at      BIGINT NOT NULL,
    deleted_at      BIGINT
);
CREATE INDEX customer_notes_of_subject ON customer_notes (subject_id, id);

CREATE TABLE tags (
    id              {id},
    name            TEXT NOT NULL,
    name_folded     TEXT NOT NULL UNIQUE,
    created_at      BIGINT NOT NULL,
    archived_at     BIGINT
);

CREATE TABLE taggings (
    tag_id          BIGINT NOT NULL REFERENCES tags (id),
    subject_kind    TEXT NOT NULL,              -- conversation, contact, account
    subject_id      BIGINT NOT NULL,
    created_at      BIGINT NOT NULL,
    inbox_id        BIGINT,                     -- of a conversation: its inbox
    sorted_at       BIGINT,                     -- of a conversation: its last message, so that a tag's list is in order
    PRIMARY KEY (tag_id, subject_id)
);
CREATE INDEX taggings_of_subject ON taggings (subject_id, tag_id);
CREATE INDEX taggings_in_order ON taggings (tag_id, inbox_id, sorted_at, subject_id) WHERE sorted_at IS NOT NULL;

-- What a merge moved, so that it can be taken back.
CREATE TABLE merges (
    id              {id},
    subject_kind    TEXT NOT NULL,              -- contact, account, conversation
    from_id         BIGINT NOT NULL,
    into_id         BIGINT NOT NULL,
    agent_id        BIGINT NOT NULL,
    moved           TEXT NOT NULL,              -- JSON
    merged_at       BIGINT NOT NULL,
    undone_at       BIGINT
);
CREATE TABLE merge_moves (                      -- the rows that a merge gave to the one that stays
    merge_id        BIGINT NOT NULL REFERENCES merges (id),
    kind            TEXT NOT NULL,              -- identity, contact, conversation, note, …
    row_id          BIGINT NOT NULL,
    PRIMARY KEY (merge_id, kind, row_id)
);
CREATE INDEX merges_of_subject ON merges (into_id);
CREATE INDEX merges_from_subject ON merges (from_id);

-- What an agent did to conversations, kept for a while so that it can be taken back.
CREATE TABLE undos (
    id              {id},
    agent_id        BIGINT NOT NULL REFERENCES agents (id),
    bulk_id         BIGINT,                     -- the long work that it is a part of
    message_id      BIGINT,                     -- the one that was sent with it
    kept            TEXT NOT NULL,              -- JSON: conversations::undo::Kept
    made_at         BIGINT NOT NULL,
    undone_at       BIGINT
);
CREATE INDEX undos_of_bulk ON undos (bulk_id, id) WHERE bulk_id IS NOT NULL;
CREATE INDEX undos_of_message ON undos (message_id) WHERE message_id IS NOT NULL;
CREATE INDEX undos_by_age ON undos (made_at);

-- The same done to very many conversations, a piece at a time.
CREATE TABLE bulks (
    id              {id},
    agent_id        BIGINT NOT NULL REFERENCES agents (id),
    action          TEXT NOT NULL,              -- conversations::BulkAction, as text
    undoes          BIGINT,                     -- the one that it takes back
    subjects        TEXT NOT NULL,              -- JSON list: conversations, or undos
    at_subject      BIGINT NOT NULL DEFAULT 0,  -- so many are behind us
    total           BIGINT NOT NULL,
    done            BIGINT NOT NULL DEFAULT 0,
    refused         BIGINT NOT NULL DEFAULT 0,
    problem         TEXT NOT NULL DEFAULT '',   -- why the last one was refused
    made_at         BIGINT NOT NULL,
    ended_at        BIGINT
);

-- A file of contacts or accounts on its way in. Its rows wait here, so that any node can go on with it.
CREATE TABLE imports (
    id              {id},
    agent_id        BIGINT NOT NULL REFERENCES agents (id),
    subject_kind    TEXT NOT NULL,              -- contact, account
    file_name       TEXT NOT NULL,
    state           TEXT NOT NULL,              -- mapping, checking, checked, running, done, cancelled
    columns         TEXT NOT NULL,              -- JSON: customers::imports::Column
    mode            TEXT NOT NULL DEFAULT 'all', -- all, only_new, only_known
    row_count       BIGINT NOT NULL,            -- without the header
    at_row          BIGINT NOT NULL DEFAULT 0,  -- rows that are behind us in this state
    created_count   BIGINT NOT NULL DEFAULT 0,
    changed_count   BIGINT NOT NULL DEFAULT 0,
    same_count      BIGINT NOT NULL DEFAULT 0,
    refused_count   BIGINT NOT NULL DEFAULT 0,
    repeated_count  BIGINT NOT NULL DEFAULT 0,  -- rows about whom a row above is
    created_at      BIGINT NOT NULL,
    changed_at      BIGINT NOT NULL,
    ended_at        BIGINT
);
CREATE INDEX imports_by_state ON imports (state, changed_at);

CREATE TABLE import_chunks (
    import_id       BIGINT NOT NULL REFERENCES imports (id),
    first_row       BIGINT NOT NULL,            -- 0 is the first row below the header
    rows            TEXT NOT NULL,              -- JSON: [number in the file, [cell, …]]
    PRIMARY KEY (import_id, first_row)
);

-- What a row of the check would make, so that a later row of the same finds it.
CREATE TABLE import_keys (
    import_id       BIGINT NOT NULL REFERENCES imports (id),
    key             TEXT NOT NULL,
    PRIMARY KEY (import_id, key)
);

CREATE TABLE import_problems (
    import_id       BIGINT NOT NULL REFERENCES imports (id),
    row_number      BIGINT NOT NULL,            -- as a spreadsheet counts: the header is 1
    column_name     TEXT NOT NULL,              -- '' = the whole row
    problem         TEXT NOT NULL,              -- a whole sentence
    PRIMARY KEY (import_id, row_number, column_name)
);

-- ── Conversations ──────────────────────────────────────────────────────────
CREATE TABLE statuses (
    id              {id},
    name            TEXT NOT NULL UNIQUE,
    category        TEXT NOT NULL,              -- new, open, waiting_customer, waiting_third_party, snoozed, resolved, closed, spam
    is_default      BOOLEAN NOT NULL DEFAULT FALSE, -- the one that the category means by itself
    position        BIGINT NOT NULL,
    archived_at     BIGINT
);

CREATE TABLE conversations (
    id              {id},
    number          BIGINT NOT NULL UNIQUE,     -- #1042
    inbox_id        BIGINT NOT NULL REFERENCES inboxes (id),
    contact_id      BIGINT NOT NULL REFERENCES contacts (id),
    account_id      BIGINT NOT NULL REFERENCES accounts (id),
    subject         TEXT NOT NULL,
    subject_folded  TEXT NOT NULL DEFAULT '',   -- what views compare
    status_id       BIGINT NOT NULL REFERENCES statuses (id),
    category        TEXT NOT NULL,              -- that of the status
    is_active       BOOLEAN NOT NULL,           -- neither resolved, closed, spam nor merged away
    priority        BIGINT NOT NULL DEFAULT 2,  -- 1 low, 2 normal, 3 high, 4 urgent
    assignee_id     BIGINT REFERENCES agents (id),
    team_id         BIGINT REFERENCES teams (id),
    snoozed_until   BIGINT,
    waiting_since   BIGINT,                     -- the oldest message of the customer without an answer
    preview         TEXT NOT NULL DEFAULT '',   -- the start of the last message
    preview_by      TEXT NOT NULL DEFAULT '',   -- inbound, outbound, note
    message_count   BIGINT NOT NULL DEFAULT 0,
    attachment_count BIGINT NOT NULL DEFAULT 0,
    opened_at       BIGINT NOT NULL,
    changed_at      BIGINT NOT NULL,
    last_message_at BIGINT NOT NULL,            -- lists sort by it
    last_inbound_at BIGINT,
    last_message_id BIGINT,                     -- what a send compares with to notice that it crossed
    first_reply_at  BIGINT,
    resolved_at     BIGINT,
    closed_at       BIGINT,
    merged_into     BIGINT,
    follows_id      BIGINT,                     -- the closed conversation that this one goes on from
    may_belong_to   BIGINT                      -- an unproved subject token pointed there
);
-- Lists name these indexes (conversations::list); an inbox comes before the order in each, since
-- most agents see some inboxes only. The category at the end tells the snoozed ones apart.
CREATE INDEX conversations_of_inbox ON conversations (inbox_id, is_active, last_message_at, id, category);
CREATE INDEX conversations_by_category ON conversations (inbox_id, category, last_message_at, id);
CREATE INDEX conversations_of_assignee ON conversations (assignee_id, is_active, inbox_id, last_message_at, id, category);
CREATE INDEX conversations_of_team ON conversations (team_id, is_active, inbox_id, last_message_at, id, category) WHERE team_id IS NOT NULL;
CREATE INDEX conversations_waiting ON conversations (inbox_id, waiting_since, id) WHERE waiting_since IS NOT NULL;
CREATE INDEX conversations_by_priority ON conversations (inbox_id, is_active, priority, last_message_at, id) WHERE priority <> 2;
CREATE INDEX conversations_counted ON conversations (inbox_id, assignee_id, team_id, category) WHERE is_active;
CREATE INDEX conversations_of_contact ON conversations (contact_id, is_active, last_message_at, id);
CREATE INDEX conversations_of_account ON conversations (account_id, is_active, last_message_at, id);
CREATE INDEX conversations_snoozed ON conversations (snoozed_until) WHERE snoozed_until IS NOT NULL;

CREATE TABLE deleted_conversations (            -- their numbers are not given again
    number          BIGINT PRIMARY KEY,
    deleted_at      BIGINT NOT NULL
);

CREATE TABLE messages (
    id              {id},
    conversation_id BIGINT NOT NULL REFERENCES conversations (id),
    direction       TEXT NOT NULL,              -- inbound, outbound, note
    kind            TEXT NOT NULL,              -- human, auto_reply, bulk, bounce, system
    agent_id        BIGINT,                     -- who wrote it, on our side
    contact_id      BIGINT,                     -- who wrote it, on theirs
    sender_name     TEXT NOT NULL DEFAULT '',
    sender_address  TEXT NOT NULL DEFAULT '',
    recipients      TEXT NOT NULL DEFAULT '',   -- JSON: conversations::Recipients (to, cc, bcc)
    subject         TEXT NOT NULL DEFAULT '',
    text            TEXT NOT NULL,              -- whole, plain
    html            TEXT NOT NULL DEFAULT '',   -- whole, sanitised; '' = there is only text
    quote_at        BIGINT,                     -- characters of text before the quoted history; NULL = nothing folded
    message_id      TEXT NOT NULL DEFAULT '',   -- of the mail, without angle brackets
    mail_id         BIGINT,                     -- the mail it came from
    checks          TEXT NOT NULL DEFAULT '',   -- JSON: SPF, DKIM, DMARC verdicts
    source          TEXT NOT NULL DEFAULT '',   -- email, api, page, rule
    state           TEXT NOT NULL,              -- received; queued, sending, sent, deferred, failed, unknown, cancelled; kept (notes)
    state_detail    TEXT NOT NULL DEFAULT '',   -- the server's own answer
    state_at        BIGINT,
    send_at         BIGINT,                     -- when it may leave (undo, send later)
    created_at      BIGINT NOT NULL,
    written_at      BIGINT,                     -- what the sender's clock said
    edited_at       BIGINT,
    moved_from      BIGINT                      -- the conversation it was merged from
);
CREATE INDEX messages_of_conversation ON messages (conversation_id, created_at, id);
CREATE INDEX messages_of_mail ON messages (mail_id) WHERE mail_id IS NOT NULL;
CREATE INDEX messages_leaving ON messages (send_at, id) WHERE send_at IS NOT NULL;

-- What a forward is made of, so that it can be taken back as it was written.
CREATE TABLE forwards (
    message_id      BIGINT PRIMARY KEY,         -- the one that leaves
    shows_id        BIGINT,                     -- the message that it shows; NULL = the thread
    html            TEXT NOT NULL,              -- the agent's own words above it
    own_files       BIGINT NOT NULL             -- so many of its first attachments are the agent's
);

-- Every Message-ID that was seen in a conversation, its own and those it refers to.
CREATE TABLE thread_keys (
    message_id      TEXT NOT NULL,
    conversation_id BIGINT NOT NULL,
    is_own          BOOLEAN NOT NULL,           -- a message here has this id; otherwise one refers to it
    PRIMARY KEY (message_id, conversation_id)
);
CREATE INDEX thread_keys_of_conversation ON thread_keys (conversation_id);

CREATE TABLE files (
    id              {id},
    sha256          TEXT NOT NULL,
    size            BIGINT NOT NULL,
    media_type      TEXT NOT NULL,              -- by content, not by claim
    place           TEXT NOT NULL UNIQUE,       -- key in the folder or bucket, made by us
    created_at      BIGINT NOT NULL
);
CREATE INDEX files_by_content ON files (sha256);

CREATE TABLE attachments (
    id              {id},
    message_id      BIGINT,                     -- NULL while it belongs to a draft
    draft_id        BIGINT,
    agent_id        BIGINT,                     -- who uploaded it
    file_id         BIGINT NOT NULL REFERENCES files (id),
    name            TEXT NOT NULL,              -- as the sender named it, for people only
    media_type      TEXT NOT NULL,
    size            BIGINT NOT NULL,
    content_id      TEXT NOT NULL DEFAULT '',   -- for cid: images
    is_inline       BOOLEAN NOT NULL DEFAULT FALSE,
    created_at      BIGINT NOT NULL
);
CREATE INDEX attachments_of_message ON attachments (message_id, id);
CREATE INDEX attachments_of_draft ON attachments (draft_id, id);
CREATE INDEX attachments_by_file ON attachments (file_id);

CREATE TABLE followers (
    conversation_id BIGINT NOT NULL REFERENCES conversations (id),
    agent_id        BIGINT NOT NULL REFERENCES agents (id),
    PRIMARY KEY (conversation_id, agent_id)
);
CREATE INDEX followers_of_agent ON followers (agent_id, conversation_id);

CREATE TABLE mentions (
    agent_id        BIGINT NOT NULL REFERENCES agents (id),
    conversation_id BIGINT NOT NULL REFERENCES conversations (id),
    message_id      BIGINT NOT NULL,
    PRIMARY KEY (agent_id, conversation_id, message_id)
);

CREATE TABLE readings (                         -- how far an agent has read
    agent_id        BIGINT NOT NULL REFERENCES agents (id),
    conversation_id BIGINT NOT NULL REFERENCES conversations (id),
    message_id      BIGINT NOT NULL,            -- 0 = marked unread
    PRIMARY KEY (agent_id, conversation_id)
);

CREATE TABLE drafts (
    id              {id},
    agent_id        BIGINT NOT NULL REFERENCES agents (id),
    conversation_id BIGINT,                     -- NULL = a new conversation
    kind            TEXT NOT NULL,              -- reply, note, forward, new
    recipients      TEXT NOT NULL DEFAULT '',
    subject         TEXT NOT NULL DEFAULT '',
    html            TEXT NOT NULL,
    inbox_id        BIGINT,
    contact_id      BIGINT,                     -- to whom a new one goes
    message_id      BIGINT,                     -- what a forward shows; NULL = the thread
    version         BIGINT NOT NULL DEFAULT 0,
    changed_at      BIGINT NOT NULL
);
CREATE UNIQUE INDEX drafts_of_agent ON drafts (agent_id, conversation_id, kind);

CREATE TABLE canned_responses (
    id              {id},
    shortcut        TEXT NOT NULL,              -- what one types after /
    name            TEXT NOT NULL,
    html            TEXT NOT NULL,              -- with template variables
    owner_id        BIGINT,                     -- personal
    team_id         BIGINT,                     -- for one team; neither = for all
    created_at      BIGINT NOT NULL,
    changed_at      BIGINT NOT NULL,
    used_count      BIGINT NOT NULL DEFAULT 0,
    archived_at     BIGINT
);
CREATE INDEX canned_responses_by_shortcut ON canned_responses (shortcut);

CREATE TABLE canned_attachments (
    canned_id       BIGINT NOT NULL REFERENCES canned_responses (id),
    file_id         BIGINT NOT NULL REFERENCES files (id),
    name            TEXT NOT NULL,
    PRIMARY KEY (canned_id, file_id)
);

CREATE TABLE views (
    id              {id},
    name            TEXT NOT NULL,
    owner_id        BIGINT NOT NULL REFERENCES agents (id),
    team_id         BIGINT,                     -- shared with one team
    shared          BOOLEAN NOT NULL DEFAULT FALSE, -- with everyone
    conditions      TEXT NOT NULL,              -- JSON: conversations::Condition
    sort            TEXT NOT NULL,              -- newest, oldest, waiting, priority
    position        BIGINT NOT NULL DEFAULT 0,
    created_at      BIGINT NOT NULL,
    archived_at     BIGINT
);
CREATE INDEX views_of_owner ON views (owner_id);

-- ── Mail ───────────────────────────────────────────────────────────────────
-- Each mail that was acknowledged, before anyone looked inside.
CREATE TABLE mails (
    id              {id},
    inbox_id        BIGINT REFERENCES inboxes (id),
    source          TEXT NOT NULL,              -- smtp, imap, import
    envelope_from   TEXT NOT NULL DEFAULT '',
    envelope_to     TEXT NOT NULL DEFAULT '',   -- JSON list
    remote          TEXT NOT NULL DEFAULT '',   -- the address and the name that the client gave
    file_id         BIGINT REFERENCES files (id), -- NULL = deleted with its conversation
    sha256          TEXT NOT NULL,
    size            BIGINT NOT NULL,
    message_key     TEXT NOT NULL DEFAULT '',   -- Message-ID, or made from the content
    state           TEXT NOT NULL,              -- received, imported, duplicate, quarantined, discarded
    reason          TEXT NOT NULL DEFAULT '',   -- why it waits in quarantine, in words
    attempts        BIGINT NOT NULL DEFAULT 0,
    held_until      BIGINT,                     -- its sender's turn, when there were too many
    received_at     BIGINT NOT NULL,
    settled_at      BIGINT
);
CREATE INDEX mails_by_state ON mails (state, id);
CREATE INDEX mails_by_source ON mails (source, state);
CREATE INDEX mails_by_content ON mails (inbox_id, sha256);
CREATE INDEX mails_by_file ON mails (file_id);

-- How many mails a sender wrote since a time.
CREATE TABLE mail_turns (
    sender          TEXT NOT NULL PRIMARY KEY,  -- the address, folded
    since           BIGINT NOT NULL,
    mails           BIGINT NOT NULL
);

-- What makes a mail the same mail: kept after its message is deleted.
CREATE TABLE mail_keys (
    inbox_id        BIGINT NOT NULL,
    message_key     TEXT NOT NULL,
    sha256          TEXT NOT NULL,
    mail_id         BIGINT NOT NULL,
    PRIMARY KEY (inbox_id, message_key, sha256)
);

CREATE TABLE outbox (
    id              {id},
    inbox_id        BIGINT REFERENCES inboxes (id),
    message_id      BIGINT,                     -- messages.id; NULL for notices to agents
    class           TEXT NOT NULL,              -- at_least_once, at_most_once
    kind            TEXT NOT NULL,              -- reply, auto_reply, notice
    mail_message_id TEXT NOT NULL,              -- the same for each try
    envelope_from   TEXT NOT NULL,
    file_id         BIGINT REFERENCES files (id), -- the bytes, once built
    payload         TEXT NOT NULL DEFAULT '',   -- JSON: what a notice is built from
    state           TEXT NOT NULL,              -- held, queued, sending, sent, deferred, failed, unknown, cancelled
    attempts        BIGINT NOT NULL DEFAULT 0,
    answer          TEXT NOT NULL DEFAULT '',
    due_at          BIGINT NOT NULL,
    leased_until    BIGINT,
    created_at      BIGINT NOT NULL,
    settled_at      BIGINT
);
CREATE INDEX outbox_due ON outbox (state, due_at, id);
CREATE INDEX outbox_of_message ON outbox (message_id);
CREATE INDEX outbox_by_mail ON outbox (mail_message_id);
CREATE INDEX outbox_by_file ON outbox (file_id);

CREATE TABLE deliveries (                       -- one recipient of one outbox item
    outbox_id       BIGINT NOT NULL REFERENCES outbox (id),
    address         TEXT NOT NULL,
    state           TEXT NOT NULL,              -- queued, sent, deferred, failed
    answer          TEXT NOT NULL DEFAULT '',
    PRIMARY KEY (outbox_id, address)
);

CREATE TABLE auto_replies (                     -- at most one a sender and conversation in 24 h
    address         TEXT NOT NULL,
    conversation_id BIGINT NOT NULL,
    sent_at         BIGINT NOT NULL,
    PRIMARY KEY (address, conversation_id)
);
CREATE INDEX auto_replies_by_address ON auto_replies (address, sent_at);

-- ── Search ─────────────────────────────────────────────────────────────────
-- The words that were ever seen; search_words itself differs by database.
CREATE TABLE search_terms (
    term            TEXT PRIMARY KEY,
    messages        BIGINT NOT NULL
);

-- ── Usage ──────────────────────────────────────────────────────────────────
-- Where events of the company's own product come from.
CREATE TABLE sources (
    id              {id},
    name            TEXT NOT NULL,
    kind            TEXT NOT NULL,              -- tracking
    trust           TEXT NOT NULL,              -- browser: its key is public; server: its key is a secret
    created_at      BIGINT NOT NULL,
    heard_at        BIGINT,                     -- the last request that was counted
    disabled_at     BIGINT
);

CREATE TABLE source_keys (
    key_hash        TEXT PRIMARY KEY,           -- SHA-256, hex
    source_id       BIGINT NOT NULL REFERENCES sources (id),
    hint            TEXT NOT NULL,              -- the last four characters
    created_at      BIGINT NOT NULL,
    ends_at         BIGINT                      -- another took its place: until then both are taken
);
CREATE INDEX source_keys_of_source ON source_keys (source_id, created_at);

-- Each request as it came, until the retention is over; what waits is not counted yet.
CREATE TABLE usage_batches (
    id              {id},
    source_id       BIGINT NOT NULL,
    received_at     BIGINT NOT NULL,
    call            TEXT NOT NULL,              -- batch, track, identify, …
    events          BIGINT NOT NULL,
    waits           BOOLEAN NOT NULL,
    body            BYTEA NOT NULL              -- JSON, or gzip of it
);
CREATE INDEX usage_batches_waiting ON usage_batches (id) WHERE waits;

-- The messageIds of one day: sorted hashes, in pieces that are put together as they grow.
CREATE TABLE usage_seen (
    id              {id},
    source_id       BIGINT NOT NULL,
    day             BIGINT NOT NULL,            -- days since 1970, UTC
    level           BIGINT NOT NULL,
    written_at      BIGINT NOT NULL,
    ids             BYTEA NOT NULL              -- 8 bytes each
);
CREATE INDEX usage_seen_of_day ON usage_seen (source_id, day);

CREATE TABLE usage_names (                      -- what is counted
    id              {auto_id},
    kind            TEXT NOT NULL,              -- track, page, screen, identify, group, alias
    name            TEXT NOT NULL,
    is_key          BOOLEAN NOT NULL DEFAULT FALSE, -- a key feature
    first_at        BIGINT NOT NULL,
    UNIQUE (kind, name)
);

CREATE TABLE usage_people (                     -- whom events speak of
    id              {id},
    kind            TEXT NOT NULL,              -- user, anonymous
    key             TEXT NOT NULL,              -- userId, anonymousId
    contact_id      BIGINT,
    account_id      BIGINT,                     -- what the last group call said
    merged_into     BIGINT,                     -- the user that an anonymous visitor turned out to be
    claims          TEXT NOT NULL DEFAULT '',   -- the address that a browser says they have
    source_id       BIGINT NOT NULL,
    first_at        BIGINT NOT NULL,
    last_at         BIGINT NOT NULL,            -- to some minutes
    UNIQUE (kind, key)
);
CREATE INDEX usage_people_of_contact ON usage_people (contact_id) WHERE contact_id IS NOT NULL;
CREATE INDEX usage_people_merged ON usage_people (merged_into) WHERE merged_into IS NOT NULL;
CREATE INDEX usage_people_by_last ON usage_people (last_at);

-- One day of one account; of a person who has none yet, under the person's own id.
CREATE TABLE usage_days (
    subject_id      BIGINT NOT NULL,
    day             BIGINT NOT NULL,
    is_account      BOOLEAN NOT NULL,
    events          BIGINT NOT NULL,            -- of those that count as use
    people          BIGINT NOT NULL,            -- who were active
    data            BYTEA NOT NULL,             -- usage::tally: event × person × count
    PRIMARY KEY (subject_id, day)
);
CREATE INDEX usage_days_by_day ON usage_days (day, subject_id);

CREATE TABLE first_values (                     -- when an account first used a key feature
    account_id      BIGINT PRIMARY KEY REFERENCES accounts (id),
    started_on      BIGINT NOT NULL,
    reached_on      BIGINT                      -- NULL = not yet
);
CREATE INDEX first_values_by_start ON first_values (started_on, account_id);

CREATE TABLE usage_totals (                     -- of everybody
    name_id         BIGINT NOT NULL,
    day             BIGINT NOT NULL,
    count           BIGINT NOT NULL,
    PRIMARY KEY (name_id, day)
);
CREATE INDEX usage_totals_by_day ON usage_totals (day, name_id);

CREATE TABLE account_external_ids (             -- groupId
    external_id     TEXT PRIMARY KEY,
    account_id      BIGINT NOT NULL REFERENCES accounts (id)
);
CREATE INDEX account_external_ids_of_account ON account_external_ids (account_id);

-- Contacts and accounts that nobody but a browser has vouched for.
CREATE TABLE usage_claimed (
    subject_id      BIGINT PRIMARY KEY,
    source_id       BIGINT NOT NULL
);

CREATE TABLE usage_rejections (
    id              {id},
    source_id       BIGINT NOT NULL,
    received_at     BIGINT NOT NULL,
    call            TEXT NOT NULL,
    event           TEXT NOT NULL,
    reason          TEXT NOT NULL,              -- a sentence
    sample          TEXT NOT NULL               -- the start of it, as it came
);
CREATE INDEX usage_rejections_by_time ON usage_rejections (received_at, id);

-- ── What happened, and what is owed ────────────────────────────────────────
CREATE TABLE journal (
    id              {id},
    position        BIGINT UNIQUE,              -- given after the commit, gapless: tend_store's sequencer
    happened_at     BIGINT NOT NULL,
    actor_kind      TEXT NOT NULL,              -- agent, contact, system, console
    actor_id        BIGINT,
    kind            TEXT NOT NULL,
    subject_kind    TEXT NOT NULL,
    subject_id      BIGINT NOT NULL,
    conversation_id BIGINT,
    contact_id      BIGINT,
    account_id      BIGINT,
    data            TEXT NOT NULL
);
CREATE INDEX journal_unplaced ON journal (id) WHERE position IS NULL;
CREATE INDEX journal_of_subject ON journal (subject_id, id);
CREATE INDEX journal_of_conversation ON journal (conversation_id, id) WHERE conversation_id IS NOT NULL;
CREATE INDEX journal_of_contact ON journal (contact_id, happened_at, id) WHERE contact_id IS NOT NULL;
CREATE INDEX journal_of_account ON journal (account_id, happened_at, id) WHERE account_id IS NOT NULL;

CREATE TABLE followers_at (                     -- how far each follower of the journal has come
    name            TEXT PRIMARY KEY,
    position        BIGINT NOT NULL
);

CREATE TABLE jobs (
    id              {id},
    kind            TEXT NOT NULL,
    data            TEXT NOT NULL,              -- JSON: jobs::Job
    unique_key      TEXT UNIQUE,                -- at most one waiting job has it
    state           TEXT NOT NULL,              -- waiting, dead
    due_at          BIGINT NOT NULL,
    attempts        BIGINT NOT NULL DEFAULT 0,
    leased_until    BIGINT,
    lease           BIGINT,                     -- fence: only who holds this number may settle it
    problem         TEXT NOT NULL DEFAULT '',
    created_at      BIGINT NOT NULL
);
CREATE INDEX jobs_due ON jobs (state, due_at, id);

CREATE TABLE idempotency_keys (
    owner           TEXT NOT NULL,              -- token or session
    name            TEXT NOT NULL,              -- the Idempotency-Key header
    request_hash    TEXT NOT NULL,
    status          BIGINT,                     -- NULL while the first is under way
    answer          TEXT NOT NULL DEFAULT '',
    created_at      BIGINT NOT NULL,
    PRIMARY KEY (owner, name)
);
CREATE INDEX idempotency_keys_by_age ON idempotency_keys (created_at);

-- ── Money ──────────────────────────────────────────────────────────────────
-- Amounts are minor units (cents) of their currency. Days count from 1970-01-01 in the
-- company's zone. "home" is converted to the company's currency, at a rate that is kept.
CREATE TABLE exchange_rates (
    currency        TEXT NOT NULL,
    day             BIGINT NOT NULL,
    rate            BIGINT NOT NULL,            -- billionths of a home unit for one unit
    PRIMARY KEY (currency, day)
);

CREATE TABLE products (                         -- what the company sells
    id              {id},
    name            TEXT NOT NULL,
    name_folded     TEXT NOT NULL UNIQUE,
    created_at      BIGINT NOT NULL,
    archived_at     BIGINT
);

CREATE TABLE churn_reasons (                    -- the company's own list
    id              {id},
    name            TEXT NOT NULL,
    name_folded     TEXT NOT NULL UNIQUE,
    created_at      BIGINT NOT NULL,
    archived_at     BIGINT
);

CREATE TABLE subscriptions (
    id              {id},
    account_id      BIGINT NOT NULL REFERENCES accounts (id),
    product_id      BIGINT REFERENCES products (id),
    plan            TEXT NOT NULL,
    currency        TEXT NOT NULL,
    rate            BIGINT NOT NULL,            -- of the day it began: kept for its whole life
    start_day       BIGINT NOT NULL,
    end_day         BIGINT,                     -- the first day that is not paid for any more
    reason_id       BIGINT REFERENCES churn_reasons (id),
    term_months     BIGINT NOT NULL,
    renewal_day     BIGINT NOT NULL,            -- when the present term ends
    auto_renew      BOOLEAN NOT NULL,
    external_id     TEXT UNIQUE,                -- how the billing system calls it
    created_at      BIGINT NOT NULL,
    changed_at      BIGINT NOT NULL
);
CREATE INDEX subscriptions_of_account ON subscriptions (account_id, start_day);
CREATE INDEX subscriptions_by_renewal ON subscriptions (renewal_day, id) WHERE end_day IS NULL;

CREATE TABLE subscription_terms (               -- what is paid, from a day on
    subscription_id BIGINT NOT NULL REFERENCES subscriptions (id),
    from_day        BIGINT NOT NULL,
    quantity        BIGINT NOT NULL,
    price           BIGINT NOT NULL,            -- of one, for one interval
    months          BIGINT NOT NULL,            -- in an interval
    mrr             BIGINT NOT NULL,            -- home, a month
    arr             BIGINT NOT NULL,            -- home, a year
    PRIMARY KEY (subscription_id, from_day)
);

CREATE TABLE revenue_steps (                    -- what an account pays, whenever that changes
    account_id      BIGINT NOT NULL,
    day             BIGINT NOT NULL,
    mrr             BIGINT NOT NULL,
    arr             BIGINT NOT NULL,
    PRIMARY KEY (account_id, day)
);

CREATE TABLE account_money (                    -- today, kept with every change: lists sort by it
    account_id      BIGINT PRIMARY KEY,
    mrr             BIGINT NOT NULL,
    arr             BIGINT NOT NULL,
    since_day       BIGINT,                     -- paid for the first time
    next_renewal    BIGINT,
    changes_on      BIGINT                      -- the day on which this has to be looked at again
);
CREATE INDEX account_money_by_arr ON account_money (arr, account_id);
CREATE INDEX account_money_by_renewal ON account_money (next_renewal, account_id) WHERE next_renewal IS NOT NULL;
CREATE INDEX account_money_changing ON account_money (changes_on) WHERE changes_on IS NOT NULL;

CREATE TABLE invoices (
    id              {id},
    account_id      BIGINT NOT NULL REFERENCES accounts (id),
    subscription_id BIGINT,
    number          TEXT NOT NULL,
    currency        TEXT NOT NULL,
    amount          BIGINT NOT NULL,
    paid            BIGINT NOT NULL,            -- of the amount
    home            BIGINT NOT NULL,            -- the amount, at the rate of the day of issue
    issued_day      BIGINT NOT NULL,
    due_day         BIGINT NOT NULL,
    paid_day        BIGINT,
    status          TEXT NOT NULL,              -- draft, open, paid, void, uncollectible
    external_id     TEXT UNIQUE,
    created_at      BIGINT NOT NULL,
    changed_at      BIGINT NOT NULL
);
CREATE INDEX invoices_of_account ON invoices (account_id, issued_day);
CREATE INDEX invoices_open ON invoices (due_day, id) WHERE status = 'open';

CREATE TABLE renewals (                         -- the decision at the end of a term
    id              {id},
    subscription_id BIGINT NOT NULL REFERENCES subscriptions (id),
    account_id      BIGINT NOT NULL,
    due_day         BIGINT NOT NULL,
    category        TEXT NOT NULL,              -- commit, best_case, most_likely, at_risk, omitted
    amount          BIGINT NOT NULL,            -- home, a year, up for renewal
    outcome         TEXT,                       -- renewed, expanded, contracted, churned
    renewed         BIGINT,                     -- home, a year, of what was up
    now_arr         BIGINT,                     -- home, a year, with what was added
    reason_id       BIGINT,
    note            TEXT NOT NULL DEFAULT '',
    closed_at       BIGINT,
    changed_at      BIGINT NOT NULL,
    UNIQUE (subscription_id, due_day)
);
CREATE INDEX renewals_by_due ON renewals (due_day, id);
CREATE INDEX renewals_of_account ON renewals (account_id, due_day);

CREATE TABLE opportunities (                    -- to sell more to who buys already
    id              {id},
    account_id      BIGINT NOT NULL REFERENCES accounts (id),
    kind            TEXT NOT NULL,              -- upsell, cross_sell
    product_id      BIGINT,
    name            TEXT NOT NULL,
    amount          BIGINT NOT NULL,            -- home, a year
    stage           TEXT NOT NULL,              -- found, proposed, negotiating, won, lost
    close_day       BIGINT,
    created_at      BIGINT NOT NULL,
    changed_at      BIGINT NOT NULL
);
CREATE INDEX opportunities_of_account ON opportunities (account_id, id);
CREATE INDEX opportunities_by_stage ON opportunities (stage, id);

CREATE TABLE acquisition_costs (                -- what a channel cost in a month, home
    month           BIGINT NOT NULL,            -- 12 × year + month − 1
    channel         TEXT NOT NULL,
    amount          BIGINT NOT NULL,
    PRIMARY KEY (month, channel)
);

CREATE TABLE account_channels (                 -- how a customer was won
    account_id      BIGINT PRIMARY KEY,
    channel         TEXT NOT NULL
);

CREATE TABLE owner_history (                    -- who looked after an account, from a day on
    account_id      BIGINT NOT NULL,
    day             BIGINT NOT NULL,
    owner_id        BIGINT,
    PRIMARY KEY (account_id, day)
);

CREATE TABLE referrals (                        -- who introduced whom
    id              {id},
    referrer_id     BIGINT NOT NULL REFERENCES accounts (id),
    referred_id     BIGINT REFERENCES accounts (id),
    name            TEXT NOT NULL,              -- who was introduced, as it was said
    state           TEXT NOT NULL,              -- introduced, accepted, declined
    day             BIGINT NOT NULL,
    created_at      BIGINT NOT NULL
);
CREATE INDEX referrals_of_referrer ON referrals (referrer_id);
CREATE UNIQUE INDEX referrals_of_referred ON referrals (referred_id) WHERE referred_id IS NOT NULL;

CREATE TABLE advocates (                        -- testimonials, and who may be called for a reference
    id              {id},
    account_id      BIGINT NOT NULL REFERENCES accounts (id),
    contact_id      BIGINT,
    kind            TEXT NOT NULL,              -- testimonial, reference
    quote           TEXT NOT NULL,
    consent_day     BIGINT,                     -- when they agreed
    consent_until   BIGINT,
    asks_a_year     BIGINT NOT NULL,            -- how often they may be asked
    created_at      BIGINT NOT NULL,
    withdrawn_at    BIGINT
);
CREATE INDEX advocates_of_account ON advocates (account_id);

CREATE TABLE advocate_asks (
    id              {id},
    advocate_id     BIGINT NOT NULL REFERENCES advocates (id),
    day             BIGINT NOT NULL,
    purpose         TEXT NOT NULL,
    agent_id        BIGINT NOT NULL
);
CREATE INDEX advocate_asks_of ON advocate_asks (advocate_id, day);

-- A billing system's file, from the time it was looked through until it is taken in.
CREATE TABLE money_imports (
    id              {id},
    kind            TEXT NOT NULL,              -- subscriptions, invoices, costs
    agent_id        BIGINT NOT NULL,
    file_name       TEXT NOT NULL,
    header          TEXT NOT NULL,              -- JSON
    row_count       BIGINT NOT NULL,
    created_at      BIGINT NOT NULL
);

CREATE TABLE money_import_rows (
    import_id       BIGINT NOT NULL,
    piece           BIGINT NOT NULL,
    rows            TEXT NOT NULL,              -- JSON: [[number, [cell, …]], …]
    PRIMARY KEY (import_id, piece)
);

-- ── The book of business ───────────────────────────────────────────────────
CREATE TABLE stages (                           -- of an account's life, as the company names them
    id              {id},
    name            TEXT NOT NULL,
    position        BIGINT NOT NULL,
    means           TEXT NOT NULL,              -- before, customer, churned
    tone            TEXT NOT NULL,              -- plain, accent, good, warn, bad
    stuck_days      BIGINT,                     -- longer than that asks for a look; NULL = never
    created_at      BIGINT NOT NULL,
    archived_at     BIGINT
);

CREATE TABLE stage_changes (
    id              {id},
    account_id      BIGINT NOT NULL REFERENCES accounts (id),
    from_id         BIGINT,
    to_id           BIGINT,
    agent_id        BIGINT,                     -- NULL = Tend, an import
    happened_at     BIGINT NOT NULL
);
CREATE INDEX stage_changes_of_account ON stage_changes (account_id, id);

CREATE TABLE handovers (                        -- from one owner to the next
    id              {id},
    account_id      BIGINT NOT NULL REFERENCES accounts (id),
    from_id         BIGINT,
    to_id           BIGINT,
    agent_id        BIGINT,                     -- who did it
    note            TEXT NOT NULL DEFAULT '',
    happened_at     BIGINT NOT NULL
);
CREATE INDEX handovers_of_account ON handovers (account_id, id);

-- What a portfolio sorts and narrows by: one row for each account that is a company, or has an owner or
-- a stage. Kept by a follower of the journal, and anew each day. What is not known sorts last: -1 where
-- the largest comes first, 9223372036854775807 where the smallest does.
CREATE TABLE account_figures (
    account_id      BIGINT PRIMARY KEY REFERENCES accounts (id),
    name_folded     TEXT NOT NULL,
    owner_id        BIGINT,
    owner_folded    TEXT NOT NULL,              -- the owner's name; U+10FFFF for nobody
    stage_id        BIGINT,
    stage_place     BIGINT NOT NULL,            -- position of the stage
    arr             BIGINT NOT NULL,            -- a year, minor units of the home currency
    renews_on       BIGINT NOT NULL,            -- day since 1970
    risk            BIGINT NOT NULL,            -- money expected to be lost; -1 while no health is known
    touched_at      BIGINT NOT NULL,            -- the last message or note; 0 = never
    open_count      BIGINT NOT NULL,            -- active conversations
    contact_count   BIGINT NOT NULL,
    used_on         BIGINT NOT NULL,            -- the last day of any usage; -1 = never
    events          BIGINT NOT NULL,            -- of use, in 30 days
    events_before   BIGINT NOT NULL,            -- in the 30 days before
    trend           BIGINT NOT NULL             -- one against the other, in thousandths: -250 is a quarter less
);
-- Each order twice: of everybody's, and of one owner's (book::portfolio names these indexes).
CREATE INDEX account_figures_by_name ON account_figures (name_folded, account_id);
CREATE INDEX account_figures_owned_by_name ON account_figures (owner_id, name_folded, account_id);
CREATE INDEX account_figures_by_arr ON account_figures (arr, account_id);
CREATE INDEX account_figures_owned_by_arr ON account_figures (owner_id, arr, account_id);
CREATE INDEX account_figures_by_renewal ON account_figures (renews_on, account_id);
CREATE INDEX account_figures_owned_by_renewal ON account_figures (owner_id, renews_on, account_id);
CREATE INDEX account_figures_by_risk ON account_figures (risk, account_id);
CREATE INDEX account_figures_owned_by_risk ON account_figures (owner_id, risk, account_id);
CREATE INDEX account_figures_by_stage ON account_figures (stage_place, account_id);
CREATE INDEX account_figures_owned_by_stage ON account_figures (owner_id, stage_place, account_id);
CREATE INDEX account_figures_by_touch ON account_figures (touched_at, account_id);
CREATE INDEX account_figures_owned_by_touch ON account_figures (owner_id, touched_at, account_id);
CREATE INDEX account_figures_by_open ON account_figures (open_count, account_id);
CREATE INDEX account_figures_owned_by_open ON account_figures (owner_id, open_count, account_id);
CREATE INDEX account_figures_by_trend ON account_figures (trend, account_id);
CREATE INDEX account_figures_owned_by_trend ON account_figures (owner_id, trend, account_id);
CREATE INDEX account_figures_by_owner ON account_figures (owner_folded, account_id);
CREATE INDEX account_figures_summed ON account_figures (owner_id, arr, renews_on, risk);

CREATE TABLE segments (                         -- accounts that a condition describes, by a name
    id              {id},
    name            TEXT NOT NULL,
    owner_id        BIGINT NOT NULL REFERENCES agents (id),
    conditions      TEXT NOT NULL,              -- JSON: book::Condition
    created_at      BIGINT NOT NULL,
    changed_at      BIGINT NOT NULL,
    archived_at     BIGINT
);

CREATE TABLE portfolio_views (
    id              {id},
    name            TEXT NOT NULL,
    owner_id        BIGINT NOT NULL REFERENCES agents (id),
    team_id         BIGINT,                     -- shared with one team
    shared          BOOLEAN NOT NULL DEFAULT FALSE, -- with everyone
    whose           TEXT NOT NULL,              -- mine, team, all
    conditions      TEXT NOT NULL,              -- JSON: book::Condition
    sort            TEXT NOT NULL,
    position        BIGINT NOT NULL DEFAULT 0,
    created_at      BIGINT NOT NULL,
    archived_at     BIGINT
);
CREATE INDEX portfolio_views_of_owner ON portfolio_views (owner_id);

CREATE TABLE portfolio_columns (                -- as an agent chose them for a view
    agent_id        BIGINT NOT NULL REFERENCES agents (id),
    view            TEXT NOT NULL,              -- mine, team, all, or the id of a view
    columns         TEXT NOT NULL,              -- their words, separated by spaces
    PRIMARY KEY (agent_id, view)
);

CREATE TABLE tasks (
    id              {id},
    title           TEXT NOT NULL,
    text            TEXT NOT NULL DEFAULT '',
    owner_id        BIGINT REFERENCES agents (id),
    team_id         BIGINT REFERENCES teams (id), -- whoever of them does it
    account_id      BIGINT,
    contact_id      BIGINT,
    conversation_id BIGINT,
    priority        BIGINT NOT NULL DEFAULT 2,  -- 1 low, 2 normal, 3 high
    due_on          BIGINT,                     -- day since 1970, as its owner's calendar names it
    made_by         BIGINT NOT NULL REFERENCES agents (id),
    created_at      BIGINT NOT NULL,
    changed_at      BIGINT NOT NULL,
    done_at         BIGINT,
    done_by         BIGINT,
    dropped_at      BIGINT
);
CREATE INDEX tasks_of_owner ON tasks (owner_id, due_on, id) WHERE done_at IS NULL AND dropped_at IS NULL;
CREATE INDEX tasks_of_team ON tasks (team_id, due_on, id) WHERE done_at IS NULL AND dropped_at IS NULL;
CREATE INDEX tasks_of_account ON tasks (account_id, done_at, id);
CREATE INDEX tasks_of_conversation ON tasks (conversation_id) WHERE conversation_id IS NOT NULL;

CREATE TABLE task_comments (
    id              {id},
    task_id         BIGINT NOT NULL REFERENCES tasks (id),
    author_id       BIGINT NOT NULL REFERENCES agents (id),
    text            TEXT NOT NULL,
    created_at      BIGINT NOT NULL
);
CREATE INDEX task_comments_of_task ON task_comments (task_id, id);

CREATE TABLE key_people (                       -- what a contact is for us in their company
    id              {id},
    account_id      BIGINT NOT NULL REFERENCES accounts (id),
    contact_id      BIGINT NOT NULL REFERENCES contacts (id),
    role            TEXT NOT NULL,              -- champion, sponsor, decision_maker, user, blocker
    created_at      BIGINT NOT NULL,
    left_at         BIGINT,                     -- they are there no more
    left_why        TEXT NOT NULL DEFAULT '',   -- said, bounced
    silent_at       BIGINT                      -- since when we know that nothing is heard of them
);
CREATE INDEX key_people_of_account ON key_people (account_id, id);
CREATE INDEX key_people_of_contact ON key_people (contact_id, role);

CREATE TABLE goals (                            -- what the customer wants to reach, and what hurts
    id              {id},
    account_id      BIGINT NOT NULL REFERENCES accounts (id),
    kind            TEXT NOT NULL,              -- goal, pain
    text            TEXT NOT NULL,
    status          TEXT NOT NULL,              -- open, met, dropped
    due_on          BIGINT,                     -- day since 1970
    unit            TEXT NOT NULL DEFAULT '',   -- of the measured value: 'alarms a week'
    start_value     DOUBLE PRECISION,
    now_value       DOUBLE PRECISION,
    target_value    DOUBLE PRECISION,
    created_at      BIGINT NOT NULL,
    changed_at      BIGINT NOT NULL,
    settled_at      BIGINT
);
CREATE INDEX goals_of_account ON goals (account_id, id);

-- ── Health ─────────────────────────────────────────────────────────────────
-- Days count from 1970-01-01, UTC. A snapshot of a day knows only what was before that day.
CREATE TABLE health_measures (                  -- what snapshots call by a number
    id              {auto_id},
    key             TEXT NOT NULL UNIQUE        -- health::Measure: its kind, window and attribute
);

CREATE TABLE health_profiles (                  -- which measures count for whom
    id              {id},
    name            TEXT NOT NULL,
    position        BIGINT NOT NULL,            -- the first that fits wins; the last one fits everybody
    segment_id      BIGINT,
    stages          TEXT NOT NULL DEFAULT '[]', -- JSON list of ids; empty = every stage
    is_default      BOOLEAN NOT NULL,
    version         BIGINT NOT NULL,            -- the newest of health_versions
    created_at      BIGINT NOT NULL,
    archived_at     BIGINT
);

CREATE TABLE health_versions (                  -- never changed
    profile_id      BIGINT NOT NULL REFERENCES health_profiles (id),
    version         BIGINT NOT NULL,
    document        TEXT NOT NULL,              -- JSON: health::Document
    made_at         BIGINT NOT NULL,
    made_by         BIGINT,                     -- NULL = Tend
    PRIMARY KEY (profile_id, version)
);

CREATE TABLE health_models (                    -- what was learnt of outcomes
    id              {id},
    day             BIGINT NOT NULL,            -- it foretells for snapshots from this day on
    made_at         BIGINT NOT NULL,
    horizon_days    BIGINT NOT NULL,
    row_count       BIGINT NOT NULL,
    outcome_count   BIGINT NOT NULL,            -- rows that left within the horizon
    account_count   BIGINT NOT NULL,
    step            TEXT NOT NULL,              -- rule, curve, line, trees, mean
    known           BOOLEAN NOT NULL,           -- whether a percentage may be shown
    words           TEXT NOT NULL,              -- why not, a whole sentence; '' = known
    document        TEXT NOT NULL,              -- JSON: health::Learnt
    current         BOOLEAN NOT NULL
);
CREATE INDEX health_models_current ON health_models (current, day);

CREATE TABLE health_snapshots (                 -- an account on a day, never changed; it holds until the next one
    account_id      BIGINT NOT NULL REFERENCES accounts (id),
    day             BIGINT NOT NULL,
    profile_id      BIGINT NOT NULL,
    version         BIGINT NOT NULL,
    model_id        BIGINT,
    rule_score      DOUBLE PRECISION,           -- 0 to 100; not a probability
    p               DOUBLE PRECISION,           -- that it leaves within the horizon of the model
    p_low           DOUBLE PRECISION,
    p_high          DOUBLE PRECISION,
    stale_share     DOUBLE PRECISION NOT NULL,
    arr             BIGINT,                     -- a year, minor units of the home currency
    owner_id        BIGINT,
    parent_id       BIGINT,
    stage_id        BIGINT,
    frozen          BOOLEAN NOT NULL,           -- the account left on this day: nothing comes after it
    made_at         BIGINT NOT NULL,
    inputs          BYTEA NOT NULL,             -- health::pack: measure × value × age
    PRIMARY KEY (account_id, day)
);
CREATE INDEX health_snapshots_by_day ON health_snapshots (day, account_id);

CREATE TABLE health_judgements (                -- what an agent believes instead, for a while
    id              {id},
    account_id      BIGINT NOT NULL REFERENCES accounts (id),
    p               DOUBLE PRECISION NOT NULL,
    reason          TEXT NOT NULL,
    made_by         BIGINT NOT NULL REFERENCES agents (id),
    made_at         BIGINT NOT NULL,
    made_on         BIGINT NOT NULL,            -- day
    expires_on      BIGINT NOT NULL,            -- the first day on which it holds no more
    withdrawn_at    BIGINT
);
CREATE INDEX health_judgements_of_account ON health_judgements (account_id, id);
CREATE INDEX health_judgements_ending ON health_judgements (expires_on) WHERE withdrawn_at IS NULL;

CREATE TABLE health_alerts (
    id              {id},
    account_id      BIGINT NOT NULL REFERENCES accounts (id),
    owner_id        BIGINT,
    day             BIGINT NOT NULL,
    p               DOUBLE PRECISION,
    rule_score      DOUBLE PRECISION,
    why             TEXT NOT NULL,
    state           TEXT NOT NULL,              -- open, seen, cleared
    task_id         BIGINT,
    outcome         TEXT,                       -- left, stayed; NULL = not known yet
    outcome_on      BIGINT,
    made_at         BIGINT NOT NULL,
    cleared_at      BIGINT
);
CREATE INDEX health_alerts_of_owner ON health_alerts (owner_id, state, id);
CREATE INDEX health_alerts_of_account ON health_alerts (account_id, id);
CREATE INDEX health_alerts_by_day ON health_alerts (day, id);
