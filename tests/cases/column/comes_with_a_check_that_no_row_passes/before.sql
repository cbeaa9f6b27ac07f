CREATE TABLE approvals (
    client text NOT NULL,
    scope text NOT NULL
);
