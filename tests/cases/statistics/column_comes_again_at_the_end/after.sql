-- A column of the statistics comes again, behind the others: their order says nothing.
CREATE TABLE parcels (weight integer GENERATED ALWAYS AS (grams / 1000) STORED, price integer, grams integer);
CREATE STATISTICS parcels_weight (dependencies) ON weight, price, (grams + 1) FROM parcels;
