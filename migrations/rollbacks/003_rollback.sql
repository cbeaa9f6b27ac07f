-- Rollback of migration 003: Add shopify integration
-- Purpose: Create enum type order_status and 5 more changes
-- Risk: Risky
-- Schema: 2df47092c51d0a34 -> 7de3c8c186cce3cc
-- Loses: every row of public.order_devices
-- Loses: every row of public.shopify_orders
-- Loses: every row of public.webhook_logs_2026_q4
-- Loses: every row of public.webhook_logs_2027_q1
-- Loses: every row of public.webhook_logs

-- public.order_devices
DROP TABLE IF EXISTS public.order_devices;

-- public.shopify_orders
DROP TABLE IF EXISTS public.shopify_orders;

-- public.webhook_logs_2026_q4
DROP TABLE IF EXISTS public.webhook_logs_2026_q4;

-- public.webhook_logs_2027_q1
DROP TABLE IF EXISTS public.webhook_logs_2027_q1;

-- public.webhook_logs
DROP TABLE IF EXISTS public.webhook_logs;

-- public.order_status
DROP TYPE IF EXISTS public.order_status;
