-- ── What is shown on pages, meetings, and what low scores are about ────────
-- What a campaign showed to a customer on the company's own pages. Until it is shown there is only
-- the enrolment, which waits.
CREATE TABLE page_messages (
    id              {id},
    enrolment_id    BIGINT NOT NULL REFERENCES enrolments (id),
    campaign_id     BIGINT NOT NULL REFERENCES campaigns (id),
    contact_id      BIGINT NOT NULL REFERENCES contacts (id),
    step            BIGINT NOT NULL,
    title           TEXT NOT NULL,
    text            TEXT NOT NULL,
    link            TEXT NOT NULL DEFAULT '',
    label           TEXT NOT NULL DEFAULT '',   -- what the link is called
    shown_at        BIGINT NOT NULL,
    clicked_at      BIGINT,
    dismissed_at    BIGINT,
    UNIQUE (enrolment_id, step)
);
CREATE INDEX page_messages_of_contact ON page_messages (contact_id, shown_at);
CREATE INDEX page_messages_of_campaign ON page_messages (campaign_id, shown_at);

-- Of what a campaign sends: which one, so that it can tell what was not delivered.
ALTER TABLE outbox ADD COLUMN campaign_id BIGINT;
CREATE INDEX outbox_of_campaign ON outbox (campaign_id, state, id) WHERE campaign_id IS NOT NULL;

-- Meetings with customers, as somebody of us writes them down.
CREATE TABLE meetings (
    id              {id},
    account_id      BIGINT NOT NULL REFERENCES accounts (id),
    title           TEXT NOT NULL,
    note            TEXT NOT NULL DEFAULT '',
    happened_at     BIGINT NOT NULL,
    by_id           BIGINT NOT NULL REFERENCES agents (id),
    created_at      BIGINT NOT NULL
);
CREATE INDEX meetings_of_account ON meetings (account_id, happened_at, id);

-- Who of the customer was there.
CREATE TABLE meeting_people (
    id              {id},
    meeting_id      BIGINT NOT NULL REFERENCES meetings (id),
    contact_id      BIGINT NOT NULL REFERENCES contacts (id)
);
CREATE INDEX meeting_people_of_meeting ON meeting_people (meeting_id, id);
CREATE INDEX meeting_people_of_contact ON meeting_people (contact_id, id);

-- When a low score that nobody had looked after went on to somebody else.
ALTER TABLE survey_loops ADD COLUMN escalated_at BIGINT;

-- What low scores are about, as people called it, and what was done about that.
CREATE TABLE survey_themes (
    id              {id},
    name            TEXT NOT NULL,
    name_folded     TEXT NOT NULL UNIQUE,       -- as the reason of a follow-up says it
    owner_id        BIGINT REFERENCES agents (id),
    done            TEXT NOT NULL DEFAULT '',   -- you said, we did
    done_at         BIGINT,
    changed_at      BIGINT NOT NULL
);
