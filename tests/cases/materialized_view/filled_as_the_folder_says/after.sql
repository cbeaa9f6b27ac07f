-- A new materialized view is filled, unless the folder says otherwise: an empty one cannot be read.
CREATE TABLE sales (day date, amount numeric);
CREATE SCHEMA reports;
SET search_path = reports, public;
CREATE MATERIALIZED VIEW daily AS SELECT day, sum(amount) AS total FROM sales GROUP BY day;
CREATE MATERIALIZED VIEW empty AS SELECT day FROM sales WITH NO DATA;
