-- Rollback of migration 003: Add shopify integration
-- Purpose: Create enum type order_status; create table shopify_orders; create table order_devices; create table webhook_logs.
-- Risk: Safe
-- Schema: 38cd5d-403ccf0396b33efc -> 38cd5d-f13c0399248b91e0
-- Loses: every row of public.order_devices
-- Loses: every row of public.shopify_orders
-- Loses: every row of public.webhook_logs

-- public.order_devices
DROP TABLE IF EXISTS public.order_devices;

-- public.shopify_orders
DROP TABLE IF EXISTS public.shopify_orders;

-- public.webhook_logs
DROP TABLE IF EXISTS public.webhook_logs;

-- public.order_status
DROP TYPE IF EXISTS public.order_status;
