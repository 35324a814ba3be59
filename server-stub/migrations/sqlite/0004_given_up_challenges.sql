-- A challenge is spent by being judged, or given up for a newer one.
ALTER TABLE spent_challenges
    ADD COLUMN given_up INTEGER NOT NULL DEFAULT 0 CHECK (given_up IN (0, 1));
