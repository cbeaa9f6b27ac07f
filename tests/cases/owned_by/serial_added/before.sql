CREATE TABLE parcels (weight int);
