-- Its rows are out of reach in one transaction alone: what comes to it, or goes, meanwhile takes no way of its own.
CREATE TABLE entry (
  id bigint NOT NULL,
  kind text NOT NULL,
  amount numeric(20,4) NOT NULL CHECK (amount <> 0),
  memo text NOT NULL DEFAULT ''
) PARTITION BY LIST (kind);
CREATE TABLE entry_1 PARTITION OF entry FOR VALUES IN ('debit');
CREATE TABLE entry_2 PARTITION OF entry FOR VALUES IN ('credit');
CREATE TABLE entry_d PARTITION OF entry DEFAULT;
