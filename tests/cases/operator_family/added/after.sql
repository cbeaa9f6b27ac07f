-- An operator family without a member.
CREATE OPERATOR FAMILY distances USING btree;
