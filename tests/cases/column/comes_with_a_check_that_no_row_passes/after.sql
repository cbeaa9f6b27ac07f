-- The migration stops on any row, so nothing can be told of what becomes of values: neither that they are kept nor that they come back.
CREATE TABLE approvals (
    client_id integer CHECK (client_id IS NOT NULL),
    scope text NOT NULL
);
