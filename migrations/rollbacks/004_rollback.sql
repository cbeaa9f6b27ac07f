-- Rollback of migration 004: Add notification tables
-- Purpose: Create enum type notification_channel and 3 more changes
-- Risk: Risky
-- Schema: 10d68295df781951 -> 2df47092c51d0a34
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
