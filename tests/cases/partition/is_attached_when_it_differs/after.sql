-- Partitions that differ from their parent are made by themselves and attached: another default, another name of a key, a setting.
CREATE TABLE calls (id bigint NOT NULL, area text NOT NULL DEFAULT 'north', PRIMARY KEY (id, area)) PARTITION BY LIST (area);
CREATE TABLE calls_south PARTITION OF calls FOR VALUES IN ('south');
ALTER TABLE calls_south ALTER area SET DEFAULT 'south';
CREATE TABLE calls_north (id bigint NOT NULL, area text NOT NULL DEFAULT 'north', CONSTRAINT first_key PRIMARY KEY (id, area));
ALTER TABLE calls ATTACH PARTITION calls_north FOR VALUES IN ('north');
CREATE TABLE calls_east PARTITION OF calls FOR VALUES IN ('east');
ALTER TABLE calls_east ALTER area SET STORAGE EXTERNAL;
