-- ── Above the limits of remedies somebody else decides ─────────────────────
-- The limits that a remedy passed when it was asked for, so that it needed approval: a list of
-- {word, limit, used, over, currency}.
ALTER TABLE remedies ADD COLUMN passed_limits TEXT NOT NULL DEFAULT '[]';

-- Who has used Tend before goes on refusing what is above a limit, until they choose otherwise.
INSERT INTO settings (name, value, changed_at)
    SELECT 'remedies_above', 'refuse', 0 WHERE EXISTS (SELECT 1 FROM agents);
