-- Who did what: chains of entries that each cover the one before (`src/audit.rs`). What is
-- refused here can be had by who may drop a trigger; the signed heads tell of that too.

CREATE TABLE audit_chains (
    node TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    sequence BIGINT NOT NULL, -- of the last entry
    hash BYTEA NOT NULL, -- of the last entry
    first_sequence BIGINT NOT NULL -- entries before it may be removed
);

CREATE TABLE audit_entries (
    node TEXT COLLATE "C" NOT NULL,
    sequence BIGINT NOT NULL,
    at BIGINT NOT NULL,
    entry TEXT COLLATE "C" NOT NULL,
    previous_hash BYTEA NOT NULL,
    hash BYTEA NOT NULL,
    PRIMARY KEY (node, sequence)
);

CREATE FUNCTION audit_refuses() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '%', TG_ARGV[0];
END
$$;
CREATE FUNCTION audit_entries_stay() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.sequence >= COALESCE(
        (SELECT first_sequence FROM audit_chains WHERE node = OLD.node), 1) THEN
        RAISE EXCEPTION 'audit entries are removed once they are old enough, and not before';
    END IF;
    RETURN OLD;
END
$$;

CREATE TRIGGER audit_entries_never_change BEFORE UPDATE ON audit_entries
    FOR EACH ROW EXECUTE FUNCTION audit_refuses('audit entries never change');
CREATE TRIGGER audit_entries_stay BEFORE DELETE ON audit_entries
    FOR EACH ROW EXECUTE FUNCTION audit_entries_stay();
CREATE TRIGGER audit_chains_only_grow BEFORE UPDATE ON audit_chains
    FOR EACH ROW
    WHEN (NEW.node <> OLD.node OR NEW.sequence < OLD.sequence
        OR NEW.first_sequence < OLD.first_sequence)
    EXECUTE FUNCTION audit_refuses('audit chains only grow');
CREATE TRIGGER audit_chains_stay BEFORE DELETE ON audit_chains
    FOR EACH ROW EXECUTE FUNCTION audit_refuses('audit chains stay');
CREATE TRIGGER audit_entries_are_not_emptied BEFORE TRUNCATE ON audit_entries
    FOR EACH STATEMENT EXECUTE FUNCTION audit_refuses('audit entries stay');
CREATE TRIGGER audit_chains_are_not_emptied BEFORE TRUNCATE ON audit_chains
    FOR EACH STATEMENT EXECUTE FUNCTION audit_refuses('audit chains stay');
