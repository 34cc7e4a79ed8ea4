-- ── What surveys and messages lacked ───────────────────────────────────────
-- Of surveys that a step of onboarding begins: the title of the step; empty for the whole list.
ALTER TABLE surveys ADD COLUMN step TEXT NOT NULL DEFAULT '';
