-- Who did what: chains of entries that each cover the one before (`src/audit.rs`). What is
-- refused here can be had by who may drop a trigger; the signed heads tell of that too.

CREATE TABLE audit_chains (
    node TEXT NOT NULL PRIMARY KEY,
    sequence INTEGER NOT NULL, -- of the last entry
    hash BLOB NOT NULL, -- of the last entry
    first_sequence INTEGER NOT NULL -- entries before it may be removed
) STRICT;

CREATE TABLE audit_entries (
    node TEXT NOT NULL,
    sequence INTEGER NOT NULL,
    at INTEGER NOT NULL,
    entry TEXT NOT NULL,
    previous_hash BLOB NOT NULL,
    hash BLOB NOT NULL,
    PRIMARY KEY (node, sequence)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER audit_entries_never_change BEFORE UPDATE ON audit_entries
BEGIN
    SELECT RAISE(ABORT, 'audit entries never change');
END;
CREATE TRIGGER audit_entries_stay BEFORE DELETE ON audit_entries
WHEN OLD.sequence >=
    COALESCE((SELECT first_sequence FROM audit_chains WHERE node = OLD.node), 1)
BEGIN
    SELECT RAISE(ABORT, 'audit entries are removed once they are old enough, and not before');
END;
CREATE TRIGGER audit_chains_only_grow BEFORE UPDATE ON audit_chains
WHEN NEW.node <> OLD.node OR NEW.sequence < OLD.sequence
    OR NEW.first_sequence < OLD.first_sequence
BEGIN
    SELECT RAISE(ABORT, 'audit chains only grow');
END;
CREATE TRIGGER audit_chains_stay BEFORE DELETE ON audit_chains
BEGIN
    SELECT RAISE(ABORT, 'audit chains stay');
END;
