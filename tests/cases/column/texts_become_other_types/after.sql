-- Texts become labels of an enum that comes with them, numbers and uuids: the proof is about texts that the new types read.
CREATE TYPE public.status AS ENUM ('open', 'it''s paid');
CREATE TABLE public.orders (id bigint PRIMARY KEY, status public.status NOT NULL DEFAULT 'open', amount integer, reference uuid UNIQUE);
