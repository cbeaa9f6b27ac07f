-- Migration 002: Add batch tracking
-- Purpose: Create table batches; create view batch_progress; add devices batch_id; add devices_batch_id_idx index; add devices_batch_id_fkey foreign key.
-- Risk: Risky
-- Estimated time: unknown, depends on the size of public.devices
-- Rollback: exact
-- Schema: 38cd5d-d05d0225bd1baf62 -> 38cd5d-f13c0399248b91e0

-- public.batches
CREATE TABLE public.batches (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    code text NOT NULL UNIQUE,
    produced_on date NOT NULL,
    quantity integer NOT NULL,
    notes text,
    CONSTRAINT batches_quantity_check CHECK (quantity > 0)
);
COMMENT ON TABLE public.batches IS 'A production run; recalls go by batch.';

-- public.devices
ALTER TABLE public.devices ADD COLUMN batch_id bigint;
CREATE INDEX devices_batch_id_idx ON public.devices (batch_id);

-- public.batch_progress
CREATE VIEW public.batch_progress AS
 SELECT b.id,
    b.code,
    b.quantity,
    count(d.id) AS registered,
    count(d.id) FILTER (WHERE (d.status = 'active'::public.device_status)) AS active
   FROM (public.batches b
     LEFT JOIN public.devices d ON ((d.batch_id = b.id)))
  GROUP BY b.id, b.code, b.quantity;

-- public.devices
ALTER TABLE public.devices ADD CONSTRAINT devices_batch_id_fkey FOREIGN KEY (batch_id) REFERENCES public.batches(id);
