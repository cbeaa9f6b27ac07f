-- Of two operators one names the other as its commutator, and the other, made after it, none: the link leads one way.
CREATE TABLE notes (id integer);
CREATE TYPE version AS (major integer);
CREATE FUNCTION older(version, version) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT ($1).major < ($2).major';
CREATE FUNCTION newer(version, version) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT ($1).major > ($2).major';
CREATE OPERATOR <<< (LEFTARG = version, RIGHTARG = version, FUNCTION = older, COMMUTATOR = OPERATOR(>>>));
CREATE OPERATOR >>> (LEFTARG = version, RIGHTARG = version, FUNCTION = newer);
