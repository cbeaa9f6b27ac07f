-- Orders as Shopify tells them, and every webhook call as it came in.

CREATE TYPE order_status AS ENUM ('pending', 'paid', 'fulfilled', 'refunded', 'cancelled');

CREATE TABLE shopify_orders (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    shopify_order_id bigint NOT NULL UNIQUE,
    order_number text NOT NULL,
    customer_email text,
    status order_status NOT NULL DEFAULT 'pending',
    total numeric(12, 2) NOT NULL CHECK (total >= 0),
    currency char(3) NOT NULL DEFAULT 'EUR',
    ordered_at timestamptz NOT NULL,
    payload jsonb NOT NULL DEFAULT '{}',
    updated_at timestamptz NOT NULL DEFAULT now()
);

CREATE INDEX shopify_orders_ordered_at_idx ON shopify_orders (ordered_at DESC);
CREATE INDEX shopify_orders_customer_email_idx ON shopify_orders (lower(customer_email));

CREATE TRIGGER shopify_orders_set_updated_at
    BEFORE UPDATE ON shopify_orders
    FOR EACH ROW EXECUTE FUNCTION set_updated_at();

-- Which device was shipped with which order.
CREATE TABLE order_devices (
    order_id bigint NOT NULL REFERENCES shopify_orders (id) ON DELETE CASCADE,
    device_id bigint NOT NULL REFERENCES devices (id),
    PRIMARY KEY (order_id, device_id)
);

CREATE INDEX order_devices_device_id_idx ON order_devices (device_id);

CREATE TABLE webhook_logs (
    id bigint GENERATED ALWAYS AS IDENTITY,
    topic text NOT NULL,
    shopify_order_id bigint,
    received_at timestamptz NOT NULL DEFAULT now(),
    processed_at timestamptz,
    error text,
    body jsonb NOT NULL,
    PRIMARY KEY (id, received_at)
) PARTITION BY RANGE (received_at);

COMMENT ON TABLE webhook_logs IS 'Raw calls, kept for replay; one partition a quarter.';

CREATE INDEX webhook_logs_shopify_order_id_idx ON webhook_logs (shopify_order_id);
CREATE INDEX webhook_logs_unprocessed_idx ON webhook_logs (received_at) WHERE processed_at IS NULL;

CREATE TABLE webhook_logs_2026_q4 PARTITION OF webhook_logs FOR VALUES FROM ('2026-10-01 00:00:00+00') TO ('2027-01-01 00:00:00+00');
CREATE TABLE webhook_logs_2027_q1 PARTITION OF webhook_logs FOR VALUES FROM ('2027-01-01 00:00:00+00') TO ('2027-04-01 00:00:00+00');
