-- Row security is enabled after its policy is there.
CREATE ROLE cases_reader;
CREATE TABLE papers (id int, owner name);
CREATE POLICY own ON papers TO cases_reader USING (owner = current_user);
ALTER TABLE papers ENABLE ROW LEVEL SECURITY;
