-- Whether a document reached its reader: the browser in which its person then logs out
-- keeps no key to it.
ALTER TABLE credentials_documents
    ADD COLUMN answered INTEGER NOT NULL DEFAULT 0 CHECK (answered IN (0, 1));
