-- ── Surveys ────────────────────────────────────────────────────────────────
CREATE TABLE surveys (
    id              {id},
    name            TEXT NOT NULL,
    kind            TEXT NOT NULL,              -- csat, ces, nps, own
    state           TEXT NOT NULL,              -- active, paused
    asks_when       TEXT NOT NULL,              -- resolved, delivered, rhythm, first_seen, hand
    delay_hours     BIGINT NOT NULL DEFAULT 0,  -- after the occasion
    every_days      BIGINT NOT NULL DEFAULT 0,  -- of a rhythm; of first_seen, so many days after
    sample_every    BIGINT NOT NULL DEFAULT 1,  -- one customer in so many is asked
    wording         TEXT NOT NULL,              -- JSON: language → texts
    questions       TEXT NOT NULL DEFAULT '[]', -- JSON: further questions
    reminds         BOOLEAN NOT NULL,           -- once, after three days
    asks_promoters  BOOLEAN NOT NULL,           -- for a review, a testimonial, a referral
    review_url      TEXT NOT NULL DEFAULT '',
    owner_id        BIGINT REFERENCES agents (id), -- who follows low scores up
    created_by      BIGINT NOT NULL REFERENCES agents (id),
    walked_day      BIGINT NOT NULL DEFAULT 0,  -- the day whose customers were gone through
    walked_to       BIGINT NOT NULL DEFAULT 0,  -- up to this contact
    created_at      BIGINT NOT NULL,
    changed_at      BIGINT NOT NULL,
    archived_at     BIGINT
);
CREATE INDEX surveys_by_occasion ON surveys (asks_when, state);

-- Who is to be asked when the time has come. The row goes when it has.
CREATE TABLE survey_plans (
    id              {id},
    survey_id       BIGINT NOT NULL REFERENCES surveys (id),
    contact_id      BIGINT NOT NULL REFERENCES contacts (id),
    event           TEXT NOT NULL,              -- conversation:…, order:…, day:…, reask:…
    subject_kind    TEXT NOT NULL,              -- conversation, order, none
    subject_id      BIGINT NOT NULL DEFAULT 0,
    due_at          BIGINT NOT NULL,
    UNIQUE (survey_id, event)
);
CREATE INDEX survey_plans_of_contact ON survey_plans (contact_id, due_at);

-- One customer asked once.
CREATE TABLE survey_requests (
    id              {id},
    survey_id       BIGINT NOT NULL REFERENCES surveys (id),
    contact_id      BIGINT NOT NULL REFERENCES contacts (id),
    token_print     TEXT NOT NULL UNIQUE,       -- what the link is known by
    event           TEXT UNIQUE,                -- never two for one event
    subject_kind    TEXT NOT NULL,
    subject_id      BIGINT NOT NULL DEFAULT 0,
    agent_id        BIGINT REFERENCES agents (id), -- who is rated
    product_id      BIGINT,                     -- of an order, the first that is known
    channel         TEXT NOT NULL,              -- mail, link, api, page
    language        TEXT NOT NULL,
    state           TEXT NOT NULL,              -- sent, provisional, answered
    sent_at         BIGINT NOT NULL,
    outbox_id       BIGINT,                     -- the mail, and so when it was handed over
    reminded_at     BIGINT,
    expires_at      BIGINT NOT NULL,
    score           BIGINT,                     -- the last that was confirmed
    answers         TEXT NOT NULL DEFAULT '[]', -- JSON: to the further questions
    comment         TEXT NOT NULL DEFAULT '',
    answered_at     BIGINT,                     -- when it was first confirmed
    reask_of        BIGINT,                     -- the request whose low score was remedied
    promoter_asked_at BIGINT
);
CREATE INDEX survey_requests_of_survey ON survey_requests (survey_id, sent_at, id);
CREATE INDEX survey_requests_answered ON survey_requests (survey_id, answered_at, id);
CREATE INDEX survey_requests_of_contact ON survey_requests (contact_id, sent_at, id);
CREATE INDEX survey_requests_of_subject ON survey_requests (subject_id, id);

-- Each confirmed answer, also those that a later one took the place of.
CREATE TABLE survey_answers (
    id              {id},
    request_id      BIGINT NOT NULL REFERENCES survey_requests (id),
    score           BIGINT NOT NULL,
    answers         TEXT NOT NULL,
    comment         TEXT NOT NULL,
    sign            TEXT NOT NULL,              -- pointer, touch, key, scroll, dwell, form, api
    confirmed_at    BIGINT NOT NULL
);
CREATE INDEX survey_answers_of_request ON survey_answers (request_id, id);

-- A link was opened, by a person or by a scanner. Counts for nothing.
CREATE TABLE survey_marks (
    id              {id},
    request_id      BIGINT NOT NULL REFERENCES survey_requests (id),
    score           BIGINT NOT NULL,
    network         TEXT NOT NULL,              -- a fingerprint
    made_at         BIGINT NOT NULL,
    voided_at       BIGINT,
    why             TEXT NOT NULL DEFAULT ''    -- burst, too_soon, honeypot
);
CREATE INDEX survey_marks_of_request ON survey_marks (request_id, made_at, id);

-- Networks that opened links as only programs do.
CREATE TABLE survey_scanners (
    network         TEXT PRIMARY KEY,
    seen_at         BIGINT NOT NULL
);

-- What is done about a low score.
CREATE TABLE survey_loops (
    id              {id},
    request_id      BIGINT NOT NULL UNIQUE REFERENCES survey_requests (id),
    survey_id       BIGINT NOT NULL REFERENCES surveys (id),
    contact_id      BIGINT NOT NULL REFERENCES contacts (id),
    task_id         BIGINT,
    owner_id        BIGINT REFERENCES agents (id),
    state           TEXT NOT NULL,              -- open, contacted, remedied, resolved, unreachable, re_asked
    score           BIGINT NOT NULL,
    reason          TEXT NOT NULL DEFAULT '',
    opened_at       BIGINT NOT NULL,
    contacted_at    BIGINT,
    remedied_at     BIGINT,
    settled_at      BIGINT,
    reask_id        BIGINT,                     -- the second request
    second_score    BIGINT
);
CREATE INDEX survey_loops_of_survey ON survey_loops (survey_id, opened_at, id);
CREATE INDEX survey_loops_of_contact ON survey_loops (contact_id, id);
