-- ── What reaches customers without being asked for ─────────────────────────
-- Each time a customer was asked or told something: surveys and messages alike.
CREATE TABLE touches (
    id              {id},
    contact_id      BIGINT NOT NULL REFERENCES contacts (id),
    kind            TEXT NOT NULL,              -- survey, message
    topic           TEXT NOT NULL,              -- csat, ces, nps, own; marketing, service, transactional
    channel         TEXT NOT NULL,              -- mail, page, link, api
    source_id       BIGINT NOT NULL,            -- the survey or the message
    happened_at     BIGINT NOT NULL
);
CREATE INDEX touches_of_contact ON touches (contact_id, happened_at, id);
CREATE INDEX touches_of_source ON touches (source_id, happened_at, id);

-- Each time it was not done, and by which rule.
CREATE TABLE touch_refusals (
    id              {id},
    contact_id      BIGINT NOT NULL REFERENCES contacts (id),
    kind            TEXT NOT NULL,
    topic           TEXT NOT NULL,
    source_id       BIGINT NOT NULL,
    rule            TEXT NOT NULL,              -- consent, quiet_hours, frequency, paused, …
    detail          TEXT NOT NULL DEFAULT '',   -- for people: 2 days since the last survey
    happened_at     BIGINT NOT NULL
);
CREATE INDEX touch_refusals_of_contact ON touch_refusals (contact_id, happened_at, id);
CREATE INDEX touch_refusals_of_source ON touch_refusals (source_id, rule, happened_at, id);

-- While one of these is open, nobody promotes anything to the customer.
CREATE TABLE promotion_pauses (
    id              {id},
    contact_id      BIGINT NOT NULL REFERENCES contacts (id),
    why             TEXT NOT NULL,              -- low_score, remedy, hand
    source_id       BIGINT NOT NULL,            -- the answer, the remedy, the agent
    began_at        BIGINT NOT NULL,
    ended_at        BIGINT
);
CREATE INDEX promotion_pauses_of_contact ON promotion_pauses (contact_id, ended_at);
CREATE INDEX promotion_pauses_of_source ON promotion_pauses (source_id);

-- What a customer agreed to or declined: never changed, the newest holds.
CREATE TABLE consents (
    id              {id},
    contact_id      BIGINT NOT NULL REFERENCES contacts (id),
    topic           TEXT NOT NULL,              -- all, marketing, survey, or a topic of the company
    is_given        BOOLEAN NOT NULL,
    how             TEXT NOT NULL,              -- page, one_click, agent, import, api
    happened_at     BIGINT NOT NULL
);
CREATE INDEX consents_of_contact ON consents (contact_id, topic, id);
