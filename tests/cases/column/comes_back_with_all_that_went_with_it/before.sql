CREATE ROLE cases_reader;
CREATE TABLE parcels (
    id int PRIMARY KEY,
    code varchar(10) COLLATE "C" NOT NULL DEFAULT 'new',
    weight int,
    CONSTRAINT parcels_once UNIQUE (code, weight),
    CONSTRAINT parcels_form CHECK (code <> '' OR weight > 0)
);
ALTER TABLE parcels ALTER code SET STATISTICS 500;
CREATE INDEX parcels_lookup ON parcels (lower(code), id) WHERE weight > 0;
CREATE STATISTICS parcels_together ON code, weight FROM parcels;
COMMENT ON COLUMN parcels.code IS 'On the label.';
GRANT SELECT (code) ON parcels TO cases_reader;
