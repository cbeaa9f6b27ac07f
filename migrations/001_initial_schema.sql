-- Migration 001: Initial schema
-- Purpose: Create enum type device_status and 2 more changes
-- Risk: Safe
-- Estimated time: under a second
-- Schema: 1e50e5e9704a1394 -> b3bb411e8797603f

SET LOCAL check_function_bodies = off;

-- public.device_status
CREATE TYPE public.device_status AS ENUM ('provisioned', 'active', 'in_repair', 'retired');

-- public.set_updated_at()
CREATE FUNCTION public.set_updated_at()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
BEGIN
    NEW.updated_at := now();
    RETURN NEW;
END
$function$;

-- public.devices
CREATE TABLE public.devices (
    id bigint GENERATED ALWAYS AS IDENTITY NOT NULL,
    serial_number text NOT NULL,
    model text NOT NULL,
    status public.device_status DEFAULT 'provisioned'::public.device_status NOT NULL,
    location text,
    last_seen_at timestamp with time zone,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT devices_pkey PRIMARY KEY (id),
    CONSTRAINT devices_serial_number_check CHECK ((serial_number ~ '^[A-Z0-9-]{6,32}$'::text)),
    CONSTRAINT devices_serial_number_key UNIQUE (serial_number)
);
CREATE INDEX devices_last_seen_at_idx ON public.devices USING btree (last_seen_at) WHERE (status = 'active'::public.device_status);
CREATE TRIGGER devices_set_updated_at BEFORE UPDATE ON public.devices FOR EACH ROW EXECUTE FUNCTION public.set_updated_at();
COMMENT ON COLUMN public.devices.location IS 'Free text of the installer: site, building, shelf.';
COMMENT ON TABLE public.devices IS 'One row per physical device.';
