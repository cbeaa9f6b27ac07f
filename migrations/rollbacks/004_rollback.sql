-- Rollback of migration 004: Add notification tables
-- Purpose: Create enum type notification_channel; create table notification_templates; create table notifications; create view notification_queue.
-- Risk: Safe
-- Schema: 38cd5d-59dd7b8dc5346004 -> 38cd5d-403ccf0396b33efc
-- Loses: every row of public.notifications
-- Loses: every row of public.notification_templates

-- public.notification_queue
DROP VIEW IF EXISTS public.notification_queue;

-- public.notifications
DROP TABLE IF EXISTS public.notifications;

-- public.notification_templates
DROP TABLE IF EXISTS public.notification_templates;

-- public.notification_channel
DROP TYPE IF EXISTS public.notification_channel;
