-- Migration 002: Add batch tracking
-- Purpose: Create table batches and 4 more changes
-- Risk: Risky
-- Estimated time: unknown, depends on the size of public.devices
-- Schema: b3bb411e8797603f -> 7de3c8c186cce3cc

-- public.batches
CREATE TABLE public.batches (
    id bigint GENERATED ALWAYS AS IDENTITY NOT NULL,
    code text NOT NULL,
    produced_on date NOT NULL,
    quantity integer NOT NULL,
    notes text,
    CONSTRAINT batches_code_key UNIQUE (code),
    CONSTRAINT batches_pkey PRIMARY KEY (id),
    CONSTRAINT batches_quantity_check CHECK ((quantity > 0))
);
COMMENT ON TABLE public.batches IS 'A production run; recalls go by batch.';

-- public.devices
ALTER TABLE public.devices ADD COLUMN batch_id bigint;

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
CREATE INDEX devices_batch_id_idx ON public.devices USING btree (batch_id);
ALTER TABLE public.devices ADD CONSTRAINT devices_batch_id_fkey FOREIGN KEY (batch_id) REFERENCES public.batches(id);
