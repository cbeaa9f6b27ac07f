-- Rollback of migration 002: Add batch tracking
-- Purpose: Create table batches and 4 more changes
-- Risk: Risky
-- Schema: 7de3c8c186cce3cc -> b3bb411e8797603f
-- Loses: every row of public.batches
-- Loses: the values of public.devices.batch_id

-- public.devices
ALTER TABLE public.devices DROP CONSTRAINT IF EXISTS devices_batch_id_fkey;

-- public.batch_progress
DROP VIEW IF EXISTS public.batch_progress;

-- public.batches
DROP TABLE IF EXISTS public.batches;

-- public.devices
DROP INDEX IF EXISTS public.devices_batch_id_idx;
ALTER TABLE public.devices DROP COLUMN IF EXISTS batch_id;
