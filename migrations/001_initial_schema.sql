-- Migration 001: Initial schema
-- Purpose: Create enum type device_status; create function set_updated_at; create table devices.
-- Risk: Safe
-- Estimated time: under a second
-- Rollback: exact
-- Schema: 38cd5d-3b2cdd9a6d039a5b -> 38cd5d-d05d0225bd1baf62

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
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    serial_number text NOT NULL UNIQUE,
    model text NOT NULL,
    status public.device_status DEFAULT 'provisioned'::public.device_status NOT NULL,
    location text,
    last_seen_at timestamp with time zone,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT devices_serial_number_check CHECK (serial_number ~ '^[A-Z0-9-]{6,32}$'::text)
);
CREATE INDEX devices_last_seen_at_idx ON public.devices (last_seen_at) WHERE (status = 'active'::public.device_status);
CREATE TRIGGER devices_set_updated_at BEFORE UPDATE ON public.devices FOR EACH ROW EXECUTE FUNCTION public.set_updated_at();
COMMENT ON COLUMN public.devices.location IS 'Free text of the installer: site, building, shelf.';
COMMENT ON TABLE public.devices IS 'One row per physical device.';
