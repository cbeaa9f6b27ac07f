-- Rollback of migration 001: Initial schema
-- Purpose: Create enum type device_status and 2 more changes
-- Risk: Safe
-- Schema: b3bb411e8797603f -> 1e50e5e9704a1394
-- Loses: every row of public.devices

-- public.devices
DROP TABLE IF EXISTS public.devices;

-- public.set_updated_at()
DROP FUNCTION IF EXISTS public.set_updated_at();

-- public.device_status
DROP TYPE IF EXISTS public.device_status;
