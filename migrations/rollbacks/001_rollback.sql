-- Rollback of migration 001: Initial schema
-- Purpose: Create enum type device_status; create function set_updated_at; create table devices.
-- Risk: Safe
-- Schema: 38cd5d-d05d0225bd1baf62 -> 38cd5d-3b2cdd9a6d039a5b
-- Loses: every row of public.devices

-- public.devices
DROP TABLE IF EXISTS public.devices;

-- public.set_updated_at()
DROP FUNCTION IF EXISTS public.set_updated_at();

-- public.device_status
DROP TYPE IF EXISTS public.device_status;
