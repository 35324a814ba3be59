-- In the order in which they are forgotten, and that is nearly the order in which they come: a
-- nonce's own place would be a page of its own to write at each login. When a nonce is forgotten
-- is its challenge's own, so that it has one row at the most.
ALTER TABLE spent_challenges DROP CONSTRAINT spent_challenges_pkey;
ALTER TABLE spent_challenges ADD PRIMARY KEY (forget_at, nonce_hash);
DROP INDEX spent_challenges_by_age;
