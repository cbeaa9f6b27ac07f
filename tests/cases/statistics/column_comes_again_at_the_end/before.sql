CREATE TABLE parcels (weight integer, price integer, grams integer);
CREATE STATISTICS parcels_weight (dependencies) ON weight, price, (grams + 1) FROM parcels;
