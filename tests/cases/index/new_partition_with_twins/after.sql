-- Of two indexes that are alike, the one attached to the parent's is the one that was.
CREATE TABLE payment (id int, at date NOT NULL, customer int) PARTITION BY RANGE (at);
CREATE TABLE payment_2020 PARTITION OF payment FOR VALUES FROM ('2020-01-01') TO ('2021-01-01');
CREATE INDEX payment_customer ON payment (customer);
CREATE INDEX a_twin ON payment_2020 (customer);
