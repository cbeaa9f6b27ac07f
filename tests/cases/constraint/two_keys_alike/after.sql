-- Keys over the same columns are one to CREATE TABLE: each further one comes by itself.
CREATE SCHEMA app;
CREATE TABLE app.readings (device integer, taken date);
ALTER TABLE app.readings ADD CONSTRAINT readings_key PRIMARY KEY (device, taken);
ALTER TABLE app.readings ADD CONSTRAINT readings_once UNIQUE (device, taken);
ALTER TABLE app.readings ADD CONSTRAINT readings_twice UNIQUE (device, taken);
COMMENT ON CONSTRAINT readings_once ON app.readings IS 'once';
