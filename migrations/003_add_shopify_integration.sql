-- Migration 003: Add shopify integration
-- Purpose: Create enum type order_status; create table shopify_orders; create table order_devices; create table webhook_logs.
-- Risk: Safe
-- Estimated time: under a second
-- Rollback: exact
-- Schema: 38cd5d-f13c0399248b91e0 -> 38cd5d-403ccf0396b33efc

-- public.order_status
CREATE TYPE public.order_status AS ENUM ('pending', 'paid', 'fulfilled', 'refunded', 'cancelled');

-- public.shopify_orders
CREATE TABLE public.shopify_orders (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    shopify_order_id bigint NOT NULL UNIQUE,
    order_number text NOT NULL,
    customer_email text,
    status public.order_status DEFAULT 'pending'::public.order_status NOT NULL,
    total numeric(12,2) NOT NULL,
    currency character(3) DEFAULT 'EUR'::bpchar NOT NULL,
    ordered_at timestamp with time zone NOT NULL,
    payload jsonb DEFAULT '{}'::jsonb NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT shopify_orders_total_check CHECK (total >= (0)::numeric)
);
CREATE INDEX shopify_orders_customer_email_idx ON public.shopify_orders (lower(customer_email));
CREATE INDEX shopify_orders_ordered_at_idx ON public.shopify_orders (ordered_at DESC);
CREATE TRIGGER shopify_orders_set_updated_at BEFORE UPDATE ON public.shopify_orders FOR EACH ROW EXECUTE FUNCTION public.set_updated_at();

-- public.order_devices
CREATE TABLE public.order_devices (
    order_id bigint NOT NULL,
    device_id bigint NOT NULL,
    CONSTRAINT order_devices_pkey PRIMARY KEY (order_id, device_id),
    CONSTRAINT order_devices_order_id_fkey FOREIGN KEY (order_id) REFERENCES public.shopify_orders(id) ON DELETE CASCADE
);
CREATE INDEX order_devices_device_id_idx ON public.order_devices (device_id);

-- public.webhook_logs
CREATE TABLE public.webhook_logs (
    id bigint GENERATED ALWAYS AS IDENTITY,
    topic text CONSTRAINT webhook_logs_topic_not_null NOT NULL,
    shopify_order_id bigint,
    received_at timestamp with time zone DEFAULT now() CONSTRAINT webhook_logs_received_at_not_null NOT NULL,
    processed_at timestamp with time zone,
    error text,
    body jsonb CONSTRAINT webhook_logs_body_not_null NOT NULL,
    CONSTRAINT webhook_logs_pkey PRIMARY KEY (id, received_at)
) PARTITION BY RANGE (received_at);
CREATE TABLE public.webhook_logs_2026_q4 PARTITION OF public.webhook_logs FOR VALUES FROM ('2026-10-01 00:00:00+00') TO ('2027-01-01 00:00:00+00');
CREATE TABLE public.webhook_logs_2027_q1 PARTITION OF public.webhook_logs FOR VALUES FROM ('2027-01-01 00:00:00+00') TO ('2027-04-01 00:00:00+00');
CREATE INDEX webhook_logs_shopify_order_id_idx ON public.webhook_logs (shopify_order_id);
CREATE INDEX webhook_logs_unprocessed_idx ON public.webhook_logs (received_at) WHERE (processed_at IS NULL);
COMMENT ON TABLE public.webhook_logs IS 'Raw calls, kept for replay; one partition a quarter.';

-- public.order_devices
ALTER TABLE public.order_devices ADD CONSTRAINT order_devices_device_id_fkey FOREIGN KEY (device_id) REFERENCES public.devices(id);
