CREATE TABLE "Order" ("select" int, "a ""quoted"" name" text);
