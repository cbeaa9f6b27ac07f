-- Migration 004: Add notification tables
-- Purpose: Create enum type notification_channel; create table notification_templates; create table notifications; create view notification_queue.
-- Risk: Safe
-- Estimated time: under a second
-- Rollback: exact
-- Schema: 38cd5d-403ccf0396b33efc -> 38cd5d-59dd7b8dc5346004

-- public.notification_channel
CREATE TYPE public.notification_channel AS ENUM ('email', 'sms', 'push');

-- public.notification_templates
CREATE TABLE public.notification_templates (
    name text PRIMARY KEY,
    channel public.notification_channel NOT NULL,
    subject text,
    body text NOT NULL,
    CONSTRAINT email_has_subject CHECK ((channel <> 'email'::public.notification_channel) OR (subject IS NOT NULL))
);

-- public.notifications
CREATE TABLE public.notifications (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    template_name text NOT NULL,
    recipient text NOT NULL,
    device_id bigint,
    order_id bigint,
    variables jsonb DEFAULT '{}'::jsonb NOT NULL,
    queued_at timestamp with time zone DEFAULT now() NOT NULL,
    sent_at timestamp with time zone,
    failed_at timestamp with time zone,
    failure text,
    CONSTRAINT sent_or_failed CHECK ((sent_at IS NULL) OR (failed_at IS NULL)),
    CONSTRAINT notifications_template_name_fkey FOREIGN KEY (template_name) REFERENCES public.notification_templates(name) ON UPDATE CASCADE
);
CREATE INDEX notifications_device_id_idx ON public.notifications (device_id);
CREATE INDEX notifications_order_id_idx ON public.notifications (order_id);
CREATE INDEX notifications_queue_idx ON public.notifications (queued_at) WHERE ((sent_at IS NULL) AND (failed_at IS NULL));

-- public.notification_queue
CREATE VIEW public.notification_queue AS
 SELECT n.id,
    t.channel,
    n.recipient,
    n.queued_at
   FROM (public.notifications n
     JOIN public.notification_templates t ON ((t.name = n.template_name)))
  WHERE ((n.sent_at IS NULL) AND (n.failed_at IS NULL));

-- public.notifications
ALTER TABLE public.notifications
    ADD CONSTRAINT notifications_device_id_fkey FOREIGN KEY (device_id) REFERENCES public.devices(id) ON DELETE SET NULL,
    ADD CONSTRAINT notifications_order_id_fkey FOREIGN KEY (order_id) REFERENCES public.shopify_orders(id) ON DELETE SET NULL;
