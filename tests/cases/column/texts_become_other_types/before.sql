CREATE TABLE public.orders (id bigint PRIMARY KEY, status text NOT NULL DEFAULT 'open', amount varchar(20), reference text UNIQUE);
