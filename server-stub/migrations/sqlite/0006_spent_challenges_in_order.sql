-- In the order in which they are forgotten, and that is nearly the order in which they come: a
-- nonce's own place would be a page of its own to write at each login.
ALTER TABLE spent_challenges RENAME TO spent_challenges_anyhow;
DROP INDEX spent_challenges_by_age;
CREATE TABLE spent_challenges (
    forget_at INTEGER NOT NULL, -- the challenge's own, so that a nonce has one row at the most
    nonce_hash BLOB NOT NULL,
    given_up INTEGER NOT NULL CHECK (given_up IN (0, 1)),
    PRIMARY KEY (forget_at, nonce_hash)
) STRICT, WITHOUT ROWID;
INSERT INTO spent_challenges (forget_at, nonce_hash, given_up)
    SELECT forget_at, nonce_hash, given_up FROM spent_challenges_anyhow;
DROP TABLE spent_challenges_anyhow;
