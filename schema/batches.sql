-- Production batches: which devices were built together.

CREATE TABLE batches (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    code text NOT NULL UNIQUE,
    produced_on date NOT NULL,
    quantity integer NOT NULL CHECK (quantity > 0),
    notes text
);

COMMENT ON TABLE batches IS 'A production run; recalls go by batch.';

CREATE VIEW batch_progress AS
SELECT b.id, b.code, b.quantity, count(d.id) AS registered, count(d.id) FILTER (WHERE d.status = 'active') AS active
  FROM batches b
  LEFT JOIN devices d ON d.batch_id = b.id
 GROUP BY b.id, b.code, b.quantity;
