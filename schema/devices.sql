-- Devices in the field, each known by the serial number on its label.

CREATE TYPE device_status AS ENUM ('provisioned', 'active', 'in_repair', 'retired');

CREATE TABLE devices (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    serial_number text NOT NULL UNIQUE CHECK (serial_number ~ '^[A-Z0-9-]{6,32}$'),
    model text NOT NULL,
    batch_id bigint REFERENCES batches (id),
    status device_status NOT NULL DEFAULT 'provisioned',
    location text,
    last_seen_at timestamptz,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now()
);

COMMENT ON TABLE devices IS 'One row per physical device.';
COMMENT ON COLUMN devices.location IS 'Free text of the installer: site, building, shelf.';

CREATE INDEX devices_batch_id_idx ON devices (batch_id);
CREATE INDEX devices_last_seen_at_idx ON devices (last_seen_at) WHERE status = 'active';

CREATE FUNCTION set_updated_at() RETURNS trigger
    LANGUAGE plpgsql
AS $$
BEGIN
    NEW.updated_at := now();
    RETURN NEW;
END
$$;

CREATE TRIGGER devices_set_updated_at
    BEFORE UPDATE ON devices
    FOR EACH ROW EXECUTE FUNCTION set_updated_at();
