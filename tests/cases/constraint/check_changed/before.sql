CREATE TABLE prices (amount int CONSTRAINT sane CHECK (amount > 0));
