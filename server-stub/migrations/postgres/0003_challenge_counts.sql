-- What the nodes tell each other, once a second, of addresses that ask for many challenges: a
-- minute later nobody needs it, so it is not logged, and empty after a crash or a failover.
CREATE UNLOGGED TABLE challenge_counts (
    address BYTEA NOT NULL PRIMARY KEY, -- a keyed hash
    -- When the address has all of its challenges back, in Unix microseconds by this server's clock.
    back_at BIGINT NOT NULL
) WITH (fillfactor = 50); -- its rows change all the time: room for the next version beside each
