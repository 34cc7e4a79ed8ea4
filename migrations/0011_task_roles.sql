-- Tasks of whoever owns the account: they go with it from owner to owner.
ALTER TABLE tasks ADD COLUMN follows_owner BOOLEAN NOT NULL DEFAULT FALSE;
