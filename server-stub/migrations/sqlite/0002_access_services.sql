-- What was done with a person's access: their messages, and what administrators see.
CREATE TABLE events (
    id INTEGER NOT NULL PRIMARY KEY,
    codice_fiscale TEXT NOT NULL REFERENCES operators (codice_fiscale),
    at INTEGER NOT NULL,
    act TEXT NOT NULL,
    actor TEXT NOT NULL,
    administrator TEXT REFERENCES operators (codice_fiscale), -- who, in Gestione Credenziali
    by_card INTEGER CHECK (by_card IN (0, 1)), -- null: neither card nor password was asked for
    seen INTEGER NOT NULL CHECK (seen IN (0, 1))
) STRICT;
CREATE INDEX events_of_a_person ON events (codice_fiscale, id);
CREATE INDEX events_by_age ON events (at);

CREATE TABLE assistance_reports (
    support_code TEXT NOT NULL PRIMARY KEY,
    codice_fiscale TEXT NOT NULL REFERENCES operators (codice_fiscale),
    at INTEGER NOT NULL,
    topic TEXT NOT NULL,
    report TEXT NOT NULL,
    browser TEXT NOT NULL,
    extension TEXT NOT NULL,
    host TEXT NOT NULL,
    page TEXT NOT NULL
) STRICT;
CREATE INDEX assistance_reports_of_a_person ON assistance_reports (codice_fiscale, at);
CREATE INDEX assistance_reports_by_age ON assistance_reports (at);

-- What names a person in an address, random; and what they are searched by, folded.
-- Who is here already is found by a name in capitals with accents only from the next
-- import on.
ALTER TABLE operators ADD COLUMN id BLOB NOT NULL DEFAULT x'';
UPDATE operators SET id = randomblob(16);
CREATE UNIQUE INDEX operators_by_id ON operators (id);
ALTER TABLE operators ADD COLUMN searched_name TEXT NOT NULL DEFAULT '';
UPDATE operators SET searched_name = lower(cognome || ' ' || nome);
CREATE INDEX operators_of_an_asl ON operators (regione, asl);
