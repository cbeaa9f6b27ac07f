-- Names that are keywords, hold quotes, spaces or capitals.
CREATE TABLE "Order" ("select" int NOT NULL, "a ""quoted"" name" text, "naïve; --" int DEFAULT 1);
CREATE INDEX "an index; drop" ON "Order" ("select");
COMMENT ON COLUMN "Order"."naïve; --" IS 'it''s a -- comment';
