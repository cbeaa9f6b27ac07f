-- A check constraint says something else under the same name.
CREATE TABLE prices (amount int CONSTRAINT sane CHECK (amount >= 0 AND amount < 1000000));
