-- Rows of a domain that goes come to be of the one it stands on, which is made anew: that steps aside.
CREATE DOMAIN quantity AS bigint CHECK (VALUE >= 0);
CREATE TABLE item (stock quantity NOT NULL DEFAULT 1);
