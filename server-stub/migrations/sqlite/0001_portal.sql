-- Times are Unix milliseconds.

CREATE TABLE secrets (
    name TEXT NOT NULL PRIMARY KEY,
    value BLOB NOT NULL
) STRICT;

CREATE TABLE operators (
    codice_fiscale TEXT NOT NULL PRIMARY KEY,
    cognome TEXT NOT NULL,
    nome TEXT NOT NULL,
    profile TEXT NOT NULL,
    telefono_ufficio TEXT NOT NULL,
    email TEXT NOT NULL,
    regione TEXT NOT NULL,
    asl TEXT NOT NULL,
    services TEXT NOT NULL, -- ids with `;` between; empty: the profile's default
    active INTEGER NOT NULL CHECK (active IN (0, 1))
) STRICT;

CREATE TABLE registrations (
    codice_fiscale TEXT NOT NULL PRIMARY KEY REFERENCES operators (codice_fiscale),
    certificate_fingerprint BLOB NOT NULL,
    registered_at INTEGER NOT NULL,
    document_pending INTEGER NOT NULL CHECK (document_pending IN (0, 1))
) STRICT;

CREATE TABLE credentials (
    codice_fiscale TEXT NOT NULL PRIMARY KEY REFERENCES operators (codice_fiscale),
    password_hash TEXT NOT NULL,
    pincode_hash TEXT NOT NULL,
    first_password INTEGER NOT NULL CHECK (first_password IN (0, 1)),
    changed_at INTEGER NOT NULL
) STRICT;

CREATE TABLE credentials_documents (
    codice_fiscale TEXT NOT NULL PRIMARY KEY REFERENCES operators (codice_fiscale),
    id BLOB NOT NULL UNIQUE,
    sealed BLOB NOT NULL,
    expires_at INTEGER NOT NULL
) STRICT;

CREATE TABLE sessions (
    token_hash BLOB NOT NULL PRIMARY KEY,
    codice_fiscale TEXT NOT NULL REFERENCES operators (codice_fiscale),
    certificate_fingerprint BLOB, -- null: opened by password
    opened_at INTEGER NOT NULL,
    last_seen_at INTEGER NOT NULL
) STRICT;
CREATE INDEX sessions_of_a_person ON sessions (codice_fiscale);

CREATE TABLE spent_challenges (
    nonce_hash BLOB NOT NULL PRIMARY KEY,
    forget_at INTEGER NOT NULL
) STRICT;
CREATE INDEX spent_challenges_by_age ON spent_challenges (forget_at);

CREATE TABLE password_failures (
    id BLOB NOT NULL PRIMARY KEY,
    user_key BLOB NOT NULL,
    address_key BLOB NOT NULL,
    failed_at INTEGER NOT NULL
) STRICT;
CREATE INDEX password_failures_of_a_user ON password_failures (user_key, failed_at);
CREATE INDEX password_failures_by_age ON password_failures (failed_at);
