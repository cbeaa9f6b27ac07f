-- Rollback of migration 002: Add batch tracking
-- Purpose: Create table batches; create view batch_progress; add devices batch_id; add devices_batch_id_idx index; add devices_batch_id_fkey foreign key.
-- Risk: Risky
-- Schema: 38cd5d-f13c0399248b91e0 -> 38cd5d-d05d0225bd1baf62
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
