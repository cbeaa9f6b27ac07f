-- What we tell people, and over which channel.

CREATE TYPE notification_channel AS ENUM ('email', 'sms', 'push');

CREATE TABLE notification_templates (
    name text PRIMARY KEY,
    channel notification_channel NOT NULL,
    subject text,
    body text NOT NULL,
    CONSTRAINT email_has_subject CHECK (channel <> 'email' OR subject IS NOT NULL)
);

CREATE TABLE notifications (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    template_name text NOT NULL REFERENCES notification_templates (name) ON UPDATE CASCADE,
    recipient text NOT NULL,
    device_id bigint REFERENCES devices (id) ON DELETE SET NULL,
    order_id bigint REFERENCES shopify_orders (id) ON DELETE SET NULL,
    variables jsonb NOT NULL DEFAULT '{}',
    queued_at timestamptz NOT NULL DEFAULT now(),
    sent_at timestamptz,
    failed_at timestamptz,
    failure text,
    CONSTRAINT sent_or_failed CHECK (sent_at IS NULL OR failed_at IS NULL)
);

CREATE INDEX notifications_queue_idx ON notifications (queued_at) WHERE sent_at IS NULL AND failed_at IS NULL;
CREATE INDEX notifications_device_id_idx ON notifications (device_id);
CREATE INDEX notifications_order_id_idx ON notifications (order_id);

CREATE VIEW notification_queue AS
SELECT n.id, t.channel, n.recipient, n.queued_at
  FROM notifications n
  JOIN notification_templates t ON t.name = n.template_name
 WHERE n.sent_at IS NULL AND n.failed_at IS NULL;
