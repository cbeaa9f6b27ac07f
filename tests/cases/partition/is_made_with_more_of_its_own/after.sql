-- What a partition has besides stands inside: a check and a key of its own.
CREATE TABLE calls (id bigint NOT NULL, area text NOT NULL) PARTITION BY LIST (area);
CREATE TABLE calls_north PARTITION OF calls (
    CONSTRAINT north_is_small CHECK (id < 1000),
    PRIMARY KEY (id)
) FOR VALUES IN ('north', 'it''s (far) north');
